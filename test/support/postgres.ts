import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import pg from 'pg';

/** An empty database of its own, on the server that the whole run shares. Drop it. */
export interface TestDatabase {
  /** Unique in the run, and so are the names of roles that derive from it. */
  readonly name: string;
  /** Of the superuser who owns it. */
  readonly adminUrl: string;
  /** One statement as that superuser, on a connection of its own. */
  query<Row extends pg.QueryResultRow = pg.QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Ends whatever is connected, and removes the database and the roles whose names begin with its name. */
  drop(): Promise<void>;
}

/** The administrator's URL of the run's PostgreSQL, which the first call starts (scripts/lib/test-setup.mjs). */
export function sharedPostgres(): Promise<string> {
  url ??= askForServer();
  return url;
}
let url: Promise<string> | undefined;

export function newDatabase(): Promise<TestDatabase> {
  return databaseFrom('template0');
}

/** With all that is in another, to which nobody may be connected. */
export function copiedDatabase(original: string): Promise<TestDatabase> {
  return databaseFrom(original);
}

async function databaseFrom(template: string): Promise<TestDatabase> {
  const server = await sharedPostgres();
  const name = `t_${randomBytes(6).toString('hex')}`;
  // Written to the log page by page, as is usual, it costs twice as much.
  await queryAt(server, `create database ${name} template ${template} strategy file_copy`);
  const own = new URL(server);
  own.pathname = `/${name}`;
  return {
    name,
    adminUrl: own.href,
    query: (sql, values) => queryAt(own.href, sql, values),
    drop: () => dropDatabase(server, name),
  };
}

async function dropDatabase(server: string, name: string): Promise<void> {
  await connected(server, async (client) => {
    await client.query(`drop database if exists ${name} with (force)`);
    const { rows } = await client.query<{ rolname: string }>('select rolname from pg_roles where starts_with(rolname, $1)', [`${name}_`]);
    // All at once: each may have been granted by another.
    if (rows.length > 0) await client.query(`drop role if exists ${rows.map(({ rolname }) => client.escapeIdentifier(rolname)).join(', ')}`);
  });
}

/** One statement on a connection of its own. */
export function queryAt<Row extends pg.QueryResultRow = pg.QueryResultRow>(at: string, sql: string, values: readonly unknown[] = []): Promise<Row[]> {
  return connected(at, async (client) => (await client.query<Row>(sql, [...values])).rows);
}

async function connected<T>(at: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: at });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function askForServer(): Promise<string> {
  const socketPath = process.env.TEST_POSTGRES;
  if (socketPath === undefined) throw new Error('Tests that need PostgreSQL run under Vitest with scripts/lib/test-setup.mjs');
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path: '/', agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => (response.statusCode === 200 ? resolve(text) : reject(new Error(`PostgreSQL did not start: ${text}`))));
    });
    asked.on('error', reject).end();
  });
}
