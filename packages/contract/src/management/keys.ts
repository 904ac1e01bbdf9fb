import { z } from 'zod';
import { defineOperation } from '../operation.js';
import { expiry, timestamp } from '../schema.js';

/** The canonical key object. `scopes` is `["*"]` for full access to the platform. */
export const keyObject = z.object({
  id: z.string(),
  name: z.string(),
  key_prefix: z.string(),
  tenant_id: z.string(),
  user_id: z.string().nullable(),
  scopes: z.array(z.string()),
  expires_at: timestamp().nullable(),
  last_used_at: timestamp().nullable(),
  disabled_at: timestamp().nullable(),
  created_at: timestamp(),
});

const keyWithSecret = keyObject.extend({ raw_key: z.string().describe('The whole key. Shown once.') });
const id = z.string().min(1).max(64).describe('The id of the key');
const management = { scope: null, plane: 'management' } as const;
const root = '/gatehouse/keys';

const newKey = {
  name: z.string().max(200).describe('A label for people'),
  scopes: z.array(z.string()).optional().describe('What the key may do; absent: what the platform gives by default'),
  expires_at: expiry(),
  user_id: z.string().optional().describe("Another member's key, for who administers the tenant"),
};

export const listKeys = defineOperation({
  name: 'gatehouse_keys_list',
  title: 'List API keys',
  description: 'Lists the API keys of a member, newest first, without the revoked ones.',
  access: management,
  input: z.object({ user_id: z.string().optional() }),
  output: z.array(keyObject),
  effect: 'read',
  rest: { method: 'GET', path: root },
});

export const getKey = defineOperation({
  name: 'gatehouse_keys_get',
  title: 'Get an API key',
  description: 'Shows one API key.',
  access: management,
  input: z.object({ id }),
  output: keyObject,
  errors: ['not_found'],
  effect: 'read',
  rest: { method: 'GET', path: `${root}/:id` },
});

export const createKey = defineOperation({
  name: 'gatehouse_keys_create',
  title: 'Create an API key',
  description: 'Creates an API key and shows it, once.',
  access: management,
  input: z.object(newKey),
  output: keyWithSecret,
  errors: ['conflict', 'plan_limit'],
  effect: 'create',
  secretOutput: true,
  rest: { method: 'POST', path: root },
});

export const revokeKey = defineOperation({
  name: 'gatehouse_keys_revoke',
  title: 'Revoke an API key',
  description: 'Ends an API key. It is refused from the moment this is answered.',
  access: management,
  input: z.object({ id }),
  output: z.object({}),
  errors: ['not_found'],
  effect: 'delete',
  rest: { method: 'DELETE', path: `${root}/:id`, status: 204 },
});

export const disableKey = defineOperation({
  name: 'gatehouse_keys_disable',
  title: 'Disable an API key',
  description: 'Suspends an API key until it is enabled again.',
  access: management,
  input: z.object({ id }),
  output: keyObject,
  errors: ['not_found'],
  effect: 'update',
  idempotent: true,
  rest: { method: 'POST', path: `${root}/:id/disable` },
});

export const enableKey = defineOperation({
  name: 'gatehouse_keys_enable',
  title: 'Enable an API key',
  description: 'Lets a disabled API key in again.',
  access: management,
  input: z.object({ id }),
  output: keyObject,
  errors: ['not_found'],
  effect: 'update',
  idempotent: true,
  rest: { method: 'POST', path: `${root}/:id/enable` },
});

export const rotateKey = defineOperation({
  name: 'gatehouse_keys_rotate',
  title: 'Rotate an API key',
  description: 'Replaces an API key by a new one with the same rights. The old one goes on for the overlap, which may be 0.',
  access: management,
  input: z.object({ id, overlap_seconds: z.int().min(0).max(7_776_000).default(0).describe('Seconds that the old key goes on') }),
  output: keyWithSecret,
  errors: ['not_found', 'conflict', 'plan_limit'],
  effect: 'create',
  secretOutput: true,
  rest: { method: 'POST', path: `${root}/:id/rotate` },
});

export const importKey = defineOperation({
  name: 'gatehouse_keys_import',
  title: 'Import an API key',
  description:
    'Takes over an existing key by the SHA-256 of its raw form, so that it need not be handed out again. It must begin with the prefix of this platform.',
  access: management,
  input: z.object({ ...newKey, hash: z.string().max(100), format: z.enum(['hex', 'base64', 'base64url']).default('hex') }),
  output: keyObject,
  errors: ['conflict', 'plan_limit'],
  effect: 'create',
  rest: { method: 'POST', path: `${root}/import` },
});
