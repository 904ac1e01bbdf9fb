// Lives of one server: started, put under load, killed; and what it says in the next one, compared with what it had said.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from '../../lib/free-port.mjs';
import { Chance } from '../lib/chance.mjs';
import { startIssuer } from '../lib/issuer.mjs';
import { makePlace } from '../lib/place.mjs';
import { startProgram } from '../lib/program.mjs';
import { comparePostgres, compareSqlite } from './at-rest.mjs';
import { Client } from './client.mjs';
import { Programs } from './programs.mjs';
import { Shop } from './shop.mjs';

const bin = fileURLToPath(new URL('../../../packages/server/bin/gatehouse.mjs', import.meta.url));
const CLIENTS = 6;
/** What the server is put under: the platform, and who works on it. */
export const LOADS = {
  tickets: { platform: 'nenjo', Kind: Client, people: [] },
  stock: { platform: 'nippy', Kind: Shop, people: ['client'] },
  programs: { platform: 'nippy', Kind: Programs, people: ['client', 'guest-of-client'] },
};
/** On PostgreSQL, every so many crashes it is the database that is ended at once, and the server that has to go on. */
const OUTAGE_EVERY = 7;
const LOUD = /"level":"(?:warn|error|fatal)"/;

/**
 * @param {{ load?: keyof LOADS, database: 'sqlite' | 'postgres', times: number, seed: number, lifeMs?: number, durable?: boolean, say?: (text: string) => void }} options
 * `lifeMs`: how long a life goes on at most, once it is under load
 */
export async function driveCrashes({ load = 'tickets', database, times, seed, lifeMs = 1_200, durable = true, say = () => {} }) {
  const closing = [];
  const chance = new Chance(seed);
  const faults = [];
  const { platform, Kind, people } = LOADS[load];
  const site = await openSite({ platform, people, database, durable, closing, faults });
  try {
    const clients = Array.from({ length: CLIENTS }, (_, n) => new Kind({ name: `client-${n}`, site, chance: new Chance(seed * 31 + n), faults }));
    const counts = { crashes: 0, outages: 0, slowestStartMs: 0 };
    for (let life = 0; life < times; life += 1) {
      const outage = database === 'postgres' && life % OUTAGE_EVERY === OUTAGE_EVERY - 1;
      await oneLife({ site, clients, chance, lifeMs, outage, counts, faults });
      if (faults.length > 0) break;
      if (life % 5 === 4) say(`${life + 1} crashes`);
    }
    for (const client of clients) await client.compare({ all: true });
    const code = await site.program.end('SIGTERM');
    if (code !== 0) faults.push(`the last end was ${code}`);
    return { load, database, ...counts, ...sums(clients), faults };
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

async function openSite({ platform, people, database, durable, closing, faults }) {
  try {
    const folder = mkdtempSync(join(tmpdir(), 'crash-'));
    closing.push(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
    const { default: tested } = await import(`@gatehouse/${platform}`);
    const place = await makePlace({ database, folder, tables: tested.tables, durable });
    closing.push(() => place.close());
    const issuer = await startIssuer();
    closing.push(() => issuer.close());
    const port = await freePort();
    const site = { folder, place, issuer, url: `http://127.0.0.1:${port}`, program: undefined, outage: false };
    site.start = async () => {
      site.program = await startProgram({
        platform,
        args: [...place.args, '--failed-auth-per-minute', '1000000', '--trust-proxy', '127.0.0.1'],
        environment: { ...place.environment, CLERK_ISSUER: issuer.url },
        cwd: folder,
        port,
        onLine: (line) => {
          if (LOUD.test(line) && !site.outage) faults.push(`logged: ${line.slice(0, 600)}`);
        },
      });
      return site.program.startedMs;
    };
    closing.push(() => (site.program?.alive() ? site.program.end('SIGKILL') : undefined));
    await site.start();
    site.person = await signedIn(site, platform, people);
    return site;
  } catch (error) {
    for (const close of closing.reverse()) await close();
    throw error;
  }
}

/** The session of each client, and of whoever else each needs, by name. */
async function signedIn({ folder, place }, platform, people) {
  const run = promisify(execFile);
  const command = [bin, 'session', 'create', '--platform', platform, '--json', ...place.args];
  const tokens = new Map();
  for (const name of people.flatMap((one) => Array.from({ length: CLIENTS }, (_, n) => `${one}-${n}`))) {
    const { stdout } = await run(process.execPath, [...command, '--user', `${name}@example.com`], {
      cwd: folder,
      env: { ...process.env, ...place.environment },
    });
    tokens.set(name, JSON.parse(stdout).token);
  }
  return (name) => tokens.get(name);
}

async function oneLife({ site, clients, chance, lifeMs, outage, counts, faults }) {
  const stop = { now: false };
  const running = clients.map((client) => client.live(stop));
  await underLoad(clients);
  await wait(chance.below(lifeMs));
  site.outage = outage;
  if (outage) {
    await site.place.postgres.stop('SIGQUIT');
    counts.outages += 1;
    await wait(200);
    await site.place.postgres.start();
  } else {
    await site.program.end('SIGKILL');
    counts.crashes += 1;
  }
  stop.now = true;
  await Promise.all(running);
  if (site.place.postgres === undefined) await compareSqlite(join(site.folder, 'data'), faults);
  if (!outage) counts.slowestStartMs = Math.max(counts.slowestStartMs, await site.start());
  for (const client of clients) await client.compare({ all: false });
  if (site.place.postgres !== undefined) await comparePostgres(site.place.postgres.adminUrl, faults);
  site.outage = false;
}

/** Every client has done something of late: so a slow machine kills no server that is idle. */
async function underLoad(clients) {
  const before = clients.map(({ acknowledged }) => acknowledged);
  for (const end = performance.now() + 10_000; performance.now() < end; ) {
    if (clients.every(({ acknowledged }, n) => acknowledged > before[n])) return;
    await wait(20);
  }
  throw new Error('The clients got nowhere within 10 s');
}

function sums(clients) {
  const sum = (of) => clients.reduce((total, client) => total + of(client), 0);
  return {
    keys: sum(({ keys }) => keys.size),
    revoked: sum(({ keys }) => [...keys.values()].filter(({ state }) => state === 'revoked').length),
    tickets: sum(({ acknowledged }) => acknowledged),
    updates: sum(({ updates }) => updates),
    unanswered: sum(({ unanswered }) => unanswered),
  };
}

function wait(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
