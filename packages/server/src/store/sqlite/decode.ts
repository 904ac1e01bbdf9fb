import type { ColumnKind } from '../../domain/tables.js';
import { declaredTypes } from '../sql/ddl-sqlite.js';
import type { ResultColumn, RowArray, SqlValue } from './driver.js';

type Decode = (value: SqlValue, column: string) => unknown;
type Row = Record<string, unknown>;

/** Makes rows of what the database handed back: booleans, parsed JSON, plain bytes, numbers that are exact. */
export function rowDecoder(columns: readonly ResultColumn[]): (row: RowArray) => Row {
  const cells = columns.map(({ name, type }) => ({ name, decode: (type === null ? undefined : decoders.get(type)) ?? plain }));
  return (values) => {
    const row: Row = {};
    for (let index = 0; index < cells.length; index += 1) {
      const cell = cells[index];
      const value = values[index];
      if (cell !== undefined && value !== undefined) row[cell.name] = value === null ? null : cell.decode(value, cell.name);
    }
    return row;
  };
}

/** Booleans are 0 and 1, and a whole number is bound as one: as a fraction, 5 would print as 5.0. */
export function bound(value: unknown): SqlValue {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
      return Number.isSafeInteger(value) ? BigInt(value) : value;
    case 'boolean':
      return value ? 1n : 0n;
    default:
      if (value === null || value instanceof Uint8Array) return value;
      throw new TypeError(`SQLite cannot be given a ${typeof value}`);
  }
}

/** Where no column stands behind a value, the driver hands whole numbers over as `bigint`, so a `number` is a fraction. */
const plain: Decode = (value, column) => {
  if (value instanceof Uint8Array) return bytes(value);
  return typeof value === 'bigint' ? exact(value, column) : value;
};

const kinds: Readonly<Partial<Record<ColumnKind, Decode>>> = {
  integer: exact,
  timestamp: exact,
  real: (value) => Number(value),
  boolean: (value) => Number(value) !== 0,
  json: (value) => (typeof value === 'string' ? (JSON.parse(value) as unknown) : value),
};

const decoders = new Map(Object.entries(kinds).map(([kind, decode]) => [declaredTypes[kind as ColumnKind], decode]));

/** Past 2^53 a number stands for its neighbours as well: it is refused rather than rounded. */
function exact(value: SqlValue, column: string): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw new RangeError(`The column "${column}" holds a number beyond 2^53, which cannot be read exactly`);
}

function bytes(value: Uint8Array): Uint8Array {
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}
