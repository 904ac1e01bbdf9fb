/** What SQLite can bind and hand back. */
export type SqlValue = string | number | bigint | null | Uint8Array;

export interface ResultColumn {
  readonly name: string;
  /** The declared type of the column that it comes from, through sub-queries and `returning`; null for an expression. */
  readonly type: string | null;
}

/** A row as an object, or as an array in the order of the columns. */
export type RowObject = Readonly<Record<string, SqlValue>>;
export type RowArray = readonly SqlValue[];

export interface Statement {
  /** Empty for a statement that answers no rows. */
  readonly columns: readonly ResultColumn[];
  /** Answers how many rows changed. */
  run(parameters: readonly SqlValue[]): number;
  get(parameters: readonly SqlValue[]): RowObject | undefined;
  all(parameters: readonly SqlValue[]): RowObject[];
}

export interface ArrayStatement {
  readonly columns: readonly ResultColumn[];
  run(parameters: readonly SqlValue[]): number;
  all(parameters: readonly SqlValue[]): RowArray[];
  /** Row by row. End it (`return`) before the statement is run again. */
  iterate(parameters: readonly SqlValue[]): Iterator<RowArray, unknown>;
}

/** One connection, used from one thread, synchronously. */
export interface Driver {
  readonly name: DriverName;
  prepare(sql: string): Statement;
  /** Rows as arrays. Where a column is an expression, whole numbers come as `bigint`, so that a large one cannot pass for a near one. */
  prepareArrays(sql: string): ArrayStatement;
  /** One or more statements without parameters. */
  exec(sql: string): void;
  /**
   * Makes an SQL function without arguments, for this connection. `answer` is asked anew whenever a statement is run, never remembered
   * between two.
   */
  define(name: string, answer: () => SqlValue): void;
  readonly inTransaction: boolean;
  /** Called again, it does nothing. */
  close(): void;
}

export type DriverName = 'better-sqlite3' | 'node:sqlite';
export type OpenDriver = (path: string, readOnly: boolean) => Driver;
