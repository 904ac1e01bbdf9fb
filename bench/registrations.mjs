// 10,000 programs register, over HTTP and from as many addresses, and nobody lets them in: what a start costs while they wait, and what is left after their hour.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, openGatehouse, readConfig } from 'gatehouse';
import { firstAnswer, makeKey } from './lib/first-answer.mjs';
import { median, table } from './lib/report.mjs';
import { ROOT_SECRET } from './lib/root-secret.mjs';
import platform from './servers/echo-platform.mjs';

const rounds = Number(process.env.ROUNDS ?? 15);
const REGISTRATIONS = 10_000;
const HOUR_MS = 3_600_000;
const AT_ONCE = 16;
/** How much more a start may cost with them: what starts differ by anyhow. */
const DEARER = 1.1;
/** Upkeep sweeps each minute. */
const GONE_WITHIN_SECONDS = 65;

const folders = { empty: newFolder(), full: newFolder() };
let ahead = 0;
try {
  const keys = { empty: await makeKey(folders.empty), full: await makeKey(folders.full) };
  const registered = await withServer(registerAll);
  const starts = await startsOf(keys);
  ahead = HOUR_MS;
  const left = await withServer(sweep);

  const over = table('10,000 registrations over HTTP', ['registrations a second', 'the next one', 'rows that wait']);
  over.row([registered.perSecond.toFixed(0), registered.next, registered.rows], registered.next === 429 && registered.rows === REGISTRATIONS);
  over.done();
  const start = table('From the start of the process to its first authenticated tools/call: medians of milliseconds, and of those of a processor', [
    'with none',
    'with 10,000 that wait',
    'processor, with none',
    'with 10,000',
    'ratio',
    'bound',
  ]);
  const { empty, full } = starts;
  const ratio = full.cpuMs / empty.cpuMs;
  start.row([empty.ms, full.ms, empty.cpuMs, full.cpuMs].map((ms) => ms.toFixed(0)).concat(ratio.toFixed(2), `≤ ${DEARER}`), ratio <= DEARER);
  start.done();
  const after = table('After their hour', ['rows', 'seconds until then', 'bound', 'longest answer meanwhile, ms']);
  after.row(
    [left.rows, left.seconds.toFixed(0), `≤ ${GONE_WITHIN_SECONDS}`, left.longestMs.toFixed(0)],
    left.rows === 0 && left.seconds <= GONE_WITHIN_SECONDS,
  );
  after.done();
} finally {
  for (const folder of Object.values(folders)) rmSync(folder, { recursive: true, force: true });
}

function newFolder() {
  return mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
}

/** The same program in this process, where its clock can be set. */
async function withServer(work) {
  const data = folders.full;
  const gatehouse = await openGatehouse({
    platform,
    config: readConfig({ port: '0', data, trustProxy: '127.0.0.1/32' }, {}, []),
    logger: createLogger({ level: 'silent', pretty: false }),
    database: { file: join(data, 'gatehouse.db') },
    rootSecret: ROOT_SECRET,
    now: () => Date.now() + ahead,
  });
  try {
    return await work(gatehouse, await gatehouse.listen());
  } finally {
    await gatehouse.close();
  }
}

async function registerAll(gatehouse, url) {
  const began = performance.now();
  let next = 0;
  const one = async () => {
    while (next < REGISTRATIONS) {
      const status = await register(url, next++);
      if (status !== 201) throw new Error(`A registration was answered ${status}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  const perSecond = REGISTRATIONS / ((performance.now() - began) / 1000);
  return { perSecond, next: await register(url, REGISTRATIONS), rows: (await gatehouse.clients.list()).length };
}

async function register(url, n) {
  const headers = { 'content-type': 'application/json', 'x-forwarded-for': `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}` };
  const body = JSON.stringify({ client_name: `A program, number ${n}`, redirect_uris: [`http://127.0.0.1:33418/callback/${n}`] });
  const response = await fetch(`${url}/oauth/register`, { method: 'POST', headers, body });
  await response.arrayBuffer();
  return response.status;
}

/** In turn, so that a machine whose speed drifts does not matter. */
async function startsOf(keys) {
  const taken = { empty: [], full: [] };
  for (let round = -2; round < rounds; round += 1)
    for (const which of round % 2 === 0 ? ['empty', 'full'] : ['full', 'empty']) {
      const start = await firstAnswer(folders[which], keys[which]);
      if (round >= 0) taken[which].push(start);
    }
  const medians = (starts) => ({ ms: median(starts.map(({ ms }) => ms)), cpuMs: median(starts.map(({ cpuMs }) => cpuMs)) });
  return { empty: medians(taken.empty), full: medians(taken.full) };
}

/** Somebody calls all the while. */
async function sweep(gatehouse, url) {
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  let rows = REGISTRATIONS;
  let longestMs = 0;
  let looked = 0;
  while (rows > 0 && seconds() < GONE_WITHIN_SECONDS) {
    const asked = performance.now();
    await (await fetch(`${url}/.well-known/oauth-authorization-server`)).arrayBuffer();
    longestMs = Math.max(longestMs, performance.now() - asked);
    await new Promise((resolve) => setTimeout(resolve, 20));
    if (seconds() - looked < 1) continue;
    looked = seconds();
    rows = (await gatehouse.clients.list()).length;
  }
  return { rows, seconds: seconds(), longestMs };
}
