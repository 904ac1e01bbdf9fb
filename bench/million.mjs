// A key that is not in memory, with a million keys stored against a thousand, on both databases.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { compete, contest, contestant } from './lib/contest.mjs';
import { postgresWith } from './lib/postgres.mjs';
import { median, table } from './lib/report.mjs';
import { fillPostgres, fillSqlite, hashOf, open, rawKey } from './lib/stored-keys.mjs';

const rounds = Number(process.env.ROUNDS ?? 9);
const sizes = { few: 1000, many: 1_000_000 };
const atOnce = 64;
const bound = 1.3;

if (contestant === undefined) await measure();
else compete(await lookUps(...contestant.split(' ')));

async function measure() {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
  const report = table(`A look-up that memory cannot answer, a million keys stored / a thousand; time passed; median of ${rounds} interleaved rounds`, [
    'database',
    'ratio',
    'least–most',
    'bound',
    'a thousand µs',
    'a million µs',
  ]);
  const servers = [];
  try {
    const env = { FOLDER: folder };
    for (const [name, count] of Object.entries(sizes)) {
      await fillSqlite(join(folder, name, 'gatehouse.db'), count);
      const server = await postgresWith([]);
      servers.push(server);
      env[`URL_${name}`] = server.url;
      const admin = new pg.Client({ connectionString: server.adminUrl });
      await admin.connect();
      await fillPostgres(server.url, admin, count);
      await admin.query('checkpoint');
      await admin.end();
    }
    for (const [database, count] of [
      ['sqlite', 64 * 128],
      ['postgres', 64 * 64],
    ]) {
      for (const what of ['stored', 'unknown']) {
        const names = Object.keys(sizes).map((size) => `${database} ${what} ${size}`);
        tell(report, names, await contest(import.meta.url, Object.fromEntries(names.map((name) => [name, count])), { rounds, env }));
      }
    }
  } finally {
    for (const server of servers) await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
  report.done();
}

function tell(report, [few, many], taken) {
  const ratios = taken.map((round) => round[many].wall / round[few].wall);
  const at = (name) => median(taken.map((round) => round[name].wall)).toFixed(2);
  const span = `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`;
  const [database, what] = few.split(' ');
  const name = `${database === 'sqlite' ? 'SQLite' : `PostgreSQL, ${atOnce} at once`}: ${what === 'stored' ? 'a key that is stored' : 'the whole refusal of a key that is not'}`;
  report.row([name, median(ratios).toFixed(2), span, `≤ ${bound}`, at(few), at(many)], median(ratios) <= bound);
}

/** A thousand keys are soon all in memory, so stored ones are looked up where memory is not asked. */
async function lookUps(database, what, size) {
  const app = await open(database === 'sqlite' ? { file: join(process.env.FOLDER, size, 'gatehouse.db') } : { url: process.env[`URL_${size}`] });
  const hashes = Array.from({ length: 16_384 }, () => hashOf(rawKey(Math.floor(Math.random() * sizes[size]))));
  const guesses = Array.from({ length: 16_384 }, () => ({ headers: { authorization: `Bearer ben_${randomBytes(32).toString('hex')}` }, address: '127.0.0.1' }));
  let next = 0;
  const stored = async () => {
    next = (next + 1) % hashes.length;
    if ((await app.store.keys.findByHash(hashes[next])) === undefined) throw new Error('A stored key was not found');
  };
  const unknown = async () => {
    next = (next + 1) % guesses.length;
    if ((await app.authenticate(guesses[next])).ok) throw new Error('A guess was let in');
  };
  const one = what === 'stored' ? stored : unknown;
  const several = database === 'sqlite' ? 1 : atOnce;
  return {
    async work(count) {
      for (let done = 0; done < count; done += several) await (several === 1 ? one() : Promise.all(Array.from({ length: several }, one)));
    },
    close: () => app.close(),
  };
}
