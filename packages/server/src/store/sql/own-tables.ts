import type { Row } from './rows.js';

/** What the columns of Gatehouse's own tables are in one of the databases, and what stands behind a table. */
export interface OwnTypes {
  /** Of ids and the like: compared byte by byte. */
  readonly text: string;
  readonly integer: string;
  readonly options: string;
}

/** One statement that answers rows; inside a unit of work a part of it. */
export type RunRows = (sql: string, values: readonly (string | number | null)[], name: string) => Promise<readonly Row[]>;

/**
 * Makes a look-up of one row by the hash in `column`: one statement, outside of any unit of work and not behind one. `select` ends before
 * its `where`, and answers the hash as `hash`.
 */
export type LookUps = (select: string, column: string, name: string) => (hash: string) => Promise<Row | undefined>;

/**
 * One statement that writes, committed by itself: those of the same name are done one after another, over all processes, and each sees
 * what those before it wrote.
 */
export type InTurn = (name: string, sql: string, values: readonly (string | number | null)[], statement: string) => Promise<readonly Row[]>;

/** One atomic unit of work. Those of the same name are done one after another, over all processes. */
export type Together = <T>(name: string, work: () => Promise<T>) => Promise<T>;

/** How statements over Gatehouse's own tables are run, whichever database they are for. */
export interface OwnStatements {
  readonly write: RunRows;
  readonly read: RunRows;
}
