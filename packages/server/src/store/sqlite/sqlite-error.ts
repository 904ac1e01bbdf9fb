import { ConstraintError, type Violation } from '../constraint-error.js';

/** Extended result codes (sqlite.org/rescode.html), by the number that node:sqlite gives and the name that better-sqlite3 gives. */
const violations = new Map<unknown, Violation>([
  [2067, 'unique'],
  [1555, 'unique'],
  [2579, 'unique'],
  [787, 'reference'],
  [1299, 'not_null'],
  [275, 'check'],
  [3091, 'type'],
  ['SQLITE_CONSTRAINT_UNIQUE', 'unique'],
  ['SQLITE_CONSTRAINT_PRIMARYKEY', 'unique'],
  ['SQLITE_CONSTRAINT_ROWID', 'unique'],
  ['SQLITE_CONSTRAINT_FOREIGNKEY', 'reference'],
  ['SQLITE_CONSTRAINT_NOTNULL', 'not_null'],
  ['SQLITE_CONSTRAINT_CHECK', 'check'],
  ['SQLITE_CONSTRAINT_DATATYPE', 'type'],
]);

/** `errcode` is node:sqlite's; better-sqlite3 has the name in `code`. */
function codeOf(error: unknown): unknown {
  if (!(error instanceof Error)) return undefined;
  if ('errcode' in error) return error.errcode;
  return 'code' in error ? error.code : undefined;
}

/** Somebody else holds the lock: another process, such as a shell on the file. */
export function isBusy(error: unknown): boolean {
  const code = codeOf(error);
  return typeof code === 'number' ? (code & 0xff) === 5 : typeof code === 'string' && code.startsWith('SQLITE_BUSY');
}

/** A broken constraint as a `ConstraintError`; any other error as it is. */
export function translated(error: unknown): unknown {
  const violation = violations.get(codeOf(error));
  if (violation === undefined || !(error instanceof Error)) return error;
  return new ConstraintError(violation, error.message, place(error.message));
}

/** From `UNIQUE constraint failed: tickets.tenant_id, tickets.number`. */
function place(message: string): { table: string | null; columns: readonly string[] } {
  const pairs = [...message.matchAll(/\b([a-z_][a-z0-9_]*)\.([a-z_][a-z0-9_]*)/g)];
  const columns = pairs.map((pair) => pair[2] ?? '').filter((column) => column !== 'tenant_id');
  return { table: pairs[0]?.[1] ?? null, columns };
}
