// Who holds this key? In process, as a host application asks: against SHA-256 and a Map, and against better-auth's
// verifyApiKey, on SQLite.
import { hash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { betterAuthOn } from './lib/better-auth.mjs';
import { compete, contest, contestant } from './lib/contest.mjs';
import { median, span, table } from './lib/report.mjs';
import { fillSqlite, hashOf, open, rawKey } from './lib/stored-keys.mjs';

const rounds = Number(process.env.ROUNDS ?? 11);
const keys = 100_000;
const misses = 4096;
/** Known keys are asked for in an order that no cache of the processor foresees. */
const order = Array.from({ length: 8192 }, (_, i) => (i * 7919 + 13) % keys);
const contestants = { floor, known, miss, betterAuthKnown, betterAuthUnknown };

if (contestant === undefined) await measure();
else compete(await contestants[contestant](process.env.FOLDER));

async function measure() {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
  try {
    // Misses are of keys that are stored, each asked for once.
    await fillSqlite(join(folder, 'known/gatehouse.db'), keys);
    await fillSqlite(join(folder, 'miss/gatehouse.db'), (rounds + 2) * misses);
    const counts = { floor: 100_000, known: 100_000, miss: misses, betterAuthKnown: 256, betterAuthUnknown: 512 };
    tell(await contest(import.meta.url, counts, { rounds, env: { FOLDER: folder } }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function tell(taken) {
  const report = table(`One verification in process, SQLite; CPU of the process; median of ${rounds} interleaved rounds`, [
    'what',
    'ratio',
    'least–most',
    'bound',
    'base µs',
    'gatehouse µs',
  ]);
  const row = (what, base, ours, bound, holds) => {
    const ratios = taken.map((round) => holds.ratio(round[base].cpu, round[ours].cpu));
    const ratio = median(ratios);
    const at = (name) => median(taken.map((round) => round[name].cpu)).toFixed(2);
    const digits = ratio > 10 ? 0 : 2;
    report.row([what, ratio.toFixed(digits), span(ratios, digits), bound, at(base), at(ours)], holds.by(ratio));
  };
  const cost = (most) => ({ ratio: (base, ours) => ours / base, by: (ratio) => ratio <= most });
  const gain = (least) => ({ ratio: (base, ours) => base / ours, by: (ratio) => ratio >= least });
  row(`a known key, of ${keys} / SHA-256 and a Map of as many`, 'floor', 'known', '≤ 2', cost(2));
  row('better-auth, a key it knows / a known key', 'betterAuthKnown', 'known', '≥ 300', gain(300));
  row('better-auth, a key it knows / a key that is stored and not in memory', 'betterAuthKnown', 'miss', '≥ 40', gain(40));
  row('better-auth, a key that nobody holds / a key that is stored and not in memory', 'betterAuthUnknown', 'miss', '–', gain(0));
  report.done();
}

function floor() {
  const raw = order.map((n) => rawKey(n));
  const map = new Map(Array.from({ length: keys }, (_, n) => [hashOf(rawKey(n)), { n }]));
  let found = 0;
  return {
    work(count) {
      for (let i = 0; i < count; i += 1) if (map.get(hash('sha256', raw[i % order.length], 'hex')) !== undefined) found += 1;
    },
    close: () => found > 0 || process.exit(1),
  };
}

async function known(folder) {
  const app = await open({ file: join(folder, 'known/gatehouse.db') });
  const knocks = order.map((n) => knockOf(n));
  for (let n = 0; n < keys; n += 1) await admitted(app, knockOf(n));
  let i = 0;
  return {
    async work(count) {
      for (const end = i + count; i < end; i += 1) {
        const admission = admitted(app, knocks[i % order.length]);
        if (admission instanceof Promise) await admission;
      }
    },
    close: () => app.close(),
  };
}

async function miss(folder) {
  const app = await open({ file: join(folder, 'miss/gatehouse.db') });
  const knocks = Array.from({ length: (rounds + 2) * misses }, (_, n) => knockOf(n));
  let n = 0;
  return {
    async work(count) {
      for (const end = n + count; n < end; n += 1) await admitted(app, knocks[n]);
    },
    close: () => app.close(),
  };
}

function knockOf(n) {
  return { headers: { authorization: `Bearer ${rawKey(n)}` }, address: '127.0.0.1' };
}

/** A promise only where one is needed, as a host application would. */
function admitted(app, knock) {
  const admission = app.authenticate(knock);
  if (admission instanceof Promise) return admission.then(assertOk);
  return assertOk(admission);
}

function assertOk({ ok }) {
  if (!ok) throw new Error('A key was refused');
}

async function betterAuthKnown() {
  const peer = await betterAuthOnSqlite();
  const key = await peer.createKey();
  return {
    async work(count) {
      for (let i = 0; i < count; i += 1) if (!(await peer.verify(key)).valid) throw new Error('better-auth refused its own key');
    },
  };
}

async function betterAuthUnknown() {
  const peer = await betterAuthOnSqlite();
  await peer.createKey();
  return {
    async work(count) {
      for (let i = 0; i < count; i += 1) if ((await peer.verify(rawKey(i))).valid) throw new Error('better-auth let a guess in');
    },
  };
}

/** On a database in memory's speed (WAL, NORMAL). */
async function betterAuthOnSqlite() {
  const database = await peerDatabase(join(mkdtempSync(join(process.env.FOLDER, 'peer-')), 'peer.db'));
  database.exec('pragma journal_mode = wal; pragma synchronous = normal');
  return betterAuthOn(database);
}

/** The driver that Gatehouse itself takes on this Node. */
async function peerDatabase(file) {
  if (Number(process.versions.node.split('.')[0]) >= 24) return new (await import('node:sqlite')).DatabaseSync(file);
  return new (await import('better-sqlite3')).default(file);
}
