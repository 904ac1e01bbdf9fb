// A warm tools/call that reads nothing: on PostgreSQL against on SQLite. Neither touches its database.
import { compare, start } from './lib/compare.mjs';
import { postgresWith } from './lib/postgres.mjs';
import { table } from './lib/report.mjs';

const rounds = Number(process.env.ROUNDS ?? 15);
const seconds = Number(process.env.SECONDS ?? 0.7);
const bound = 1.2;
const body = JSON.stringify({
  jsonrpc: '2.0',
  id: 7,
  method: 'tools/call',
  params: { name: 'echo', arguments: { text: 'hello from the load generator, forty-odd bytes long' } },
});

const database = await postgresWith([]);
const report = table(`CPU of the server process a request, PostgreSQL / SQLite; median of ${rounds} interleaved rounds of ${seconds} s`, [
  'workload',
  'ratio',
  'least–most',
  'bound',
  'SQLite µs',
  'PostgreSQL µs',
]);
try {
  const sqlite = await start('gatehouse');
  const postgres = await start('gatehouse', { DATABASE_URL: database.url });
  const { ratio, least, most, base, candidate } = await compare(sqlite, postgres, { rounds, seconds, body, headers: { 'mcp-protocol-version': '2025-11-25' } });
  report.row(
    ['tools/call, 2025-11-25', ratio.toFixed(2), `${least.toFixed(2)}–${most.toFixed(2)}`, `≤ ${bound}`, base.toFixed(1), candidate.toFixed(1)],
    ratio <= bound,
  );
  sqlite.stop();
  postgres.stop();
  report.done();
} finally {
  await database.close();
}
