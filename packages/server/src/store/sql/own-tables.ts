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

/** How statements over Gatehouse's own tables are run, whichever database they are for. */
export interface OwnStatements {
  readonly write: RunRows;
  readonly read: RunRows;
}
