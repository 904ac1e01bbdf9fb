const text = { type: 'string' } as const;
const whole = { type: 'integer', minimum: 0 } as const;

/** Headers of answers, described once in the document's components. */
const headers = {
  'X-Request-Id': { description: 'Names this request in the log. Quote it when you report a problem.', schema: text },
  'Retry-After': { description: 'Seconds to wait before another try (RFC 9110).', schema: whole },
  'RateLimit-Policy': { description: 'The limit that applied: its name, how many calls (`q`) in how many seconds (`w`).', schema: text },
  RateLimit: { description: 'What is left of it (`r`), and in how many seconds it is there again (`t`).', schema: text },
  'WWW-Authenticate': { description: 'How to authenticate (RFC 6750).', schema: text },
  ETag: { description: 'Names this state of the answer. Sent back as `If-None-Match`, an unchanged one is answered 304 without a body.', schema: text },
  'Idempotent-Replayed': { description: '`true` where this is the first answer again.', schema: text },
} as const;

type HeaderName = keyof typeof headers;

export const headerComponents: Readonly<Record<HeaderName, object>> = headers;

export function header(...names: readonly HeaderName[]): Record<string, object> {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

/** Headers of requests, described once. */
export const parameterComponents = {
  IfNoneMatch: { name: 'If-None-Match', in: 'header', required: false, description: 'The `ETag` of the answer that is there already.', schema: text },
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description: 'Any text that is new for each new request. Sent again with the same request within 24 hours, nothing is done again.',
    schema: { ...text, minLength: 1, maxLength: 255, pattern: '^[!-~]+$' },
  },
} as const;
