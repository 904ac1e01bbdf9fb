import { defineOperation, expiry, people, timestamp } from 'gatehouse';
import { z } from 'zod';
import { line } from '../fields.js';
import { objectId } from '../ids.js';
import { scopes } from '../scopes.js';

const access = { scope: null, by: people } as const;
const root = '/api-keys';

const key = {
  id: z.string().describe('24 hex digits; the client_id of /oauth/token'),
  name: z.string(),
  key_prefix: z.string().describe('The first 8 characters'),
  scopes: z.array(z.string()).describe('* is full access'),
  expires_at: timestamp().nullable(),
  created_at: timestamp(),
};

export const listKeys = defineOperation({
  name: 'api_keys_list',
  title: 'List API keys',
  description: 'Lists the API keys of the caller in this business, newest first. Revoked keys are left out; expired ones are not.',
  access,
  input: z.object({}),
  output: z.array(z.object({ ...key, last_used_at: timestamp().nullable() })),
  effect: 'read',
  rest: { method: 'GET', path: root },
});

export const createKey = defineOperation({
  name: 'api_keys_create',
  title: 'Generate a new key',
  description: 'Makes an API key of this business and shows it, once.',
  access,
  input: z.object({
    name: line(200).describe('A label for people'),
    scopes: z
      .array(z.enum(scopes))
      .max(scopes.length)
      .optional()
      .describe('Verticals, to read or to write: roulettes:read. Writing is reading too. Empty or absent: full access'),
    expires_at: expiry(),
  }),
  output: z.object({ ...key, key: z.string().describe('The whole key. Shown once') }),
  errors: ['plan_limit'],
  effect: 'create',
  secretOutput: true,
  rest: { method: 'POST', path: root },
});

export const revokeKey = defineOperation({
  name: 'api_keys_revoke',
  title: 'Revoke an API key',
  description: 'Ends an API key and the tokens that it was traded for. They are refused from the moment this is answered.',
  access,
  input: z.object({ id: objectId().describe('The id of the key') }),
  output: z.object({}),
  errors: ['not_found'],
  effect: 'delete',
  rest: { method: 'DELETE', path: `${root}/:id`, status: 204 },
});
