// What a known key weighs, and whether memory grows under load. MINUTES sets how long the load lasts: 1, or 10 for the long form.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load, start, weigh } from './lib/compare.mjs';
import { compete, contest, contestant } from './lib/contest.mjs';
import { requests } from './lib/mcp.mjs';
import { median, table } from './lib/report.mjs';
import { fillSqlite, open, rawKey } from './lib/stored-keys.mjs';

const minutes = Number(process.env.MINUTES ?? 1);
const keys = 100_000;
const bound = 1.2;

if (contestant === undefined) {
  await ofKeys();
  await underLoad();
} else compete(await knowing());

async function ofKeys() {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
  try {
    await fillSqlite(join(folder, 'keys/gatehouse.db'), keys);
    const report = table(`The heap after ${keys} keys have become known to the process, collected, less the heap before`, ['bytes for each known key']);
    process.env.FOLDER = folder;
    await contest(import.meta.url, { keys: 1 }, { rounds: 1, warmings: 0, execArgv: ['--expose-gc'], told: (bytes) => report.row([bytes.toFixed(0)], true) });
    report.done();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function knowing() {
  const app = await open({ file: join(process.env.FOLDER, 'keys/gatehouse.db') });
  const know = async (from, to) => {
    for (let n = from; n < to; n += 1) {
      const { ok } = await app.authenticate({ headers: { authorization: `Bearer ${rawKey(n)}` }, address: '127.0.0.1' });
      if (!ok) throw new Error('A key was refused');
    }
  };
  return {
    async work() {
      await know(0, 1000);
      // Marks of use are written within a second, and then forgotten.
      const heap = async () => {
        await new Promise((resolve) => setTimeout(resolve, 2500));
        gc();
        return process.memoryUsage().heapUsed;
      };
      const before = await heap();
      await know(1000, keys);
      return ((await heap()) - before) / (keys - 1000);
    },
    close: () => app.close(),
  };
}

/** The heap after collection, since what the system holds for the process moves in large steps. */
async function underLoad() {
  const server = await start('gatehouse', {}, ['--expose-gc']);
  const { body, headers } = requests.call2025;
  const slice = { body, headers, seconds: (minutes * 60) / 10 };
  const weights = [];
  let calls = 0;
  for (let part = 0; part < 10; part += 1) {
    calls += (await load(server, slice)).perSecond * slice.seconds;
    weights.push(await weigh(server));
  }
  server.stop();
  const report = table(`The process under load for ${minutes} min, ${Math.round(calls / 1000)},000 calls: after all of it / after a tenth`, [
    'what',
    'ratio',
    'bound',
    'MiB after a tenth',
    'MiB half-way',
    'MiB at the end',
  ]);
  for (const [name, what] of [
    ['heap, collected', 'heap'],
    ['resident', 'resident'],
  ]) {
    const at = (parts) => median(parts.map((weight) => weight[what])) / 1_048_576;
    const [first, middle, last] = [at(weights.slice(0, 1)), at(weights.slice(4, 6)), at(weights.slice(-1))];
    report.row([name, (last / first).toFixed(2), `≤ ${bound}`, first.toFixed(1), middle.toFixed(1), last.toFixed(1)], last / first <= bound);
  }
  report.done();
}
