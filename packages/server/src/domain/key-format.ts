import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** How a platform's keys look: `<prefix><64 lower-case hex digits>`. */
export interface KeyFormat {
  readonly prefix: string;
  /** The last 8 hex digits are the CRC-32 (IEEE) of the 56 before them, so that scanners can tell a key from noise. */
  readonly checksum: boolean;
  readonly displayLength: number;
}

export type RandomBytes = (size: number) => Uint8Array;

const HEX_DIGITS = 64;
const CHECKSUM_DIGITS = 8;
/** What follows the prefix. */
export const KEY_BODY = `[0-9a-f]{${HEX_DIGITS}}`;

/** A new raw key: 32 random bytes, or 28 and their checksum. */
export function newRawKey(format: KeyFormat, random: RandomBytes): string {
  if (!format.checksum) return format.prefix + hex(random(HEX_DIGITS / 2));
  const body = hex(random((HEX_DIGITS - CHECKSUM_DIGITS) / 2));
  return format.prefix + body + checksumOf(body);
}

/** What is kept of a raw key for display: its first characters, far too few to guess the rest. */
export function displayPrefix(format: KeyFormat, raw: string): string {
  return raw.slice(0, format.displayLength);
}

export type HashFormat = 'hex' | 'base64' | 'base64url';

/** A SHA-256 in one of the usual spellings as lower-case hex; undefined where it is none. */
export function normaliseHash(hash: string, format: HashFormat): string | undefined {
  if (format === 'hex') return /^[0-9a-fA-F]{64}$/.test(hash) ? hash.toLowerCase() : undefined;
  const alphabet = format === 'base64' ? /^[A-Za-z0-9+/]{43}=?$/ : /^[A-Za-z0-9_-]{43}=?$/;
  if (!alphabet.test(hash)) return undefined;
  const bytes = Buffer.from(hash, format);
  return bytes.length === 32 ? bytes.toString('hex') : undefined;
}

/** What an imported key shows: its raw form is unknown, so a few characters of a digest of its hash stand in. */
export function importedPrefix(format: KeyFormat, hash: string): string {
  const digest = createHash('sha256').update(`imported:${hash}`).digest('hex');
  return (format.prefix + digest).slice(0, format.displayLength);
}

function checksumOf(body: string): string {
  return crc32(body).toString(16).padStart(CHECKSUM_DIGITS, '0');
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
