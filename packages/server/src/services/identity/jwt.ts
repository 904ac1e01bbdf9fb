import type { JWTPayload } from 'jose';
import { textFault } from '../../domain/text.js';

/** A JWT that is not verified yet: nothing in it may be believed. */
export interface UnverifiedJwt {
  readonly value: string;
  readonly header: Readonly<Record<string, unknown>>;
  /** Undefined where the payload is no JSON object. */
  readonly claims: JWTPayload | undefined;
}

/** Longer than any token that fits into a request's headers beside the rest. */
const MAX_LENGTH = 8 * 1024;

/** JWS Compact Serialization (RFC 7515, section 7.1); payload and signature may be missing, as a forger would have it. */
const COMPACT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*$/;

/** `foreign`: not a JWT by its shape. `too_long`: of the shape, and not looked into. */
export function readJwt(value: string): UnverifiedJwt | 'foreign' | 'too_long' {
  if (!COMPACT.test(value)) return 'foreign';
  if (value.length > MAX_LENGTH) return 'too_long';
  const [first = '', second = ''] = value.split('.');
  const header = objectIn(first);
  return header === undefined ? 'foreign' : { value, header, claims: objectIn(second) };
}

function objectIn(part: string): Readonly<Record<string, unknown>> | undefined {
  return jsonObject(Buffer.from(part, 'base64url'));
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Undefined where the bytes are not UTF-8, not JSON, or no object, and where they hold text that no database can. */
export function jsonObject(bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const text = utf8.decode(bytes);
    // Only an escape can smuggle in what UTF-8 itself cannot hold.
    const value: unknown = text.includes('\\u') ? JSON.parse(text, holdable) : JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

function holdable(_name: string, value: unknown): unknown {
  if (typeof value === 'string' && textFault(value) !== undefined) throw new SyntaxError('Text that no database can hold');
  return value;
}
