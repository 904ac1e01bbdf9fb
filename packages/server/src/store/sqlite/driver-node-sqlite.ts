import type { ArrayStatement, Driver, OpenDriver, ResultColumn, RowArray, RowObject, SqlValue, Statement } from './driver.js';

/** The part of `node:sqlite` used here; the types of the oldest Node served do not know it. */
interface Prepared {
  columns(): { readonly name: string; readonly type: string | null }[];
  run(...parameters: SqlValue[]): { readonly changes: number | bigint };
  get(...parameters: SqlValue[]): unknown;
  all(...parameters: SqlValue[]): unknown[];
  setReadBigInts(on: boolean): void;
  setReturnArrays(on: boolean): void;
}

interface Database {
  prepare(sql: string): Prepared;
  exec(sql: string): void;
  close(): void;
  readonly isTransaction: boolean;
}

interface NodeSqlite {
  readonly DatabaseSync: new (path: string, options: { readonly readOnly: boolean }) => Database;
}

/** Answers nothing where this Node has no `node:sqlite`, or one without what is used here. */
export function openNodeSqlite(): OpenDriver | undefined {
  const builtin = process.getBuiltinModule('node:sqlite') as NodeSqlite | undefined;
  if (builtin === undefined) return undefined;
  return (path, readOnly) => connection(new builtin.DatabaseSync(path, { readOnly }));
}

function connection(database: Database): Driver {
  return {
    name: 'node:sqlite',
    prepare: (sql) => objects(database.prepare(sql)),
    prepareArrays: (sql) => arrays(database.prepare(sql)),
    exec: (sql) => database.exec(sql),
    get inTransaction() {
      return database.isTransaction;
    },
    close: () => database.close(),
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
  };
}
