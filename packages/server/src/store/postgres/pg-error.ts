import { DatabaseError } from 'pg';
import { ConstraintError, type Violation } from '../constraint-error.js';
import type { Place } from '../sql/ddl-postgres.js';
import { UnavailableError } from '../../domain/unavailable-error.js';

/** SQLSTATE codes (PostgreSQL, appendix A). */
const violations = new Map<string | undefined, Violation>([
  ['23505', 'unique'],
  ['23503', 'reference'],
  ['23001', 'reference'],
  ['23502', 'not_null'],
  ['23514', 'check'],
]);

/** The connection is over: closed by either side, an administrator, a crash or a start that is still under way. */
const ENDED = /^(08...|57P0[1-5])$/;
/** The database is well and could not do it now: no room, a time-out, a deadlock. What was begun is undone. */
const BUSY = /^(53...|57014|55P03|40...)$/;

/** A statement that was refused, as the database says it, but without the values that it was given. */
export class StatementError extends Error {
  /** The SQLSTATE. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'StatementError';
    this.code = code;
  }
}

/** What the driver threw, in our words. Nothing of it holds a value, a password or the URL. */
export function translated(error: unknown, places?: ReadonlyMap<string, Place>): Error {
  if (!(error instanceof DatabaseError)) return new UnavailableError('The database is out of reach', { cause: error });
  const code = error.code ?? '';
  const violation = violations.get(code);
  if (violation !== undefined) return new ConstraintError(violation, error.message, { table: error.table ?? null, columns: columnsOf(error, places) });
  if (ENDED.test(code)) return new UnavailableError('The database has ended the connection', { cause: plain(error, code) });
  if (BUSY.test(code)) return new UnavailableError('The database could not do this now', { cause: plain(error, code), inDoubt: false });
  return plain(error, code);
}

/** Whether nothing more can be asked over the connection that this came from. */
export function endsConnection(error: unknown): boolean {
  return !(error instanceof DatabaseError) || ENDED.test(error.code ?? '');
}

/** For what is sure to have been undone, though the database did not say so. */
export function undone(error: unknown): unknown {
  if (!(error instanceof UnavailableError) || !error.inDoubt) return error;
  const { message, cause, retryAfterSeconds } = error;
  return new UnavailableError(message, { cause, retryAfterSeconds, inDoubt: false });
}

/** Class 22 quotes the value that it could not read: `invalid input syntax for type bigint: "x"`. */
function plain(error: DatabaseError, code: string): StatementError {
  return new StatementError(code, code.startsWith('22') ? error.message.replace(/(: )?".*"/s, '') : error.message);
}

/** From the name, or from `Key (tenant_id, number)=(a, 1) already exists.`, of which only the names are read. */
function columnsOf(error: DatabaseError, places: ReadonlyMap<string, Place> | undefined): readonly string[] {
  if (error.column !== undefined) return [error.column];
  const place = places?.get(error.constraint ?? '');
  if (place !== undefined) return place.columns;
  const names = /^Key \(([^)]*)\)=/.exec(error.detail ?? '')?.[1] ?? '';
  return names
    .split(', ')
    .map((name) => name.replaceAll('"', ''))
    .filter((name) => /^[a-z_][a-z0-9_]*$/i.test(name) && name !== 'tenant_id');
}
