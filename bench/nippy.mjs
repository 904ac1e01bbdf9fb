// Nippy: figures of a business with a million spins, another's calls meanwhile, and what a call costs among 10,000 businesses; on both databases.
import nippy from '@gatehouse/nippy';
import { compare, start } from './lib/compare.mjs';
import { toolCall } from './lib/mcp.mjs';
import { postgresWith } from './lib/postgres.mjs';
import { span, table } from './lib/report.mjs';
import { meanwhile, onEach, timesTable } from './lib/timed.mjs';

const rounds = Number(process.env.ROUNDS ?? 5);
const SPINS = Number(process.env.SPINS ?? 1_000_000);
const BUSINESSES = Number(process.env.BUSINESSES ?? 10_000);
const WARM = 20;

const byDay = { collection: 'roulettesMaterializedView', dateRange: 'last_90_days', group_by: ['day'] };
const byOutcome = { ...byDay, group_by: ['day', 'outcome'], measures: [{ function: 'count' }, { function: 'count_distinct', field: 'roulette_id' }] };
/** Not counted by day: the rows themselves are read, a portion at a time. */
const byPerson = { ...byDay, dateRange: 'last_7_days', group_by: ['person'], order_by: [{ by: 'count', direction: 'desc' }] };
const tooMuch = { ...byPerson, dateRange: 'last_90_days' };

const report = timesTable(`Milliseconds of the server from request to answer; a business with ${SPINS} spins`);
await onEach('nippy', nippy, { SPINS: String(SPINS) }, async (server, database) => {
  await alone(server, database);
  const bound = { p95: database === 'SQLite' ? 400 : 150 };
  await figures(server, database, 'by day over 90 days', byDay, rounds * 40, bound);
  await figures(server, database, 'by day and outcome', byOutcome, rounds * 20, bound);
  await figures(server, database, 'by person over 7 days, from the rows', byPerson, rounds * 2, {});
  // Fewer would be answered.
  if (SPINS >= 200_000) await figures(server, database, 'by person over 90 days: refused', tooMuch, rounds * 2, {}, 400);
});
report.done();

const cost = table(
  `A warm call (roulettes_list_roulettes over MCP), ${BUSINESSES} businesses / 10; CPU of the server, median of ${rounds * 2} interleaved rounds`,
  ['database', 'ratio', 'least–most', 'bound', 'ten µs', 'many µs'],
);
const body = toolCall('roulettes_list_roulettes', {});
const sizes = ['10', String(BUSINESSES)];
await compared('SQLite', [{}, {}]);
const databases = [await postgresWith(nippy.tables), await postgresWith(nippy.tables)];
try {
  await compared(
    'PostgreSQL',
    databases.map(({ url }) => ({ DATABASE_URL: url })),
  );
} finally {
  for (const { close } of databases) await close();
}
cost.done();

async function compared(database, places) {
  const servers = [];
  for (const [n, where] of places.entries()) {
    const server = await start('nippy', { ...where, SPINS: '0', BUSINESSES: sizes[n] });
    servers.push({ ...server, url: `${server.url}/mcp` });
  }
  const { ratio, ratios, base, candidate } = await compare(...servers, { body, rounds: rounds * 2, seconds: 1 });
  cost.row([database, ratio.toFixed(2), span(ratios), '≤ 1.1', base.toFixed(0), candidate.toFixed(0)], ratio <= 1.1);
  for (const server of servers) server.stop();
}

/** What this machine gives who has it to themselves. */
async function alone(server, database) {
  for (let n = 0; n < WARM; n += 1) await other(server);
  await server.times();
  await meanwhile(
    () => other(server),
    () => new Promise((done) => setTimeout(done, rounds * 500)),
  );
  report.times('a call of a small business, alone', database, {}, (await server.times())('/roulettes'));
}

async function figures(server, database, what, query, count, bound, status = 200) {
  for (let n = 0; n < WARM; n += 1) await other(server);
  if (status === 200) for (let n = 0; n < WARM; n += 1) await ask(server, byOutcome, 200);
  await server.times();
  await meanwhile(
    () => other(server),
    async () => {
      for (let n = 0; n < count + 2; n += 1) await ask(server, query, status);
    },
  );
  const of = await server.times();
  report.times(what, database, bound, of('/analytics/query').slice(2));
  report.times('another business’s call during that', database, { p99: 10 }, of('/roulettes'));
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

async function other(server) {
  const response = await fetch(`${server.url}/api/v1/roulettes`, { headers: server.small });
  if (!response.ok) throw new Error(`${response.status}`);
  await response.text();
}
