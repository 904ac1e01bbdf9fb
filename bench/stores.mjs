// A warm tools/call that reads nothing: on PostgreSQL against on SQLite. Neither touches its database.
import { compare, start } from './lib/compare.mjs';
import { requests } from './lib/mcp.mjs';
import { postgresWith } from './lib/postgres.mjs';
import { span, table } from './lib/report.mjs';

const rounds = Number(process.env.ROUNDS ?? 15);
const seconds = Number(process.env.SECONDS ?? 0.7);
const bound = 1.2;
const { name, headers, body } = requests.call2025;

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
  const { ratio, ratios, base, candidate } = await compare(sqlite, postgres, { rounds, seconds, headers, body });
  report.row([name, ratio.toFixed(2), span(ratios), `≤ ${bound}`, base.toFixed(1), candidate.toFixed(1)], ratio <= bound);
  sqlite.stop();
  postgres.stop();
  report.done();
} finally {
  await database.close();
}
