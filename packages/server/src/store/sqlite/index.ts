import { closeSync, openSync } from 'node:fs';
import { FunctionNode, SqliteAdapter, SqliteQueryCompiler } from 'kysely';
import type { TableDef } from '../../domain/tables.js';
import { bothLayers, IsolationError, type Layers } from '../layers.js';
import { type FacadeDialect, Facades, type RunQuery } from '../sql/facade.js';
import type { InTurn, LookUps, OwnStatements, Together } from '../sql/own-tables.js';
import { proveFacade } from '../sql/prove-facade.js';
import { rawText } from '../sql/raw-sql.js';
import { SqliteSearch } from '../sql/search-sqlite.js';
import { OwnStores } from '../sql/own-stores.js';
import type { Store, StoreLoad } from '../store.js';
import type { Snapshot, TenantDb, Unit } from '../unit.js';
import { LocalChanges } from './changes.js';
import { Connection } from './connection.js';
import { bound } from './decode.js';
import type { DriverName } from './driver.js';
import { Engine, type Runner } from './engine.js';
import type { Frame } from './frame.js';
import { type GuardedTable, guardedTables, guardsOf, tenantFunction } from './guarded-tables.js';
import { SqliteKeys } from './keys.js';
import { SqliteLedger } from './ledger.js';
import { SqliteMeta } from './meta.js';
import { loadDriver } from './load-driver.js';
import { mark } from './marks.js';
import { migrate } from './migrate.js';
import { proveByTrying, proveGuards, proveNothingElse } from './prove.js';
import { LocalSignals } from './signals.js';
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
  /** For the isolation prover alone. With a layer off nothing is proved at opening. @default both on */
  readonly layers?: Layers;
}

const dialect: FacadeDialect = {
  compiler: new SqliteQueryCompiler(),
  adapter: new SqliteAdapter(),
  guard: { returningKnowsAlias: false, writesTo: 'main', databaseTenant: FunctionNode.create(tenantFunction, []) },
};

/**
 * Opens the store on one SQLite file. One process at a time: its caches trust that nobody else changes keys or members.
 * @throws {IsolationError} where tenants would not be kept apart by both layers
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const { path, tables, now, txSeconds = 5, log = () => {}, layers = bothLayers } = options;
  if (path === '' || path.startsWith(':') || path.startsWith('file:'))
    throw new Error(`The SQLite store needs the path of a file, not ${JSON.stringify(path)}`);
  const facades = new Facades(tables, dialect, layers);
  const guarded = guardedTables(tables);
  const guards = layers.database ? guarded.flatMap(guardsOf).map(({ create }) => create) : [];
  const open = await loadDriver(options.driver);
  closeSync(openSync(path, 'a', 0o600));
  const writer = new Connection(open, path, 'writer');
  let engine: Engine | undefined;
  try {
    migrate(writer, tables, now);
    writer.guard(guards);
    writer.stopWaiting();
    const connect = (): Connection => {
      const reader = new Connection(open, path, 'reader', guards);
      if (layers.database) proveGuards(reader, guarded, 'connection of a long reading');
      return reader;
    };
    engine = new Engine(writer, new Connection(open, path, 'reader', guards), connect, { txSeconds, log });
    const store = new SqliteStore(engine, facades, { layers, guarded });
    if (layers.facade && layers.database) await store.proveIsolation();
    return store;
  } catch (error) {
    if (engine === undefined) writer.close();
    else await engine.close();
    throw error;
  }
}

interface Isolation {
  readonly layers: Layers;
  readonly guarded: readonly GuardedTable[];
}

class SqliteStore extends OwnStores implements Store {
  readonly keys: SqliteKeys;
  readonly users: SqliteUsers;
  readonly tenants: SqliteTenants;
  readonly ledger: SqliteLedger;
  readonly meta: SqliteMeta;
  readonly search: SqliteSearch;
  readonly changes: LocalChanges;
  readonly signals = new LocalSignals();
  readonly #engine: Engine;
  readonly #facades: Facades;
  readonly #isolation: Isolation;
  #closed: Promise<void> | undefined;

  constructor(engine: Engine, facades: Facades, isolation: Isolation) {
    const run = { ...rowsOf(engine), touch: (seen: ReadonlyMap<string, number>) => mark(engine, 'gatehouse_grants', seen) };
    super(run, { place: () => '?', hold: '', passOver: '' });
    this.#engine = engine;
    this.#facades = facades;
    this.#isolation = isolation;
    this.keys = new SqliteKeys(engine);
    this.users = new SqliteUsers(engine);
    this.tenants = new SqliteTenants(engine);
    this.ledger = new SqliteLedger(engine);
    this.meta = new SqliteMeta(engine);
    this.search = new SqliteSearch(rowsOf(engine).read);
    this.changes = new LocalChanges(engine);
  }

  db(tenant: string): TenantDb {
    return this.#facades.open(tenant, queriesOf(tenant, this.#engine));
  }

  tx<T>(tenant: string, work: (unit: Unit) => Promise<T>): Promise<T> {
    return this.#engine.tx((frame: Frame) => work({ db: this.#facades.open(tenant, queriesOf(tenant, this.#engine.runnerOf(frame))) }));
  }

  snapshot<T>(tenant: string, work: (snapshot: Snapshot) => Promise<T>): Promise<T> {
    return this.#engine.snapshot((read) => {
      const run: RunQuery = async ({ sql, parameters }) => ({ rows: await read(tenant, sql, parameters.map(bound)) });
      return work({ db: this.#facades.openToRead(tenant, run) });
    });
  }

  async unsafe(tenant: string, sql: string, parameters: readonly unknown[] = []): Promise<readonly Record<string, unknown>[]> {
    const text = rawText(tenant, sql, parameters, () => '?');
    const values = parameters.map(bound);
    return this.#engine.rows(tenant, text, values);
  }

  async proveIsolation(): Promise<void> {
    const { layers, guarded } = this.#isolation;
    if (!layers.database) throw new IsolationError('The layer of the database is off: open the store with both layers');
    await proveFacade(this.#facades);
    proveGuards(this.#engine.reader, guarded, 'reading connection');
    await this.#engine.tryOut((writer) => {
      proveNothingElse(writer, guarded);
      proveGuards(writer, guarded, 'writing connection');
      proveByTrying(writer);
    });
  }

  load(): StoreLoad {
    return this.#engine.load;
  }

  async ping(): Promise<void> {
    this.#engine.reader.get('select 1 as one');
  }

  close(): Promise<void> {
    this.#closed ??= this.#engine.close();
    return this.#closed;
  }
}

/** Gatehouse's own statements, as both databases run them. */
function rowsOf(engine: Engine): OwnStatements & { readonly lookUps: LookUps; readonly inTurn: InTurn; readonly together: Together } {
  return {
    inTurn: (_name, sql, values) => engine.write((connection) => connection.all(sql, ...values)),
    lookUps: (select, column) => {
      const sql = `${select} where ${column} = ?`;
      return async (hash) => engine.reader.get(sql, hash);
    },
    together: (_name, work) => engine.tx(work),
    read: (sql, values) => engine.read((connection) => connection.all(sql, ...values)),
    write: (sql, values) => engine.write((connection) => connection.all(sql, ...values)),
  };
}

/** A select goes to the reader, everything else through the queue; inside a unit both go to the unit. */
function queriesOf(tenant: string, runner: Runner): RunQuery {
  return async ({ sql, parameters, writes }) => {
    const values = parameters.map(bound);
    if (!writes) return { rows: await runner.rows(tenant, sql, values), numAffectedRows: 0n };
    const { rows, changed } = await runner.write((connection) => connection.query(tenant, sql, values));
    return { rows, numAffectedRows: BigInt(changed) };
  };
}
