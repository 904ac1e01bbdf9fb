/** Type numbers (pg_type.dat) of what is not read as text. They are fixed for all time. */
export const oid = {
  bool: 16,
  bytea: 17,
  int8: 20,
  int2: 21,
  int4: 23,
  json: 114,
  float4: 700,
  float8: 701,
  varchar: 1043,
  numeric: 1700,
  jsonb: 3802,
} as const;

type Parse = (text: string) => unknown;

/** A whole number past 2^53 comes as a `bigint`, which whoever knows the column's name refuses. */
const whole: Parse = (text) => {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
};

/** What JSON columns are (store/sql/ddl-postgres.ts); a raw statement may have cast something else to it. */
const jsonText: Parse = (text) => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
};

const parsers = new Map<number, Parse>([
  [oid.bool, (text) => text === 't'],
  [oid.bytea, bytes],
  [oid.int2, Number],
  [oid.int4, Number],
  [oid.int8, whole],
  [oid.float4, Number],
  [oid.float8, Number],
  [oid.numeric, (text) => (/^-?\d+$/.test(text) ? whole(text) : Number(text))],
  [oid.json, (text) => JSON.parse(text) as unknown],
  [oid.varchar, jsonText],
  [oid.jsonb, (text) => JSON.parse(text) as unknown],
]);

/** Reads a value as it came over the wire; anything of another type stays text. */
export function parserOf(type: number): Parse {
  return parsers.get(type) ?? asItIs;
}

const asItIs: Parse = (text) => text;

/** A copy of its own: a slice of Node's shared pool would hand its neighbours over with it. */
function bytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.slice(2), 'hex'));
}
