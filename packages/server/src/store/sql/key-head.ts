/** Hexadecimal digits of a hash that stand for it in the index: 60 bits, which both databases take for a whole number above 0. */
const DIGITS = 15;

/**
 * The first 60 bits of a SHA-256, by which keys are looked up: an index of numbers is a sixth of one of whole hashes, so that with a
 * million keys far more of it is at hand. It is unique: that two keys of ten million share one has a chance of 1 in 23,000.
 */
export function headOf(hash: string): bigint {
  return BigInt(`0x${hash.slice(0, DIGITS)}`);
}

/** The same as SQL, from a column that holds a hash. Hexadecimal numbers are JSON5, which SQLite reads since 3.42. */
export const headIn = {
  sqlite: (column: string): string => `json_extract('0x' || substr(${column}, 1, ${DIGITS}), '$')`,
  postgres: (column: string): string => `(('x' || left(${column}, ${DIGITS}))::bit(${DIGITS * 4})::bigint)`,
} as const;
