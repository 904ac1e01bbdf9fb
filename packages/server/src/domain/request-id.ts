import { randomFillSync } from 'node:crypto';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz012345';
/** Two characters for ten random bits. */
const PAIRS = Array.from({ length: 1024 }, (_, bits) => `${ALPHABET[bits >> 5]}${ALPHABET[bits & 31]}`);
const PAIRS_EACH = 12;
const pool = new Uint16Array(PAIRS_EACH * 512);
let used = pool.length;

/** A request's name in logs and answers: `req_` and 24 letters or digits, 120 random bits. */
export function newRequestId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  let id = 'req_';
  for (const end = used + PAIRS_EACH; used < end; used += 1) id += PAIRS[(pool[used] ?? 0) & 1023];
  return id;
}
