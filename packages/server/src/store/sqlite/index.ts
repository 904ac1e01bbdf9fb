import { closeSync, openSync } from 'node:fs';
import { SqliteAdapter, SqliteQueryCompiler } from 'kysely';
import type { TableDef } from '../../domain/tables.js';
import { Facades, type RunQuery } from '../sql/facade.js';
import type { Store } from '../store.js';
import type { TenantDb, Unit } from '../unit.js';
import { LocalChanges } from './changes.js';
import { Connection } from './connection.js';
import { bound } from './decode.js';
import type { DriverName } from './driver.js';
import { Engine, type Runner } from './engine.js';
import type { Frame } from './frame.js';
import { SqliteKeys } from './keys.js';
import { SqliteLedger } from './ledger.js';
import { SqliteMeta } from './meta.js';
import { loadDriver } from './load-driver.js';
import { migrate } from './migrate.js';
import { SqliteTenants } from './tenants.js';
import { SqliteUsers } from './users.js';

export interface SqliteStoreOptions {
  /** A file; made with mode 0600 where there is none. In memory does not do: readers have connections of their own. */
  readonly path: string;
  /** The platform's tables. The database is brought to them, or the store refuses to open. */
  readonly tables: readonly TableDef[];
  /** Unix milliseconds. */
  readonly now: () => number;
  /** How long a unit of work may hold the writing connection. @default 5 */
  readonly txSeconds?: number;
  readonly log?: (event: object) => void;
  /** @default the first in `driverOrder` that this machine has */
  readonly driver?: DriverName;
}

/** Opens the store on one SQLite file. One process at a time: its caches trust that nobody else changes keys or members. */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const { path, tables, now, txSeconds = 5, log = () => {} } = options;
  if (path === '' || path.startsWith(':') || path.startsWith('file:'))
    throw new Error(`The SQLite store needs the path of a file, not ${JSON.stringify(path)}`);
  const facades = new Facades(tables, { compiler: new SqliteQueryCompiler(), adapter: new SqliteAdapter(), guard: { returningKnowsAlias: false } });
  const open = await loadDriver(options.driver);
  closeSync(openSync(path, 'a', 0o600));
  const writer = new Connection(open, path, 'writer');
  try {
    migrate(writer, tables, now);
    writer.stopWaiting();
    return new SqliteStore(new Engine(writer, new Connection(open, path, 'reader'), { txSeconds, log }), facades);
  } catch (error) {
    writer.close();
    throw error;
  }
}

class SqliteStore implements Store {
  readonly keys: SqliteKeys;
  readonly users: SqliteUsers;
  readonly tenants: SqliteTenants;
  readonly ledger: SqliteLedger;
  readonly meta: SqliteMeta;
  readonly changes: LocalChanges;
  readonly #engine: Engine;
  readonly #facades: Facades;
  #closed: Promise<void> | undefined;

  constructor(engine: Engine, facades: Facades) {
    this.#engine = engine;
    this.#facades = facades;
    this.keys = new SqliteKeys(engine);
    this.users = new SqliteUsers(engine);
    this.tenants = new SqliteTenants(engine);
    this.ledger = new SqliteLedger(engine);
    this.meta = new SqliteMeta(engine);
    this.changes = new LocalChanges(engine);
  }

  db(tenant: string): TenantDb {
    return this.#facades.open(tenant, queriesOf(this.#engine));
  }

  tx<T>(tenant: string, work: (unit: Unit) => Promise<T>): Promise<T> {
    return this.#engine.tx((frame: Frame) => work({ db: this.#facades.open(tenant, queriesOf(this.#engine.runnerOf(frame))) }));
  }

  async unsafe(_tenant: string, sql: string, parameters: readonly unknown[] = []): Promise<readonly Record<string, unknown>[]> {
    if (/^\s*(begin|commit|end|rollback|savepoint|release|attach|detach|vacuum)\b/i.test(sql)) {
      throw new Error('Transactions are begun and ended with tx, and a file is one database');
    }
    const values = parameters.map(bound);
    const run = (connection: Connection): Record<string, unknown>[] => connection.query(sql, values).rows;
    return /^\s*(select|values|explain)\b/i.test(sql) ? this.#engine.read(run) : this.#engine.write(run);
  }

  async proveIsolation(): Promise<void> {}

  async ping(): Promise<void> {
    this.#engine.reader.get('select 1 as one');
  }

  close(): Promise<void> {
    this.#closed ??= this.#engine.close();
    return this.#closed;
  }
}

/** A select goes to the reader, everything else through the queue; inside a unit both go to the unit. */
function queriesOf(runner: Runner): RunQuery {
  return async ({ sql, parameters, writes }) => {
    const values = parameters.map(bound);
    const run = (connection: Connection): ReturnType<Connection['query']> => connection.query(sql, values);
    const { rows, changed } = writes ? await runner.write(run) : await runner.read(run);
    return { rows, numAffectedRows: BigInt(changed) };
  };
}
