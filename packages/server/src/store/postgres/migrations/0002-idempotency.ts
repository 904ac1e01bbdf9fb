import { idempotencyDdl } from '../../sql/idempotency.js';

export const idempotency = (): readonly string[] => idempotencyDdl({ text: 'text collate "C"', integer: 'bigint', options: ' with (fillfactor = 70)' });
