import type { ArrayStatement, Driver, OpenDriver, ResultColumn, RowArray, RowObject, SqlValue, Statement } from './driver.js';

/** The part of `node:sqlite` used here; the types of the oldest Node served do not know it. */
interface Prepared {
  columns(): { readonly name: string; readonly type: string | null }[];
  run(...parameters: SqlValue[]): { readonly changes: number | bigint };
  get(...parameters: SqlValue[]): unknown;
  all(...parameters: SqlValue[]): unknown[];
  iterate(...parameters: SqlValue[]): Iterator<unknown>;
  setReadBigInts(on: boolean): void;
  setReturnArrays(on: boolean): void;
}

interface Database {
  prepare(sql: string): Prepared;
  exec(sql: string): void;
  function(name: string, answer: () => SqlValue): void;
  close(): void;
  readonly isOpen: boolean;
  readonly isTransaction: boolean;
}

interface NodeSqlite {
  readonly DatabaseSync: new (path: string, options: { readonly readOnly: boolean }) => Database;
  readonly StatementSync: { readonly prototype: Partial<Prepared> };
}

/** Answers why it cannot be used, where this Node has no `node:sqlite`, or one without what is used here. */
export function openNodeSqlite(): OpenDriver | Error {
  const builtin = loadQuietly();
  if (builtin === undefined) return new Error('this Node has no node:sqlite (Node 24 has)');
  // Younger than the module itself, and the columns of a result and `isTransaction` are no younger.
  if (builtin.StatementSync.prototype.setReturnArrays === undefined) return new Error('the node:sqlite of this Node is too old (that of Node 24 serves)');
  return (path, readOnly) => connection(new builtin.DatabaseSync(path, { readOnly }));
}

/**
 * Some versions of Node warn whoever starts the server that the module is experimental, which is for us to know. The warning is given
 * while the module is first loaded, synchronously: that one alone is dropped, and every other goes its way.
 */
function loadQuietly(): NodeSqlite | undefined {
  const { emitWarning } = process;
  const filtered = (...given: unknown[]): void => {
    if (given[1] !== 'ExperimentalWarning') Reflect.apply(emitWarning, process, given);
  };
  process.emitWarning = filtered;
  try {
    return process.getBuiltinModule('node:sqlite') as NodeSqlite | undefined;
  } finally {
    process.emitWarning = emitWarning;
  }
}

function connection(database: Database): Driver {
  return {
    name: 'node:sqlite',
    prepare: (sql) => objects(database.prepare(sql)),
    prepareArrays: (sql) => arrays(database.prepare(sql)),
    exec: (sql) => database.exec(sql),
    define: (name, answer) => database.function(name, answer),
    get inTransaction() {
      return database.isTransaction;
    },
    close: () => {
      if (database.isOpen) database.close();
    },
  };
}

function columnsOf(prepared: Prepared): ResultColumn[] {
  return prepared.columns().map(({ name, type }) => ({ name, type }));
}

function objects(prepared: Prepared): Statement {
  return {
    columns: columnsOf(prepared),
    run: (parameters) => Number(prepared.run(...parameters).changes),
    get: (parameters) => prepared.get(...parameters) as RowObject | undefined,
    all: (parameters) => prepared.all(...parameters) as RowObject[],
  };
}

function arrays(prepared: Prepared): ArrayStatement {
  const columns = columnsOf(prepared);
  prepared.setReturnArrays(true);
  // Without this it would throw on a large number; the decoder says the same with the column's name.
  prepared.setReadBigInts(true);
  return {
    columns,
    run: (parameters) => Number(prepared.run(...parameters).changes),
    all: (parameters) => prepared.all(...parameters) as RowArray[],
    iterate: (parameters) => prepared.iterate(...parameters) as Iterator<RowArray>,
  };
}
