// Nenjo with 100,000 tickets in one tenant of a thousand: lists by each filter, the execution order, bootstrap; on both databases.
import nenjo from '@gatehouse/nenjo';
import { onEach, timesTable } from './lib/timed.mjs';

const rounds = Number(process.env.ROUNDS ?? 5) * 20;
const WARM = 5;
const { TENANTS = '1000', TICKETS = '100000', CHAIN = '1000', EACH = '500' } = process.env;
const env = { TENANTS, TICKETS, CHAIN, EACH };

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
  ['status and type, none', { status: 'open', type: 'task' }],
  ['project_id and status, none', { project_id: common, status: 'in_progress' }],
  ['offset 90,000', { offset: '90000' }],
  ['status, offset 40,000', { status: 'done', offset: '40000' }],
  ['all of them, 15 of the oldest', { project_id: small, status: 'in_progress', priority: 'critical', type: 'bug', tags: 'rare' }],
];

const report = timesTable(
  `Milliseconds of the server from request to answer, one at a time, ${rounds} of each; ${TICKETS} tickets in one tenant of ${TENANTS}`,
  ['bytes'],
);
await onEach('nenjo', nenjo, env, async (server, database) => {
  const row = (what, bound, path, headers = server.headers) => measure(server, database, what, bound, path, headers);
  for (const [what, filter] of lists(server.projects)) await row(`tickets_list, ${what}`, { p95: 10 }, `/tickets?${new URLSearchParams(filter)}`);
  await row(`graph_execution_order of ${CHAIN}`, { median: 50 }, `/graph/execution-order?project_id=${server.projects.chained}`);
  await row(`agents/bootstrap, ${EACH} of each`, { median: 200 }, '/agents/bootstrap', server.workshop);
});
report.done();

async function measure(server, database, what, bound, path, headers) {
  let bytes = 0;
  for (let n = 0; n < WARM + rounds; n += 1) {
    const response = await fetch(`${server.url}/api/v1${path}`, { headers });
    bytes = (await response.arrayBuffer()).byteLength;
    if (response.status !== 200) throw new Error(`${what}: ${response.status}`);
  }
  const of = await server.times();
  report.times(what, database, bound, of('/').slice(WARM), bytes);
}
