// Keys that no cache knows, 64 at once: Gatehouse's whole authentication against better-auth's verifyApiKey, on one PostgreSQL.
import pg from 'pg';
import { betterAuthOn } from './lib/better-auth.mjs';
import { compete, contest, contestant } from './lib/contest.mjs';
import { postgresWith } from './lib/postgres.mjs';
import { median, span, table } from './lib/report.mjs';
import { fillPostgres, open, rawKey } from './lib/stored-keys.mjs';

const rounds = Number(process.env.ROUNDS ?? 9);
const atOnce = 64;
/** How many verifications a round has. */
const counts = { ours: 128 * atOnce, peer: 8 * atOnce };
const warmings = 4;
const bound = 50;

const contestants = { ours: gatehouse, peer };
if (contestant === undefined) await measure();
else compete(await prepared(contestants[contestant]));

async function measure() {
  const server = await postgresWith([]);
  try {
    tell(await contest(import.meta.url, counts, { rounds, warmings, env: { ADMIN_URL: server.adminUrl, SERVING_URL: server.url } }));
  } finally {
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

/** Keys enough for every round, each of which is verified once. */
async function prepared(contestant) {
  const admin = new pg.Client({ connectionString: process.env.ADMIN_URL });
  await admin.connect();
  const { verify, close } = await contestant(admin);
  await admin.end();
  return {
    close,
    async work(count) {
      for (let done = 0; done < count; done += atOnce) await Promise.all(Array.from({ length: atOnce }, verify));
    },
  };
}

async function gatehouse(admin) {
  const url = process.env.SERVING_URL;
  const keys = (rounds + warmings) * counts.ours;
  await fillPostgres(url, admin, keys);
  const app = await open({ url });
  const raw = Array.from({ length: keys }, (_, n) => rawKey(n));
  let next = 0;
  return {
    async verify() {
      const admission = await app.authenticate({ headers: { authorization: `Bearer ${raw[next++]}` }, address: '127.0.0.1' });
      if (!admission.ok) throw new Error(JSON.stringify(admission));
    },
    close: () => app.close(),
  };
}

async function peer(admin) {
  await admin.query('create database peer');
  const pool = new pg.Pool({ connectionString: process.env.ADMIN_URL.replace(/\/postgres$/, '/peer'), max: 10 });
  const auth = await betterAuthOn(pool);
  const made = [];
  for (let n = 0; n < (rounds + warmings) * counts.peer; n += atOnce) made.push(...(await Promise.all(Array.from({ length: atOnce }, () => auth.createKey()))));
  let next = 0;
  return {
    async verify() {
      const { valid } = await auth.verify(made[next++]);
      if (!valid) throw new Error('better-auth refused its own key');
    },
    close: () => pool.end(),
  };
}
