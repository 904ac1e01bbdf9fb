// Nenjo on a SQLite file, or on DATABASE_URL, filled first: one large tenant, and TENANTS - 1 small ones.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import nenjo from '@gatehouse/nenjo';
import { createLogger, openGatehouse, readConfig } from 'gatehouse';
import { fillChain, fillTickets, fillWorkshop } from '../lib/nenjo-world.mjs';
import { announce } from './announce.mjs';

const { DATABASE_URL: url, TENANTS: tenants, TICKETS: tickets, CHAIN: chain, EACH: each } = process.env;
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** Milliseconds of each request, as the access log has them. */
let times = [];
const destination = new Writable({
  write(chunk, _encoding, done) {
    for (const [, ms] of String(chunk).matchAll(/"event":"request".*?"ms":([\d.]+)/g)) times.push(Number(ms));
    done();
  },
});
const logger = createLogger({ level: 'info', pretty: false, destination });

const gatehouse = await openGatehouse({
  platform: nenjo,
  config: readConfig({ port: '0', data: folder }, {}, nenjo.settings),
  logger,
  database: url === undefined ? { file: join(folder, 'gatehouse.db') } : { url },
  rootSecret: 'a root secret that is only for measuring',
});

async function someone(name) {
  const user = await gatehouse.users.create(`${name}@example.com`);
  return { tenant: user.homeTenant, user: user.id };
}

async function headersOf({ tenant, user }) {
  const { raw } = await gatehouse.keys.mint({ tenant, user, name: 'bench', scopes: ['*'], createdBy: 'cli' });
  return { authorization: `Bearer ${raw}` };
}

const began = performance.now();
const big = await someone('big');
const projects = await fillTickets(gatehouse, big, { tickets: Number(tickets), rare: 15 });
const chained = await fillChain(gatehouse, big, Number(chain));
const workshop = await someone('workshop');
await fillWorkshop(gatehouse, workshop, Number(each));
for (let n = 2; n < Number(tenants); n += 1) await fillTickets(gatehouse, await someone(`small-${n}`), { tickets: 20, rare: 1 });

process.on('message', (message) => {
  if (message !== 'times') return;
  logger.flush();
  process.send({ times });
  times = [];
});
announce({
  url: await gatehouse.listen(),
  headers: await headersOf(big),
  workshop: await headersOf(workshop),
  projects: { ...projects, chained },
  filledSeconds: (performance.now() - began) / 1000,
});
