// Nippy, filled first: a business with SPINS spins, and BUSINESSES small ones.
import nippy from '@gatehouse/nippy';
import { fillSpins, fillWheels } from '../lib/nippy-world.mjs';
import { serve, someone } from './serve.mjs';

const { ADMIN_URL: adminUrl, SPINS: spins = '0', BUSINESSES: businesses = '1' } = process.env;
const { database, open, ready } = serve(nippy);
const filled = await open();

async function business(name, wheels) {
  const { tenant, raw } = await someone(filled, name);
  await fillWheels(filled, tenant, wheels);
  return { tenant, headers: { 'x-api-key': raw } };
}

const small = await business('small', 3);
for (let n = 1; n < Number(businesses); n += 1) await business(`small-${n}`, 3);
const big = await business('big');
await filled.close();
if (spins !== '0') await fillSpins({ file: database.file, adminUrl }, big.tenant, Number(spins));
const gatehouse = await open();

ready(await gatehouse.listen(), { headers: small.headers, big: big.headers, small: small.headers });
