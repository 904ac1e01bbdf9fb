import { idempotencyDdl } from '../../sql/idempotency.js';

export const idempotency = idempotencyDdl({ text: 'text', integer: 'integer', options: ' strict' }).join(';\n');
