import { AsyncResource } from 'node:async_hooks';
import { PostgresAdapter } from 'kysely';
import type { TableDef } from '../../domain/tables.js';
import { bothLayers, IsolationError, type Layers } from '../layers.js';
import { placesOf } from '../sql/ddl-postgres.js';
import { Facades, type RunQuery } from '../sql/facade.js';
import type { InTurn, LookUps, RunRows, Together } from '../sql/own-tables.js';
import { proveFacade } from '../sql/prove-facade.js';
import { rawText } from '../sql/raw-sql.js';
import type { Row } from '../sql/rows.js';
import { schemaOf } from '../sql/schema.js';
import { PostgresSearch } from '../sql/search-postgres.js';
import { OwnStores } from '../sql/own-stores.js';
import type { Store, StoreLoad } from '../store.js';
import type { Snapshot, TenantDb, Unit } from '../unit.js';
import { Acting } from './acting.js';
import { Aside } from './aside.js';
import { PostgresChanges } from './changes.js';
import { checkServing } from './check-serving.js';
import { Compiler } from './compiler.js';
import { bound, exactRows } from './decode.js';
import { Engine, type RunAsTenant } from './engine.js';
import { PostgresKeys } from './keys.js';
import { Lanes } from './lanes.js';
import { PostgresLedger } from './ledger.js';
import { Lookups } from './lookups.js';
import { mark } from './marks.js';
import { PostgresMeta } from './meta.js';
import { Pool } from './pool.js';
import { proveIsolation } from './prove-isolation.js';
import { Session, type SessionOptions } from './session.js';
import { PostgresSignals } from './signals.js';
import { StatementNames } from './statement-names.js';
import { PostgresTenants } from './tenants.js';
import { PostgresUsers } from './users.js';

export interface PostgresStoreOptions {
  /** The serving role's: `postgres://role:password@host:port/database`. The database has been migrated. */
  readonly url: string;
  /** The platform's tables. The database has them, or the store refuses to open. */
  readonly tables: readonly TableDef[];
  /** Unix milliseconds, for limits. @default the database's clock */
  readonly now?: (() => number) | undefined;
  /** Unix milliseconds, as `changes.current` is given them: tells of a machine that slept. Without it that goes unnoticed. */
  readonly wall?: (() => number) | undefined;
  /** How long a unit of work may last. @default 5 */
  readonly txSeconds?: number;
  readonly log?: (event: object) => void;
  /** For the isolation prover alone. With the database's off, the URL is of one whom row-level security does not hold. @default both on */
  readonly layers?: Layers;
  /** Whether this process holds caches and must hear of changes. @default true */
  readonly serves?: boolean;
  /** For statements and units; look-ups, limits and changes have a few of their own. @default 10 */
  readonly connections?: number;
  /** How long one statement may take. @default 10 */
  readonly statementSeconds?: number;
  /** How long one of the connections is waited for. @default 5 */
  readonly waitSeconds?: number;
}

const CONNECT_SECONDS = 3;
const LOOK_UP_SECONDS = 2;

/**
 * Opens the store on a migrated PostgreSQL database, which many processes may share.
 * @throws {IsolationError} where this role or this database would not keep tenants apart
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<Store> {
  const { tables, layers = bothLayers, txSeconds = 5, log = () => {}, connections = 10, statementSeconds = 10, waitSeconds = 5 } = options;
  const compiler = new Compiler(schemaOf(tables));
  const facades = new Facades(tables, { compiler, adapter: new PostgresAdapter(), guard: { returningKnowsAlias: true } }, layers);
  const session = { url: options.url, connectTimeoutSeconds: CONNECT_SECONDS, statementTimeoutSeconds: statementSeconds, places: placesOf(tables) };
  // Sessions outlive the unit of work in which one happens to be opened: they are not part of it.
  const open = AsyncResource.bind((more: Partial<SessionOptions>) => Session.open({ ...session, ...more }));
  const check = await open({});
  try {
    const acting = new Acting(layers.database ? (await checkServing(check, tables)).tenant : undefined);
    const pool = new Pool({ open: (onEnd) => open({ onEnd }), connections, waitSeconds });
    const lookups = new Aside(() => open({ statementTimeoutSeconds: LOOK_UP_SECONDS, applicationName: 'gatehouse look-ups' }));
    const engine = new Engine({ pool, lanes: new Lanes(pool), acting, aside: lookups, txSeconds, log });
    const store = new PostgresStore({
      engine,
      facades,
      lookups,
      limits: new Aside(() => open({ applicationName: 'gatehouse limits' })),
      open: () => open({}),
      options,
    });
    await store.changes.join();
    return store;
  } finally {
    await check.close();
  }
}

interface Parts {
  readonly engine: Engine;
  readonly facades: Facades;
  readonly lookups: Aside;
  readonly limits: Aside;
  readonly open: () => Promise<Session>;
  readonly options: PostgresStoreOptions;
}

class PostgresStore extends OwnStores implements Store {
  readonly keys: PostgresKeys;
  readonly users: PostgresUsers;
  readonly tenants: PostgresTenants;
  readonly ledger: PostgresLedger;
  readonly meta: PostgresMeta;
  readonly search: PostgresSearch;
  readonly changes: PostgresChanges;
  readonly signals = new PostgresSignals((messages) => this.changes.signal(messages));
  readonly #parts: Parts;
  readonly #names = new StatementNames();
  #closed: Promise<void> | undefined;

  constructor(parts: Parts) {
    const { engine, lookups, limits, options } = parts;
    super(runOf(parts), { place: (n) => `$${n}`, hold: ' for no key update', passOver: ' for update skip locked' });
    this.#parts = parts;
    this.keys = new PostgresKeys(engine, lookups);
    this.users = new PostgresUsers(engine);
    this.tenants = new PostgresTenants(engine);
    this.ledger = new PostgresLedger((text, values, name) => limits.query(text, values, name), { now: options.now });
    this.meta = new PostgresMeta(engine);
    this.search = new PostgresSearch(ownRows(engine));
    const { url, serves = true, wall, log = () => {} } = options;
    this.changes = new PostgresChanges({ url, units: engine, serves, wall, log, heard: (message) => this.signals.heard(message) });
  }

  db(tenant: string): TenantDb {
    return this.#facade(tenant, (statement) => this.#parts.engine.asTenant(statement));
  }

  tx<T>(tenant: string, work: (unit: Unit) => Promise<T>): Promise<T> {
    const { engine } = this.#parts;
    return engine.tx(tenant, (frame) => work({ db: this.#facade(tenant, engine.runnerOf(frame)) }));
  }

  snapshot<T>(tenant: string, work: (snapshot: Snapshot) => Promise<T>): Promise<T> {
    return this.#parts.engine.snapshot(tenant, (read) => work({ db: this.#parts.facades.openToRead(tenant, this.#runQuery(tenant, read)) }));
  }

  async unsafe(tenant: string, sql: string, parameters: readonly unknown[] = []): Promise<readonly Record<string, unknown>[]> {
    const text = rawText(tenant, sql, parameters, (n) => `$${n}`);
    return exactRows(await this.#parts.engine.asTenant({ tenant, mode: 'raw', text, values: parameters.map(bound) }));
  }

  async proveIsolation(): Promise<void> {
    const { facades, open, options } = this.#parts;
    if (options.layers?.database === false) throw new IsolationError('The layer of the database is off: open the store with both layers');
    await proveFacade(facades);
    const session = await open();
    try {
      await proveIsolation(session, options.tables, await checkServing(session, options.tables));
    } finally {
      await session.close();
    }
  }

  load(): StoreLoad {
    return this.#parts.engine.load;
  }

  async ping(): Promise<void> {
    await this.#parts.lookups.query('select 1', [], 'gatehouse_ping');
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    const { engine, lookups, limits } = this.#parts;
    await engine.close();
    await Promise.all([this.changes.leave(), lookups.close(), limits.close()]);
  }

  #facade(tenant: string, run: RunAsTenant): TenantDb {
    return this.#parts.facades.open(tenant, this.#runQuery(tenant, run));
  }

  #runQuery(tenant: string, run: RunAsTenant): RunQuery {
    return async ({ sql, parameters, writes }) => {
      const result = await run({ tenant, mode: writes ? 'write' : 'read', text: sql, values: parameters.map(bound), name: this.#names.nameOf(sql) });
      return { rows: exactRows(result), numAffectedRows: BigInt(writes ? result.rowCount : 0) };
    };
  }
}

/** Gatehouse's own statements, inside of the unit of work around them. */
function ownRows(engine: Engine): RunRows {
  return async (text, values, name) => {
    // What adds a row has to add it, or say why not.
    if (!text.startsWith('insert') && values.some(isNowhere)) return [];
    return (await engine.own({ text, values, name })).rows;
  };
}

/** PostgreSQL keeps no text with a NUL character and refuses to look for one; on SQLite none is found. */
function isNowhere(value: unknown): boolean {
  return typeof value === 'string' && value.includes('\0');
}

function runOf({ engine, lookups }: Pick<Parts, 'engine' | 'lookups'>) {
  const rows = ownRows(engine);
  const lookUps: LookUps = (select, column, name) => {
    const gathered = new Lookups<Row>(lookups, `${select} where ${column} = any($1)`, { column: 'hash', name, read: (row) => row });
    // One that is refused would be the failure of all that are asked for with it.
    return (hash) => (isNowhere(hash) ? Promise.resolve(undefined) : gathered.find(hash));
  };
  const together: Together = (name, work) => engine.tx(`gatehouse ${name}`, work);
  const inTurn: InTurn = async (turn, text, values, name) => (await engine.inTurn(`gatehouse ${turn}`, { text, values, name })).rows;
  const touch = (seen: ReadonlyMap<string, number>): Promise<void> => mark(engine, 'gatehouse_grants', seen);
  return { read: rows, write: rows, lookUps, inTurn, together, touch };
}
