import { rowDecoder } from './decode.js';
import type { Driver, OpenDriver, RowArray, RowObject, SqlValue, Statement } from './driver.js';
import { tenantFunction } from './guarded-tables.js';
import { translated } from './sqlite-error.js';

const CACHED_STATEMENTS = 500;

/** A statement of a platform's, ready to run: rows come decoded. */
interface DecodedStatement {
  readonly returnsRows: boolean;
  run(parameters: readonly SqlValue[]): number;
  rows(parameters: readonly SqlValue[]): Record<string, unknown>[];
  open(parameters: readonly SqlValue[]): Helpings;
}

/** Rows a few at a time. */
interface Helpings {
  /** At most so many more; fewer where there are no more. */
  next(most: number): Record<string, unknown>[];
  close(): void;
}

/**
 * One connection with its prepared statements. Gatehouse's own run as they are. A platform's run for one tenant, and see only its rows
 * where the connection's tables are guarded.
 */
/** Pages that a connection keeps, in KiB, until another one has written. */
const CACHE_KIB = 16_000;

export class Connection {
  readonly #driver: Driver;
  readonly #statements = new Map<string, Statement>();
  readonly #decoded = new Map<string, DecodedStatement>();
  /** Of the platform's statement that is running; null while none is. */
  #tenant: string | null = null;

  /** `guards`: statements that make the guards of the platform's tables. A writer has yet to make the tables: it is guarded later. */
  constructor(open: OpenDriver, path: string, role: 'writer' | 'reader', guards: readonly string[] = []) {
    this.#driver = open(path, role === 'reader');
    this.#driver.define(tenantFunction, () => this.#tenant);
    // For opening only, when another process may be opening too. Later the queue waits, which blocks nobody.
    this.#driver.exec('pragma busy_timeout = 2000');
    this.#driver.exec('pragma foreign_keys = on');
    // The file is not mapped: SQLite maps it anew after each write of another connection, and the first touch of a page costs more than reading it.
    this.#driver.exec(`pragma mmap_size = 0; pragma cache_size = -${CACHE_KIB}`);
    this.guard(guards);
    if (role === 'reader') {
      this.#driver.exec('pragma query_only = on');
      return;
    }
    this.#driver.exec('pragma journal_mode = wal');
    this.#driver.exec('pragma synchronous = full');
    this.#driver.exec('pragma journal_size_limit = 67108864');
  }

  get inTransaction(): boolean {
    return this.#driver.inTransaction;
  }

  run(sql: string, ...parameters: SqlValue[]): number {
    return guarded(() => this.#statement(sql).run(parameters));
  }

  get(sql: string, ...parameters: SqlValue[]): RowObject | undefined {
    return guarded(() => this.#statement(sql).get(parameters));
  }

  all(sql: string, ...parameters: SqlValue[]): RowObject[] {
    return guarded(() => this.#statement(sql).all(parameters));
  }

  /** Runs a platform's statement for `tenant`: its rows, or how many it changed. */
  query(tenant: string, sql: string, parameters: readonly SqlValue[]): { readonly rows: Record<string, unknown>[]; readonly changed: number } {
    return this.#as(tenant, () => {
      const statement = this.#decodedStatement(sql);
      return statement.returnsRows ? { rows: statement.rows(parameters), changed: 0 } : { rows: [], changed: statement.run(parameters) };
    });
  }

  /** Runs a platform's reading for `tenant`, a helping at a time. Nobody else may use this connection until it is closed. */
  open(tenant: string, sql: string, parameters: readonly SqlValue[]): Helpings {
    const helpings = this.#as(tenant, () => this.#decodedStatement(sql).open(parameters));
    return { next: (most) => this.#as(tenant, () => helpings.next(most)), close: () => this.#as(tenant, () => helpings.close()) };
  }

  /** All rows of a platform's reading, where they are at most so many; undefined where there are more. */
  few(tenant: string, sql: string, parameters: readonly SqlValue[], most: number): Record<string, unknown>[] | undefined {
    const helpings = this.open(tenant, sql, parameters);
    try {
      const rows = helpings.next(most + 1);
      return rows.length > most ? undefined : rows;
    } finally {
      helpings.close();
    }
  }

  #as<T>(tenant: string, work: () => T): T {
    return guarded(() => {
      this.#tenant = tenant;
      try {
        return work();
      } finally {
        this.#tenant = null;
      }
    });
  }

  #decodedStatement(sql: string): DecodedStatement {
    return cached(this.#decoded, sql, () => this.#prepareDecoded(sql));
  }

  guard(guards: readonly string[]): void {
    for (const sql of guards) this.exec(sql);
  }

  exec(sql: string): void {
    guarded(() => this.#driver.exec(sql));
  }

  /** Does `job` whole or not at all, inside the transaction that is open. */
  atomically<T>(job: (connection: Connection) => T): T {
    this.run('savepoint gatehouse_job');
    try {
      const value = job(this);
      this.run('release gatehouse_job');
      return value;
    } catch (error) {
      // A full disk and its like end the whole transaction; then there is no savepoint to go back to.
      if (this.inTransaction) {
        this.run('rollback to gatehouse_job');
        this.run('release gatehouse_job');
      }
      throw error;
    }
  }

  /** From now on a lock that another process holds is an error at once. */
  stopWaiting(): void {
    this.#driver.exec('pragma busy_timeout = 0');
  }

  rollback(): void {
    if (this.inTransaction) this.run('rollback');
  }

  #statement(sql: string): Statement {
    return cached(this.#statements, sql, () => this.#driver.prepare(sql));
  }

  #prepareDecoded(sql: string): DecodedStatement {
    const prepared = this.#driver.prepareArrays(sql);
    const decode = rowDecoder(prepared.columns);
    return {
      returnsRows: prepared.columns.length > 0,
      run: (parameters) => prepared.run(parameters),
      rows: (parameters) => prepared.all(parameters).map((row: RowArray) => decode(row)),
      open: (parameters) => helpingsOf(prepared.iterate(parameters), decode),
    };
  }

  close(): void {
    this.#statements.clear();
    this.#decoded.clear();
    this.#driver.close();
  }
}

function helpingsOf(rows: Iterator<RowArray, unknown>, decode: (row: RowArray) => Record<string, unknown>): Helpings {
  return {
    next(most) {
      const helping: Record<string, unknown>[] = [];
      while (helping.length < most) {
        const step = rows.next();
        if (step.done === true) break;
        helping.push(decode(step.value));
      }
      return helping;
    },
    close: () => rows.return?.(),
  };
}

function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw translated(error);
  }
}

/** The least recently used goes first. */
function cached<T>(cache: Map<string, T>, sql: string, make: () => T): T {
  let entry = cache.get(sql);
  if (entry === undefined) {
    entry = make();
    if (cache.size >= CACHED_STATEMENTS) {
      const oldest = cache.keys().next();
      if (oldest.done !== true) cache.delete(oldest.value);
    }
  } else {
    cache.delete(sql);
  }
  cache.set(sql, entry);
  return entry;
}
