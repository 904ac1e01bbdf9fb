import type { Column, ColumnKind } from '../../domain/tables.js';

/** What a query may carry to the database, before the dialect has its own say. */
export type Scalar = string | number | boolean | null | Uint8Array;

/** A value on its way into a column: JSON becomes text, anything that the column's kind does not hold is refused by name. */
export function columnValue(column: Column, name: string, value: unknown): Scalar {
  if (value === undefined) throw new Error(`The column "${name}" is given undefined: leave it out, or give null`);
  if (value === null) return null;
  if (column.kind === 'json') return jsonText(name, value);
  const scalar = scalarValue(value, `The column "${name}"`);
  if (!holds[column.kind](scalar)) throw new Error(`The column "${name}" holds ${words[column.kind]}, and is given ${described(scalar)}`);
  return scalar;
}

/** The default that the database would fill in, as a value. */
export function defaultValue(column: Column, name: string): Scalar {
  return column.default === undefined ? null : columnValue(column, name, column.default);
}

/** A value anywhere else, such as in a comparison. An object or a list is JSON text, to be compared with a JSON column. */
export function looseValue(value: unknown, what: string): Scalar {
  if (value === undefined) throw new Error(`${what} is given undefined`);
  if (isPlain(value)) return jsonText(what, value);
  return scalarValue(value, what);
}

function scalarValue(value: unknown, what: string): Scalar {
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || value instanceof Uint8Array) return value;
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return value;
    throw new Error(`${what} is given ${value}, which cannot be stored`);
  }
  if (typeof value === 'bigint') throw new Error(`${what} is given a bigint: use a number up to 2^53`);
  if (value instanceof Date) throw new Error(`${what} is given a Date: moments are Unix milliseconds`);
  throw new Error(`${what} is given ${described(value)}, which cannot be stored`);
}

function jsonText(name: string, value: unknown): string {
  try {
    const text: string | undefined = JSON.stringify(value);
    if (text !== undefined) return text;
  } catch (error) {
    throw new Error(`"${name}" is given a value that has no JSON form`, { cause: error });
  }
  throw new Error(`"${name}" is given a value that has no JSON form`);
}

function isPlain(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function described(value: unknown): string {
  if (value instanceof Uint8Array) return 'bytes';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

const isText = (value: Scalar): boolean => typeof value === 'string';
const isWhole = (value: Scalar): boolean => Number.isSafeInteger(value);

const holds: Readonly<Record<ColumnKind, (value: Scalar) => boolean>> = {
  uuid: isText,
  text: isText,
  integer: isWhole,
  timestamp: isWhole,
  real: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  json: () => true,
  bytes: (value) => value instanceof Uint8Array,
};

const words: Readonly<Record<ColumnKind, string>> = {
  uuid: 'text',
  text: 'text',
  integer: 'whole numbers up to 2^53',
  timestamp: 'Unix milliseconds as a whole number',
  real: 'numbers',
  boolean: 'true or false',
  json: 'JSON',
  bytes: 'bytes',
};
