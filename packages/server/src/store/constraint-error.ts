/** What a row broke. `type`: a value of a kind that the column does not hold. */
export type Violation = 'unique' | 'reference' | 'not_null' | 'check' | 'type';

/**
 * The database turned a row down. A handler that expects it turns it into a `Refusal`; what it did not expect is a mistake.
 * The message names tables and columns, never values.
 */
export class ConstraintError extends Error {
  readonly violation: Violation;
  /** null where the database does not tell. */
  readonly table: string | null;
  /** The columns concerned, without the tenant; empty where the database does not tell. */
  readonly columns: readonly string[];

  constructor(violation: Violation, message: string, at: { readonly table: string | null; readonly columns: readonly string[] }) {
    super(message);
    this.name = 'ConstraintError';
    this.violation = violation;
    this.table = at.table;
    this.columns = at.columns;
  }
}
