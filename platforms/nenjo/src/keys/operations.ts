import { defineOperation, expiry, people, timestamp } from 'gatehouse';
import { z } from 'zod';
import { line, scopeName, uuid } from '../fields.js';

const access = { scope: null, by: people } as const;
const root = '/api-keys';

export const listKeys = defineOperation({
  name: 'api_keys_list',
  title: 'List API keys',
  description: 'Lists the API keys of the caller, newest first. Revoked keys are left out; expired ones are not.',
  access,
  input: z.object({ user_id: uuid().optional().describe('Another member, for who administers the organisation') }),
  output: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      key_prefix: z.string().describe('The first 8 characters'),
      user_id: z.string().nullable(),
      scopes: z.array(z.string()).describe('Empty: full access'),
      expires_at: timestamp().nullable(),
      last_used_at: timestamp().nullable(),
      created_at: timestamp(),
      revoked_at: timestamp().nullable(),
    }),
  ),
  effect: 'read',
  rest: { method: 'GET', path: root },
});

export const createKey = defineOperation({
  name: 'api_keys_create',
  title: 'Create an API key',
  description: 'Creates an API key and shows it, once.',
  access,
  input: z.object({
    name: line(200).describe('A label for people'),
    user_id: uuid().optional().describe('Whose key it is; by default the caller. Another member only for who administers the organisation'),
    expires_at: expiry(),
    scopes: z.array(scopeName()).max(100).optional().describe('What it may do; empty or absent: full access'),
  }),
  output: z.object({
    id: z.string(),
    name: z.string(),
    key_prefix: z.string(),
    raw_key: z.string().describe('The whole key. Shown once'),
    scopes: z.array(z.string()),
    expires_at: timestamp().nullable(),
    created_at: timestamp(),
  }),
  errors: ['plan_limit'],
  effect: 'create',
  secretOutput: true,
  rest: { method: 'POST', path: root },
});

export const revokeKey = defineOperation({
  name: 'api_keys_revoke',
  title: 'Revoke an API key',
  description: 'Ends an API key. It is refused from the moment this is answered.',
  access,
  input: z.object({ id: uuid().describe('The id of the key') }),
  output: z.object({}),
  errors: ['not_found'],
  effect: 'delete',
  rest: { method: 'DELETE', path: `${root}/:id`, status: 204 },
});
