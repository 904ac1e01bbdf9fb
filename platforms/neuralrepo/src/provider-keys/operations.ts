import { defineOperation, timestamp } from 'gatehouse';
import { z } from 'zod';
import { providers } from '../ideas/values.js';
import { wholeAccess as access } from '../whole-access.js';

const provider = z.enum(providers).describe('Whose key it is');
const shape = z.object({ provider: z.enum(providers), created_at: timestamp(), updated_at: timestamp() });

const root = '/user/byok';

export const listProviderKeys = defineOperation({
  name: 'provider_keys_list',
  title: 'List provider keys',
  description: 'Lists the providers of which there is a key. The keys themselves are never shown.',
  access,
  input: z.object({}),
  output: z.object({ provider_keys: z.array(shape) }),
  effect: 'read',
  tool: false,
  rest: { method: 'GET', path: root },
});

export const setProviderKey = defineOperation({
  name: 'provider_keys_set',
  title: 'Set a provider key',
  description: 'Keeps a key of your own for a provider, sealed, in place of the one that was there.',
  access,
  input: z.object({
    provider,
    api_key: z
      .string()
      .trim()
      .max(500)
      .regex(/^[\x21-\x7e]+$/, 'Must be the key as the provider shows it, without blanks')
      .describe('sk-ant-…, sk-…, sk-or-…'),
  }),
  output: z.object({ provider_key: shape }),
  effect: 'update',
  idempotent: true,
  tool: false,
  rest: { method: 'PUT', path: `${root}/:provider` },
});

export const testProviderKey = defineOperation({
  name: 'provider_keys_test',
  title: 'Test a provider key',
  description: 'Asks the provider whether it takes the key. What is asked for costs nothing there.',
  access,
  input: z.object({ provider }),
  output: z.object({
    provider: z.enum(providers),
    result: z.enum(['valid', 'refused', 'unreachable']).describe('unreachable: the provider did not say'),
    message: z.string(),
  }),
  errors: ['not_found'],
  effect: 'read',
  tool: false,
  rest: { method: 'POST', path: `${root}/:provider/test` },
});

export const deleteProviderKey = defineOperation({
  name: 'provider_keys_delete',
  title: 'Delete a provider key',
  description: 'Forgets a key.',
  access,
  input: z.object({ provider }),
  output: z.object({}),
  errors: ['not_found'],
  effect: 'delete',
  tool: false,
  rest: { method: 'DELETE', path: `${root}/:provider`, status: 204 },
});
