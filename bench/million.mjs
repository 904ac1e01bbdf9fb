// A key that is not in memory, with a million keys stored against a thousand, on both databases.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { compete, contest, contestant } from './lib/contest.mjs';
import { postgresWith } from './lib/postgres.mjs';
import { median, span, table } from './lib/report.mjs';
import { fillPostgres, fillSqlite, hashOf, open, rawKey } from './lib/stored-keys.mjs';

const rounds = Number(process.env.ROUNDS ?? 15);
const sizes = { few: 1000, many: 1_000_000 };
const atOnce = 64;
const bound = 1.3;
/** How many are asked for in a round. Of a thousand keys no more than that can be asked for before memory knows them. */
const pieces = { miss: 960, unknown: 64 * 64, found: 64 * 64 };
const titles = {
  miss: 'a key that is stored and not in memory, let in',
  unknown: 'a key that is not stored, refused',
  found: 'the look-up alone, of a key that is stored',
};
/** More changes at once than are remembered one by one: whoever hears of so many believes nothing that it knew. */
const manyChanges = Array.from({ length: 16_385 }, (_, n) => `key:no-${n}`);

if (contestant === undefined) await measure();
else compete(await lookUps(...contestant.split(' ')));

async function measure() {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
  const report = table(
    `A look-up that memory cannot answer, a million keys stored / a thousand; CPU with SQLite, time passed with PostgreSQL; median of ${rounds} interleaved rounds`,
    ['database', 'ratio', 'least–most', 'bound', 'a thousand µs', 'a million µs'],
  );
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
    for (const database of ['sqlite', 'postgres']) {
      for (const [what, count] of Object.entries(pieces)) {
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

/** SQLite works within the process; what PostgreSQL does is told by the time that passes, on a quiet machine. */
function tell(report, [few, many], taken) {
  const measure = few.startsWith('sqlite') ? 'cpu' : 'wall';
  const ratios = taken.map((round) => round[many][measure] / round[few][measure]);
  const at = (name) => median(taken.map((round) => round[name][measure])).toFixed(2);
  const [database, what] = few.split(' ');
  const bounded = what !== 'found';
  const name = `${database === 'sqlite' ? 'SQLite' : `PostgreSQL, ${atOnce} at once`}: ${titles[what]}`;
  report.row([name, median(ratios).toFixed(2), span(ratios), bounded ? `≤ ${bound}` : '–', at(few), at(many)], !bounded || median(ratios) <= bound);
}

async function lookUps(database, what, size) {
  const app = await open(database === 'sqlite' ? { file: join(process.env.FOLDER, size, 'gatehouse.db') } : { url: process.env[`URL_${size}`] });
  const knock = (raw) => ({ headers: { authorization: `Bearer ${raw}` }, address: '127.0.0.1' });
  const numbers = (count) => Array.from({ length: count }, () => Math.floor(Math.random() * sizes[size]));
  let asked = [];
  let next = 0;
  const ways = {
    miss: {
      async prepare() {
        await app.store.changes.barrier(manyChanges);
        const distinct = new Set(numbers(pieces.miss));
        for (let n = 0; distinct.size < pieces.miss; n += 1) distinct.add(n);
        asked = [...distinct].map((n) => knock(rawKey(n)));
        next = 0;
      },
      async one() {
        if (!(await app.authenticate(asked[next++])).ok) throw new Error('A stored key was refused');
      },
    },
    unknown: {
      prepare() {
        asked = Array.from({ length: pieces.unknown }, () => knock(`ben_${randomBytes(32).toString('hex')}`));
        next = 0;
      },
      async one() {
        if ((await app.authenticate(asked[next++])).ok) throw new Error('A guess was let in');
      },
    },
    found: {
      prepare() {
        asked = numbers(pieces.found).map((n) => hashOf(rawKey(n)));
        next = 0;
      },
      async one() {
        if ((await app.store.keys.findByHash(asked[next++])) === undefined) throw new Error('A stored key was not found');
      },
    },
  };
  const { prepare, one } = ways[what];
  const several = database === 'sqlite' ? 1 : atOnce;
  return {
    prepare,
    async work(count) {
      for (let done = 0; done < count; done += several) await (several === 1 ? one() : Promise.all(Array.from({ length: several }, one)));
    },
    close: () => app.close(),
  };
}
