// Nenjo with 100,000 tickets in one tenant of a thousand: lists by each filter, the execution order, bootstrap; on both databases.
import { once } from 'node:events';
import nenjo from '@gatehouse/nenjo';
import pg from 'pg';
import { start } from './lib/compare.mjs';
import { postgresWith } from './lib/postgres.mjs';
import { table } from './lib/report.mjs';

const rounds = Number(process.env.ROUNDS ?? 5) * 20;
const WARM = 5;
const env = { TENANTS: '1000', TICKETS: '100000', CHAIN: '1000', EACH: '500' };

const lists = ({ common, small }) => [
  ['no filter', {}],
  ['project_id, 5,000 tickets', { project_id: common }],
  ['project_id, 15 of the oldest', { project_id: small }],
  ['status, every second', { status: 'done' }],
  ['status, 15 of the oldest', { status: 'in_progress' }],
  ['priority, every third', { priority: 'high' }],
  ['priority, 15 of the oldest', { priority: 'critical' }],
  ['type, every second', { type: 'task' }],
  ['type, 15 of the oldest', { type: 'bug' }],
  ['tags, every second', { tags: 'backend' }],
  ['tags, 15 of the oldest', { tags: 'rare' }],
  ['project_id and tags, every second', { project_id: common, tags: 'backend' }],
  ['status and priority, every sixth', { status: 'done', priority: 'high' }],
  ['status and priority, none', { status: 'done', priority: 'critical' }],
  ['all of them, 15 of the oldest', { project_id: small, status: 'in_progress', priority: 'critical', type: 'bug', tags: 'rare' }],
];

const report = table(`Milliseconds of the server from request to answer, one at a time, ${rounds} of each; 100,000 tickets in one tenant of 1,000`, [
  'what',
  'database',
  'p95',
  'median',
  'bound',
  'bytes',
]);
await measure('SQLite', {});
const database = await postgresWith(nenjo.tables);
try {
  await measure('PostgreSQL', { DATABASE_URL: database.url }, database.adminUrl);
} finally {
  await database.close();
}
report.done();

async function measure(name, where, adminUrl) {
  const server = await start('nenjo', { ...env, ...where });
  try {
    console.error(`${name}: filled in ${server.filledSeconds.toFixed(0)} s`);
    if (adminUrl !== undefined) await analyzed(adminUrl);
    const { projects, headers, workshop } = server;
    for (const [what, filter] of lists(projects))
      await row(`tickets_list, ${what}`, name, { p95: 10 }, server, `/tickets?${new URLSearchParams(filter)}`, headers);
    await row('graph_execution_order of 1,000', name, { median: 50 }, server, `/graph/execution-order?project_id=${projects.chained}`, headers);
    await row('agents/bootstrap, 500 of each', name, { median: 200 }, server, '/agents/bootstrap', workshop);
  } finally {
    server.stop();
  }
}

async function row(what, database, bound, server, path, headers) {
  let bytes = 0;
  for (let n = 0; n < WARM + rounds; n += 1) {
    const response = await fetch(`${server.url}/api/v1${path}`, { headers });
    bytes = (await response.arrayBuffer()).byteLength;
    if (response.status !== 200) throw new Error(`${what}: ${response.status}`);
  }
  server.child.send('times');
  const [{ times: all }] = await once(server.child, 'message');
  const times = all.slice(WARM).sort((a, b) => a - b);
  const at = (share) => times[Math.floor(times.length * share)] ?? 0;
  const taken = { p95: at(0.95), median: at(0.5) };
  const [[measure, limit]] = Object.entries(bound);
  report.row([what, database, taken.p95.toFixed(1), taken.median.toFixed(1), `${measure} < ${limit}`, bytes], taken[measure] < limit);
}

/** What the database does by itself soon after so many rows have come. */
async function analyzed(adminUrl) {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  await client.query('vacuum analyze');
  await client.end();
}
