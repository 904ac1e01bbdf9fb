// What requests took, as the server itself has it: on each database in turn, in a table of percentiles.
import { once } from 'node:events';
import pg from 'pg';
import { start } from './compare.mjs';
import { postgresWith } from './postgres.mjs';
import { median, percentile, table } from './report.mjs';

/**
 * Starts `bench/servers/<name>.mjs` on a SQLite file, then on PostgreSQL, and measures it on each:
 * `measure(server, database)`, where `server.times()` answers what the requests since the last time took.
 */
export async function onEach(name, { tables }, env, measure) {
  await on('SQLite', {});
  const database = await postgresWith(tables);
  try {
    await on('PostgreSQL', { DATABASE_URL: database.url, ADMIN_URL: database.adminUrl });
  } finally {
    await database.close();
  }

  async function on(kind, where) {
    const server = await start(name, { ...env, ...where, TIMES: 'yes' });
    try {
      console.error(`${kind}: filled in ${server.filledSeconds.toFixed(0)} s`);
      if (where.ADMIN_URL !== undefined) await analyze(where.ADMIN_URL);
      await measure({ ...server, times: () => timesOf(server) }, kind);
    } finally {
      server.stop();
    }
  }
}

/** What the database does by itself soon after so many rows have come. */
async function analyze(adminUrl) {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  await client.query('vacuum analyze');
  await client.end();
}

/** Looks milliseconds up by a part of `<method> <path>`. */
async function timesOf({ child }) {
  child.send('times');
  const [{ times }] = await once(child, 'message');
  return (part) => times.filter(([request]) => request.includes(part)).map(([, ms]) => ms);
}

/** A table of milliseconds: `times` writes a row of them, `row` any other. */
export function timesTable(title, more = []) {
  const report = table(title, ['what', 'database', 'p99', 'p95', 'median', 'bound', ...more]);
  return {
    ...report,
    /** @param bound such as `{ p95: 10 }`; `{}` for none */
    times(what, database, bound, taken, ...others) {
      const found = { p99: percentile(taken, 0.99), p95: percentile(taken, 0.95), median: median(taken) };
      const [[measure, limit] = []] = Object.entries(bound);
      const told = measure === undefined ? '' : `${measure} < ${limit}`;
      report.row([what, database, ...Object.values(found).map((ms) => ms.toFixed(1)), told, ...others], measure === undefined || found[measure] < limit);
      return found;
    },
  };
}

/** Makes the call a hundred times a second while the work is done. */
export async function meanwhile(call, work) {
  let over = false;
  const calling = async () => {
    while (!over) {
      await call();
      await new Promise((done) => setTimeout(done, 10));
    }
  };
  const working = async () => {
    try {
      await work();
    } finally {
      over = true;
    }
  };
  await Promise.all([calling(), working()]);
}
