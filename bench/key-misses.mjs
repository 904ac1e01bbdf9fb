// Keys that no cache knows, 64 at once: Gatehouse's whole authentication against better-auth's verifyApiKey, on one PostgreSQL.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { betterAuthOn } from './lib/better-auth.mjs';
import { postgresWith } from './lib/postgres.mjs';
import { median, span, table } from './lib/report.mjs';
import { fillPostgres, open, rawKey } from './lib/stored-keys.mjs';

const rounds = Number(process.env.ROUNDS ?? 9);
const atOnce = 64;
const batches = 128;
const ofPeer = 8;
const warmings = 4;
const bound = 50;

const workers = { ours: gatehouse, peer };
if (process.argv[2] === undefined) await measure();
else await work(workers[process.argv[2]]);

/** Each in a process of its own, so that neither pays for the other's garbage; one idles while the other works. */
async function measure() {
  const server = await postgresWith([]);
  const env = { ...process.env, ADMIN_URL: server.adminUrl, SERVING_URL: server.url };
  const children = Object.fromEntries(Object.keys(workers).map((who) => [who, fork(fileURLToPath(import.meta.url), [who], { env })]));
  const run = async (who, count) => {
    children[who].send(count);
    return (await once(children[who], 'message'))[0];
  };
  try {
    const taken = [];
    await Promise.all(Object.values(children).map((child) => once(child, 'message')));
    for (let round = -warmings; round < rounds; round += 1) {
      const now = {};
      for (const who of round % 2 === 0 ? ['ours', 'peer'] : ['peer', 'ours']) now[who] = await run(who, who === 'ours' ? batches : ofPeer);
      if (round >= 0) taken.push(now);
    }
    tell(taken);
  } finally {
    for (const child of Object.values(children)) {
      child.send('end');
      await once(child, 'exit');
    }
    await server.close();
  }
}

function tell(taken) {
  const report = table(
    `One verification, ${atOnce} at once, each key for the first time in this process; better-auth / gatehouse; median of ${rounds} interleaved rounds`,
    ['what', 'times less', 'least–most', 'bound', 'better-auth µs', 'gatehouse µs'],
  );
  for (const [what, name] of [
    ['cpu', 'CPU of the process'],
    ['wall', 'time passed'],
  ]) {
    const ratios = taken.map((round) => round.peer[what] / round.ours[what]);
    const at = (who) => median(taken.map((round) => round[who][what])).toFixed(1);
    report.row([name, median(ratios).toFixed(0), span(ratios, 0), `≥ ${bound}`, at('peer'), at('ours')], median(ratios) >= bound);
  }
  report.done();
}

async function work(prepared) {
  const admin = new pg.Client({ connectionString: process.env.ADMIN_URL });
  await admin.connect();
  const { verify, close } = await prepared(admin);
  await admin.end();
  process.on('message', async (message) => {
    if (message !== 'end') return process.send(await verify(message));
    await close();
    process.disconnect();
  });
  process.send('ready');
}

/** Answers how many microseconds one verification took. */
async function timed(count, verify) {
  const [before, used] = [performance.now(), process.cpuUsage()];
  for (let batch = 0; batch < count; batch += 1) await Promise.all(Array.from({ length: atOnce }, verify));
  const { user, system } = process.cpuUsage(used);
  const verified = count * atOnce;
  return { wall: ((performance.now() - before) * 1000) / verified, cpu: (user + system) / verified };
}

async function gatehouse(admin) {
  const url = process.env.SERVING_URL;
  await fillPostgres(url, admin, (rounds + warmings) * batches * atOnce);
  const app = await open({ url });
  const raw = Array.from({ length: (rounds + warmings) * batches * atOnce }, (_, n) => rawKey(n));
  let next = 0;
  const verify = (count) =>
    timed(count, async () => {
      const key = raw[next];
      next += 1;
      const admission = await app.authenticate({ headers: { authorization: `Bearer ${key}` }, address: '127.0.0.1' });
      if (!admission.ok) throw new Error(JSON.stringify(admission));
    });
  return { verify, close: () => app.close() };
}

async function peer(admin) {
  await admin.query('create database peer');
  const pool = new pg.Pool({ connectionString: process.env.ADMIN_URL.replace(/\/postgres$/, '/peer'), max: 10 });
  const auth = await betterAuthOn(pool);
  const made = [];
  for (let n = 0; n < (rounds + warmings) * ofPeer * atOnce; n += atOnce) {
    made.push(...(await Promise.all(Array.from({ length: atOnce }, () => auth.createKey()))));
  }
  let next = 0;
  const verify = (count) =>
    timed(count, async () => {
      const key = made[next];
      next += 1;
      const { valid } = await auth.verify(key);
      if (!valid) throw new Error('better-auth refused its own key');
    });
  return { verify, close: () => pool.end() };
}
