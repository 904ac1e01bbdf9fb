import { defineOperation, timestamp } from 'gatehouse';
import { z } from 'zod';
import { bind } from '../tables.js';

const health = defineOperation({
  name: 'health',
  title: 'Health',
  description: 'Says whether the service answers.',
  access: { scope: null, by: ['none', 'key', 'session', 'idp', 'token'] },
  input: z.object({}),
  output: z.object({ status: z.literal('ok'), timestamp: timestamp() }),
  effect: 'read',
  cost: 0,
  tool: false,
  rest: { method: 'GET', path: '/health' },
});

export const healthBindings = [bind(health, (_input, { now }) => ({ status: 'ok' as const, timestamp: now() }))];
