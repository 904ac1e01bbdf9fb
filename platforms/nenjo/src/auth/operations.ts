import { defineOperation, people, timestamp } from 'gatehouse';
import { z } from 'zod';

const user = z.object({
  id: z.string(),
  email: z.string().nullable(),
  name: z.string().nullable(),
  org_id: z.string().nullable().describe('The organisation that the caller acts for; null in the own space'),
  role: z.string().describe('The role there'),
  created_at: timestamp(),
});

const path = '/auth/verify';

export const me = defineOperation({
  name: 'auth_me',
  title: 'Who am I?',
  description: 'Shows the person who is signed in.',
  access: { scope: null, by: people },
  input: z.object({}),
  output: user,
  effect: 'read',
  rest: { method: 'GET', path: '/auth/me' },
});

/** Keys are let in so that they can be told what everything but a good session token is told here: 401. */
export const verify = defineOperation({
  name: 'auth_verify',
  title: 'Verify a session token',
  description: 'Checks the session token in the Authorization header and shows whose it is.',
  access: { scope: null, by: [...people, 'key'] },
  input: z.object({}),
  output: user,
  errors: ['invalid_credential'],
  effect: 'read',
  rest: { method: 'GET', path },
  tool: false,
});

export const verifyToken = defineOperation({
  name: 'auth_verify_token',
  title: 'Verify a session token',
  description: 'Checks the session token in the body, or in the Authorization header where the body has none, and shows whose it is.',
  access: { scope: null, by: ['none', ...people, 'key'] },
  input: z.object({ token: z.string().min(1).max(16_384).optional().describe('The session token') }),
  output: user,
  errors: ['unauthenticated', 'invalid_credential', 'unavailable'],
  effect: 'read',
  rest: { method: 'POST', path },
  tool: false,
});
