// Nippy on a SQLite file, or on DATABASE_URL, filled first: a business with SPINS spins, and BUSINESSES small ones.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import nippy from '@gatehouse/nippy';
import { createLogger, openGatehouse, readConfig } from 'gatehouse';
import { business, fillSpins, wheels } from '../lib/nippy-world.mjs';
import { announce } from './announce.mjs';

const { DATABASE_URL: url, ADMIN_URL: adminUrl, SPINS: spins = '0', BUSINESSES: businesses = '1', TIMES: timed } = process.env;
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** `[path, milliseconds, status]` of each request, as the access log has them. */
let times = [];
const destination = new Writable({
  write(chunk, _encoding, done) {
    if (timed !== undefined)
      for (const line of String(chunk).split('\n')) {
        if (!line.includes('"event":"request"')) continue;
        const { path, ms, status } = JSON.parse(line);
        times.push([path, ms, status]);
      }
    done();
  },
});
const logger = createLogger({ level: 'info', pretty: false, destination });
const place = url === undefined ? { file: join(folder, 'gatehouse.db') } : { url };
const open = () =>
  openGatehouse({
    platform: nippy,
    config: readConfig({ port: '0', data: folder }, {}, nippy.settings),
    logger,
    database: place,
    rootSecret: 'a root secret that is only for measuring',
  });

const began = performance.now();
const filled = await open();
const small = await business(filled, 'small');
for (let n = 1; n < Number(businesses); n += 1) await business(filled, `small-${n}`);
const big = await business(filled, 'big', 0);
await wheels(filled, big.tenant);
await filled.close();
if (spins !== '0') await fillSpins({ file: place.file, adminUrl }, big.tenant, Number(spins));
const gatehouse = await open();

process.on('message', (message) => {
  if (message !== 'times') return;
  logger.flush();
  process.send({ times });
  times = [];
});
const filledSeconds = (performance.now() - began) / 1000;
announce({ url: await gatehouse.listen(), headers: small.headers, big: big.headers, small: small.headers, filledSeconds });
