// How long one tenant's warm calls take while another tenant reads 20,000 rows, again and again, on both databases.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { start } from './lib/compare.mjs';
import { toolCall } from './lib/mcp.mjs';
import { postgresWith } from './lib/postgres.mjs';
import { median, span, table } from './lib/report.mjs';
import platform from './servers/scan-platform.mjs';

const rounds = Number(process.env.ROUNDS ?? 5);
const seconds = Number(process.env.SECONDS ?? 4);
const rows = 20_000;
const bound = 10;
const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream', 'mcp-protocol-version': '2025-11-25' };

const report = table(`Milliseconds of a warm tools/call, four at a time, while another tenant reads ${rows} rows; median of ${rounds} rounds of ${seconds} s`, [
  'database',
  'p99',
  'least–most',
  'bound',
  'median',
  'p99 without the other',
  'one reading, with the calls beside it',
]);
const client = fork(fileURLToPath(new URL('lib/client.mjs', import.meta.url)));
try {
  await measure('SQLite', {});
  const database = await postgresWith(platform.tables);
  await measure('PostgreSQL', { DATABASE_URL: database.url });
  await database.close();
} finally {
  client.disconnect();
}
report.done();

async function measure(name, env) {
  const server = await start('gatehouse', { ...env, PLATFORM: 'scan-platform' });
  const other = { ...headers, ...server.others };
  await call(server.url, other, 'fill', { count: rows });
  const alone = [];
  const beside = [];
  const scans = [];
  await load(server);
  for (let round = 0; round < rounds; round += 1) {
    alone.push(await load(server));
    const until = performance.now() + seconds * 1000;
    const scanning = (async () => {
      while (performance.now() < until) {
        const began = performance.now();
        const { rows: read } = await call(server.url, other, 'scan', {});
        if (read !== rows) throw new Error(`${read} rows were read`);
        scans.push(performance.now() - began);
      }
    })();
    beside.push(await load(server));
    await scanning;
  }
  server.stop();
  const p99 = beside.map((slice) => slice.p99);
  const at = (slices, what) => median(slices.map((slice) => slice[what])).toFixed(1);
  report.row([name, at(beside, 'p99'), span(p99, 1), `< ${bound}`, at(beside, 'p50'), at(alone, 'p99'), median(scans).toFixed(0)], median(p99) < bound);
}

async function load(server) {
  client.send({ url: server.url, body: toolCall('echo', { text: 'hello' }), connections: 4, seconds, headers: { ...headers, ...server.headers } });
  const [slice] = await once(client, 'message');
  if (slice.bad > 0) throw new Error(`${slice.bad} answers were not 2xx`);
  return slice;
}

async function call(url, withHeaders, name, args) {
  const response = await fetch(url, { method: 'POST', headers: withHeaders, body: toolCall(name, args) });
  const { result } = await response.json();
  if (result?.structuredContent === undefined) throw new Error(`${name}: HTTP ${response.status}`);
  return result.structuredContent;
}
