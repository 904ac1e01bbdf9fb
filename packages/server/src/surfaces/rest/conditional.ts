import { entityTag, holds } from '../entity-tag.js';
import type { HttpIn, HttpOut } from '../http.js';

/**
 * What may be kept by the caller's own client alone, and is asked about again before each use. Answers differ by who asks; by
 * the origin only in what is said beside them.
 */
const KEPT = { 'cache-control': 'private, no-cache', vary: 'Authorization, X-API-Key' } as const;

/** A read that succeeded, with its entity tag; without its body where the client has it (RFC 9110, section 15.4.5). */
export function conditional(out: HttpOut & { readonly body: string | Uint8Array }, request: Pick<HttpIn, 'header'>): HttpOut {
  const etag = entityTag(out.body);
  const headers = { ...out.headers, ...KEPT, etag };
  if (!holds(request.header('if-none-match'), etag)) return { ...out, headers };
  const { 'content-type': _, ...rest } = headers as Record<string, string>;
  return { ...out, status: 304, headers: rest, body: null };
}
