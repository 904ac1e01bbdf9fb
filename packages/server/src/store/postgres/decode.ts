import { oid } from './types.js';
import type { QueryResult } from './session.js';

/** What a facade binds, in a form that the driver sends as it is. */
export function bound(value: unknown): string | number | boolean | null | Uint8Array {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
      return value;
    default:
      if (value === null || value instanceof Uint8Array) return value;
      throw new TypeError(`PostgreSQL cannot be given a ${typeof value}`);
  }
}

/** The rows, of which every number is exact: past 2^53 it would stand for its neighbours as well. */
export function exactRows({ rows, fields }: QueryResult): Record<string, unknown>[] {
  const names = fields.filter(({ dataTypeID }) => dataTypeID === oid.int8 || dataTypeID === oid.numeric).map(({ name }) => name);
  if (names.length === 0) return rows;
  for (const row of rows) {
    for (const name of names) {
      if (typeof row[name] === 'bigint') throw new RangeError(`The column "${name}" holds a number beyond 2^53, which cannot be read exactly`);
    }
  }
  return rows;
}
