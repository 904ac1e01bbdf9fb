import { hash } from 'node:crypto';

/** 128 bits: nobody gains by making two answers of his own alike. */
const TAG_LENGTH = 32;

/** A strong entity tag (RFC 9110, section 8.8.3): alike for the same bytes, whoever serves them. */
export function entityTag(body: string | Uint8Array): string {
  return `"${hash('sha256', body, 'hex').slice(0, TAG_LENGTH)}"`;
}

/**
 * Whether the client holds what it would be sent (RFC 9110, section 13.1.2, weak comparison). Our tags hold no quote and no comma,
 * so that a list has one in it where its text does.
 */
export function holds(ifNoneMatch: string | undefined, tag: string): boolean {
  return ifNoneMatch !== undefined && (ifNoneMatch.includes(tag) || ifNoneMatch.trim() === '*');
}
