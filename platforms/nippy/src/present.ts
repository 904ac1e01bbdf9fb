import type { PlatformSpec } from 'gatehouse';

type PresentFailure = NonNullable<NonNullable<PlatformSpec['present']>['rest']>;

/** What `error` says by code, where the documentation has a word of its own. */
const WORDS: Readonly<Record<string, string>> = {
  unauthenticated: 'Unauthorized',
  invalid_credential: 'Unauthorized',
  insufficient_scope: 'forbidden',
  forbidden: 'forbidden',
  internal: 'internal_server_error',
};

const FORBIDDEN = 'Key does not have access to this tool';

/** Every error has `detail`; `error` is short, and for programs. */
export const presentFailure: PresentFailure = ({ code, text, fields, missing, retryAfterSeconds, next }, requestId) => ({
  error: WORDS[code] ?? code,
  detail: code === 'insufficient_scope' ? FORBIDDEN : text,
  code,
  request_id: requestId,
  ...(fields === undefined ? {} : { fields: Object.fromEntries(fields.map(({ path, message }) => [path, [message]])) }),
  ...(missing === undefined ? {} : { missing }),
  ...(retryAfterSeconds === undefined ? {} : { retry_after_seconds: Math.ceil(retryAfterSeconds) }),
  ...(next === undefined ? {} : { next }),
});
