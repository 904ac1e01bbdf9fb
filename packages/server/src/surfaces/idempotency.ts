/** On the answer of a call that was not done again (draft-ietf-httpapi-idempotency-key-header names none; this name is widely known). */
export const REPLAYED = { 'idempotent-replayed': 'true' } as const;
