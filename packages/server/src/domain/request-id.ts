import { randomFillSync } from 'node:crypto';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz012345';
const LENGTH = 24;
const POOL = LENGTH * 512;
const pool = new Uint8Array(POOL);
let used = POOL;

/** A request's name in logs and answers: `req_` and 24 letters or digits, 120 random bits. */
export function newRequestId(): string {
  if (used === POOL) {
    randomFillSync(pool);
    used = 0;
  }
  let id = 'req_';
  for (const end = used + LENGTH; used < end; used += 1) id += ALPHABET[(pool[used] ?? 0) & 31];
  return id;
}
