// NeuralRepo on a SQLite file, or on DATABASE_URL, filled first: one person with IDEAS ideas, and one with a hundred.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import neuralrepo from '@gatehouse/neuralrepo';
import { createLogger, openGatehouse, readConfig } from 'gatehouse';
import { fillIdeas } from '../lib/neuralrepo-world.mjs';
import { announce } from './announce.mjs';

const { DATABASE_URL: url, IDEAS: ideas } = process.env;
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** `[path, milliseconds]` of each request, as the access log has them. */
let times = [];
const destination = new Writable({
  write(chunk, _encoding, done) {
    for (const line of String(chunk).split('\n')) {
      if (!line.includes('"event":"request"')) continue;
      const { path, ms } = JSON.parse(line);
      times.push([path, ms]);
    }
    done();
  },
});
const logger = createLogger({ level: 'info', pretty: false, destination });

const gatehouse = await openGatehouse({
  platform: neuralrepo,
  config: readConfig({ port: '0', data: folder }, {}, neuralrepo.settings),
  logger,
  database: url === undefined ? { file: join(folder, 'gatehouse.db') } : { url },
  rootSecret: 'a root secret that is only for measuring',
});

async function someone(name) {
  const { homeTenant: tenant, id: user } = await gatehouse.users.create(`${name}@example.com`);
  await gatehouse.users.setPlan(tenant, 'pro');
  // A day has 10,000 calls for each: these are far fewer.
  const { raw } = await gatehouse.keys.mint({ tenant, user, name: 'bench', scopes: ['*'], createdBy: 'cli' });
  return { tenant, user, headers: { authorization: `Bearer ${raw}` } };
}

const began = performance.now();
const [big, small] = [await someone('big'), await someone('small')];
await fillIdeas(gatehouse, big, Number(ideas));
await fillIdeas(gatehouse, small, 100);

process.on('message', (message) => {
  if (message !== 'times') return;
  logger.flush();
  process.send({ times });
  times = [];
});
announce({ url: await gatehouse.listen(), big: big.headers, small: small.headers, filledSeconds: (performance.now() - began) / 1000 });
