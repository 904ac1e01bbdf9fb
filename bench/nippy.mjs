// Nippy: figures of a business with a million spins, another's calls meanwhile, and what a call costs among 10,000 businesses; on both databases.
import { once } from 'node:events';
import nippy from '@gatehouse/nippy';
import { compare, start } from './lib/compare.mjs';
import { postgresWith } from './lib/postgres.mjs';
import { table } from './lib/report.mjs';

const rounds = Number(process.env.ROUNDS ?? 5);
const SPINS = Number(process.env.SPINS ?? 1_000_000);
const BUSINESSES = Number(process.env.BUSINESSES ?? 10_000);
const WARM = 20;

const byDay = { collection: 'roulettesMaterializedView', dateRange: 'last_90_days', group_by: ['day'] };
const byOutcome = { ...byDay, group_by: ['day', 'outcome'], measures: [{ function: 'count' }, { function: 'count_distinct', field: 'roulette_id' }] };
/** Not counted by day: the rows themselves are read, a portion at a time. */
const byPerson = { ...byDay, dateRange: 'last_7_days', group_by: ['person'], order_by: [{ by: 'count', direction: 'desc' }] };
const tooMuch = { ...byPerson, dateRange: 'last_90_days' };

const report = table(`Milliseconds of the server from request to answer; a business with ${SPINS} spins`, [
  'what',
  'database',
  'p99',
  'p95',
  'median',
  'bound',
]);
await onBoth(async (name, where) => {
  const server = await start('nippy', { SPINS: String(SPINS), TIMES: 'yes', ...where });
  try {
    console.error(`${name}: filled in ${server.filledSeconds.toFixed(0)} s`);
    await alone(server, name);
    const bound = { p95: name === 'SQLite' ? 400 : 150 };
    await figures(server, name, 'by day over 90 days', byDay, rounds * 40, bound);
    await figures(server, name, 'by day and outcome', byOutcome, rounds * 20, bound);
    await figures(server, name, 'by person over 7 days, from the rows', byPerson, rounds * 2, {});
    await figures(server, name, 'by person over 90 days: refused', tooMuch, rounds * 2, {}, 400);
  } finally {
    server.stop();
  }
});
report.done();

const cost = table(
  `A warm call (roulettes_list_roulettes over MCP), ${BUSINESSES} businesses / 10; CPU of the server, median of ${rounds * 2} interleaved rounds`,
  [...['database', 'ratio', 'least–most', 'bound', 'ten µs', 'many µs']],
);
const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'roulettes_list_roulettes', arguments: {} } });
const [few, many] = [await database({ BUSINESSES: '10' }), await database({ BUSINESSES: String(BUSINESSES) })];
for (const name of ['SQLite', 'PostgreSQL']) {
  const servers = [];
  for (const { env, url } of [few, many]) {
    const server = await start('nippy', { ...env, ...(name === 'SQLite' ? {} : { DATABASE_URL: url }) });
    servers.push({ ...server, url: `${server.url}/mcp` });
  }
  const { ratio, least, most, base, candidate } = await compare(...servers, { body, rounds: rounds * 2, seconds: 1 });
  cost.row([name, ratio.toFixed(2), `${least.toFixed(2)}–${most.toFixed(2)}`, '≤ 1.1', base.toFixed(0), candidate.toFixed(0)], ratio <= 1.1);
  for (const server of servers) server.stop();
}
for (const { close } of [few, many]) await close();
cost.done();

async function database(env) {
  const { url, close } = await postgresWith(nippy.tables);
  return { env, url, close };
}

async function onBoth(measure) {
  await measure('SQLite', {});
  const place = await postgresWith(nippy.tables);
  try {
    await measure('PostgreSQL', { DATABASE_URL: place.url, ADMIN_URL: place.adminUrl });
  } finally {
    await place.close();
  }
}

/** What this machine gives who has it to themselves. */
async function alone(server, name) {
  for (let n = 0; n < WARM; n += 1) await other(server);
  await times(server);
  const meanwhile = { over: false };
  const calls = callsOf(server, meanwhile);
  await new Promise((done) => setTimeout(done, rounds * 500));
  meanwhile.over = true;
  await calls;
  row(
    'a call of a small business, alone',
    name,
    {},
    (await times(server)).map(([, ms]) => ms),
  );
}

async function figures(server, name, what, query, count, bound, status = 200) {
  for (let n = 0; n < WARM; n += 1) await other(server);
  if (status === 200) for (let n = 0; n < WARM; n += 1) await ask(server, byOutcome, 200);
  await times(server);
  const meanwhile = { over: false };
  const others = callsOf(server, meanwhile);
  for (let n = 0; n < count + 2; n += 1) await ask(server, query, status);
  meanwhile.over = true;
  await others;
  const taken = await times(server);
  const of = (part) => taken.filter(([path]) => path.includes(part)).map(([, ms]) => ms);
  row(what, name, bound, of('/analytics/query').slice(2));
  row(`another business’s call during that`, name, { p99: 10 }, of('/roulettes'));
}

async function ask(server, query, status) {
  const response = await fetch(`${server.url}/api/v1/analytics/query`, {
    method: 'POST',
    headers: { ...server.big, 'content-type': 'application/json' },
    body: JSON.stringify(query),
  });
  const text = await response.text();
  if (response.status !== status) throw new Error(`${response.status} ${text}`);
}

/** A call now and then: a hundred a second. */
async function callsOf(server, meanwhile) {
  while (!meanwhile.over) {
    await other(server);
    await new Promise((done) => setTimeout(done, 10));
  }
}

async function other(server) {
  const response = await fetch(`${server.url}/api/v1/roulettes`, { headers: server.small });
  if (!response.ok) throw new Error(`${response.status}`);
  await response.text();
}

/** Of the requests since they were asked for. */
async function times(server) {
  server.child.send('times');
  const [{ times: taken }] = await once(server.child, 'message');
  return taken;
}

function row(what, where, bound, taken) {
  const sorted = taken.sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  const found = { p99: at(0.99), p95: at(0.95), median: at(0.5) };
  const [[measure, limit] = []] = Object.entries(bound);
  report.row(
    [what, where, found.p99.toFixed(1), found.p95.toFixed(1), found.median.toFixed(1), measure === undefined ? '' : `${measure} < ${limit}`],
    measure === undefined || found[measure] < limit,
  );
}
