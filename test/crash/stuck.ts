import type { Driver } from '../../packages/server/src/store/sqlite/driver.js';
import { loadDriver } from '../../packages/server/src/store/sqlite/load-driver.js';
import { type AppDatabase, type DatabaseKind, newAppDatabase } from '../support/app-database.js';
import { queryAt, sharedPostgres } from '../support/postgres.js';
import type { Platform } from 'gatehouse';

/** A database whose server can be made to stand still in the middle of a unit of work, as it would stand if it were killed there. */
export interface Stuck extends AppDatabase {
  /** Whoever does this next comes no further, such as `insert on ideas`. */
  at(event: string): Promise<void>;
  /** Settles when somebody stands there. */
  reached(): Promise<void>;
  /** Takes it back, once the server is gone. */
  clear(): Promise<void>;
  query<Row>(sql: string): Promise<readonly Row[]>;
}

export async function stuckDatabase(kind: DatabaseKind, platform: Platform): Promise<Stuck> {
  const app = await newAppDatabase(kind, platform);
  return { ...app, ...('url' in app.database ? await inPostgres(app.database.url) : await inSqlite(app.database.file)) };
}

type Means = Pick<Stuck, 'at' | 'reached' | 'clear' | 'query'>;

/** Looks one after the other that find the database written to: no unit takes so long that is not stuck. */
const LOOKS = 15;
const EVERY_MS = 10;
const WITHIN_MS = 15_000;

/** Looks until it holds so many times in a row. */
async function held(times: number, holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + WITHIN_MS;
  for (let looks = 0; looks < times; looks = (await holds()) ? looks + 1 : 0) {
    if (performance.now() > end) throw new Error('Nobody came so far');
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
}

async function inSqlite(file: string): Promise<Means> {
  const open = await loadDriver();
  const opened = <T>(work: (db: Driver) => T): T => {
    const db = open(file, false);
    try {
      db.exec('pragma busy_timeout = 0');
      return work(db);
    } finally {
      db.close();
    }
  };
  const isWritten = async (): Promise<boolean> => {
    try {
      opened((db) => db.exec('begin immediate; rollback'));
      return false;
    } catch {
      return true;
    }
  };
  const endless = 'select count(*) from (with recursive n(i) as (select 1 union all select i + 1 from n) select i from n)';
  return {
    at: async (event) => void opened((db) => db.exec(`create trigger stuck before ${event} begin ${endless}; end`)),
    reached: () => held(LOOKS, isWritten),
    clear: async () => void opened((db) => db.exec('drop trigger stuck')),
    query: async <Row>(sql: string) => opened((db) => db.prepare(sql).all([])) as Row[],
  };
}

async function inPostgres(serving: string): Promise<Means> {
  const admin = new URL(await sharedPostgres());
  admin.pathname = new URL(serving).pathname;
  const ask = (sql: string) => queryAt(admin.href, sql);
  const others = 'from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()';
  return {
    async at(event) {
      await ask("create function stuck() returns trigger language plpgsql as 'begin perform pg_sleep(60); return new; end'");
      await ask(`create trigger stuck before ${event} for each row execute function stuck()`);
    },
    reached: () => held(1, async () => (await ask(`select 1 ${others} and wait_event = 'PgSleep'`)).length > 0),
    async clear() {
      // The database would not notice before it has something to say to them.
      await ask(`select pg_terminate_backend(pid) ${others}`);
      await ask('drop function stuck cascade');
    },
    query: async <Row>(sql: string) => (await ask(sql)) as Row[],
  };
}
