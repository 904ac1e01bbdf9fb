import type { PlatformSpec } from 'gatehouse';

type PresentFailure = NonNullable<NonNullable<PlatformSpec['present']>['rest']>;

/** Words of its own documentation for what every call can meet. */
const TEXTS: Readonly<Record<string, string>> = { rate_limited: 'Rate limit exceeded', invalid_credential: 'Invalid API key' };

/** `error` is a text, or, where fields are wrong, the messages by field: what its own client reads. */
export const presentFailure: PresentFailure = ({ code, text, fields, missing, retryAfterSeconds, next }, requestId) => ({
  error: fields === undefined || code !== 'invalid_input' ? (TEXTS[code] ?? text) : byField(fields),
  code,
  request_id: requestId,
  ...(missing === undefined ? {} : { missing }),
  ...(retryAfterSeconds === undefined ? {} : { retry_after_seconds: Math.ceil(retryAfterSeconds) }),
  ...(next === undefined ? {} : { next }),
});

function byField(fields: readonly { readonly path: string; readonly message: string }[]): Record<string, string[]> {
  const messages = new Map<string, string[]>();
  for (const { path, message } of fields) messages.set(path, [...(messages.get(path) ?? []), message]);
  return Object.fromEntries(messages);
}
