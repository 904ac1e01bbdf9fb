import { defineOperation, timestamp } from 'gatehouse';
import { z } from 'zod';
import { line } from '../fields.js';
import { scopes } from '../scopes.js';
import { wholeAccess as access } from '../whole-access.js';

const root = '/user/api-keys';

const shape = {
  id: z.string().describe('ak_ and more'),
  label: z.string(),
  scopes: z.array(z.enum(scopes)),
  created_at: timestamp(),
};

export const listKeys = defineOperation({
  name: 'api_keys_list',
  title: 'List API keys',
  description: 'Lists the keys that are good, newest first.',
  access,
  input: z.object({}),
  output: z.object({
    api_keys: z.array(z.object({ ...shape, key: z.string().describe('The first characters'), last_used_at: timestamp().nullable() })),
  }),
  effect: 'read',
  tool: false,
  rest: { method: 'GET', path: root },
});

export const createKey = defineOperation({
  name: 'api_keys_create',
  title: 'Create an API key',
  description: 'Makes an API key and shows it, once. A key that makes another gives it no more than it has, and no longer life.',
  access,
  input: z.object({
    label: line(100).default('default').describe('What to call it'),
    scopes: z.array(z.enum(scopes)).min(1).optional().describe('What it may do; absent: both'),
  }),
  output: z.object({ ...shape, key: z.string().describe('The whole key. Shown once') }),
  errors: ['plan_limit'],
  effect: 'create',
  secretOutput: true,
  rest: { method: 'POST', path: root },
});

export const revokeKey = defineOperation({
  name: 'api_keys_revoke',
  title: 'Revoke an API key',
  description: 'Ends a key. It is refused from the moment this is answered.',
  access,
  input: z.object({ id: z.string().min(1).max(64).describe('The id of the key') }),
  output: z.object({}),
  errors: ['not_found'],
  effect: 'delete',
  tool: false,
  rest: { method: 'DELETE', path: `${root}/:id`, status: 204 },
});
