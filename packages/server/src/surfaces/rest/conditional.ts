import { sha256 } from '../../domain/presented.js';
import type { HttpIn, HttpOut } from '../http.js';

/**
 * What may be kept by the caller's own client alone, and is asked about again before each use. Answers differ by who asks; by
 * the origin only in what is said beside them.
 */
const KEPT = { 'cache-control': 'private, no-cache', vary: 'Authorization, X-API-Key' } as const;

/** 128 bits: nobody gains by making two answers of his own alike. */
const TAG_LENGTH = 32;

/** A strong entity tag (RFC 9110, section 8.8.3): alike for the same bytes, whoever serves them. */
function entityTag(body: string): string {
  return `"${sha256(body).slice(0, TAG_LENGTH)}"`;
}

/**
 * Whether the client holds what it would be sent (RFC 9110, section 13.1.2, weak comparison). Our tags hold no quote and no comma,
 * so that a list has one in it where its text does.
 */
function holds(ifNoneMatch: string | undefined, tag: string): boolean {
  return ifNoneMatch !== undefined && (ifNoneMatch.includes(tag) || ifNoneMatch.trim() === '*');
}

/** A read that succeeded, with its entity tag; without its body where the client has it (RFC 9110, section 15.4.5). */
export function conditional(out: HttpOut & { readonly body: string }, request: Pick<HttpIn, 'header'>): HttpOut {
  const etag = entityTag(out.body);
  const headers = { ...out.headers, ...KEPT, etag };
  if (!holds(request.header('if-none-match'), etag)) return { ...out, headers };
  const { 'content-type': _, ...rest } = headers as Record<string, string>;
  return { ...out, status: 304, headers: rest, body: null };
}
