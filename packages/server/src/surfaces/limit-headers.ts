import type { Verdict } from '../domain/window.js';

/** RateLimit header fields (draft-ietf-httpapi-ratelimit-headers) of the limit that applied; none where none did. */
export function limitHeaders(limit: Verdict | undefined): Record<string, string> {
  if (limit === undefined) return {};
  const { bucket, remaining, retryAfterSeconds } = limit;
  const [name = 'limit'] = bucket.key.split(':', 1);
  return {
    'ratelimit-policy': `"${name}";q=${bucket.limit};w=${bucket.periodSeconds}`,
    ratelimit: `"${name}";r=${remaining}${retryAfterSeconds > 0 ? `;t=${Math.ceil(retryAfterSeconds)}` : ''}`,
  };
}
