import type BetterSqlite3 from 'better-sqlite3';
import type { ArrayStatement, Driver, OpenDriver, ResultColumn, RowArray, RowObject, SqlValue, Statement } from './driver.js';

type Database = BetterSqlite3.Database;
type Prepared = BetterSqlite3.Statement<unknown[]>;

const OTHER_NODE = 'better-sqlite3 was compiled for another version of Node (`npm rebuild better-sqlite3` mends it, and so does `npm start`)';

/** Answers why it cannot be used, where it is not installed or its binary does not fit this Node. */
export async function openBetterSqlite3(): Promise<OpenDriver | Error> {
  try {
    const { default: Constructor } = await import('better-sqlite3');
    // The binary is loaded by the first connection, not by the import.
    new Constructor(':memory:').close();
    return (path, readOnly) => connection(new Constructor(path, { readonly: readOnly, timeout: 0 }));
  } catch (error) {
    // Node says so in the message alone, with the numbers of both.
    const another = error instanceof Error && error.message.includes('NODE_MODULE_VERSION');
    return new Error(another ? OTHER_NODE : 'better-sqlite3 cannot be loaded', { cause: error });
  }
}

function connection(database: Database): Driver {
  return {
    name: 'better-sqlite3',
    prepare: (sql) => objects(database.prepare(sql)),
    prepareArrays: (sql) => arrays(database.prepare(sql)),
    exec: (sql) => {
      database.exec(sql);
    },
    define: (name, answer) => {
      database.function(name, answer);
    },
    get inTransaction() {
      return database.inTransaction;
    },
    close: () => {
      database.close();
    },
  };
}

function columnsOf(prepared: Prepared): ResultColumn[] {
  return prepared.reader ? prepared.columns().map(({ name, type }) => ({ name, type })) : [];
}

function objects(prepared: Prepared): Statement {
  return {
    columns: columnsOf(prepared),
    run: (parameters) => prepared.run(parameters).changes,
    get: (parameters) => prepared.get(parameters) as RowObject | undefined,
    all: (parameters) => prepared.all(parameters) as RowObject[],
  };
}

function arrays(prepared: Prepared): ArrayStatement {
  const columns = columnsOf(prepared);
  if (prepared.reader) prepared.raw(true).safeIntegers(columns.some((column) => column.type === null));
  return {
    columns,
    run: (parameters: readonly SqlValue[]) => prepared.run(parameters).changes,
    all: (parameters) => prepared.all(parameters) as RowArray[],
    iterate: (parameters) => prepared.iterate(parameters) as IterableIterator<RowArray>,
  };
}
