import { z } from 'zod';
import { defineOperation, people } from '../operation.js';
import { timestamp } from '../schema.js';

/** The canonical session object. Its token is shown to whoever signs in, and nowhere else. */
export const sessionObject = z.object({
  id: z.string(),
  tenant_id: z.string(),
  user_agent: z.string().nullable().describe('What the browser or the program called itself when the person signed in'),
  created_at: timestamp(),
  refreshed_at: timestamp(),
  expires_at: timestamp().describe('When it ends, unless it is refreshed before'),
  ends_at: timestamp().describe('When it ends, however often it is refreshed'),
  current: z.boolean().describe('Whether this call came with it'),
});

const management = { scope: null, plane: 'management', by: people } as const;
const root = '/gatehouse/sessions';

export const listSessions = defineOperation({
  name: 'gatehouse_sessions_list',
  title: 'List my sessions',
  description: 'Lists where the caller is signed in, newest first.',
  access: management,
  input: z.object({}),
  output: z.array(sessionObject),
  effect: 'read',
  rest: { method: 'GET', path: root },
});

export const revokeSession = defineOperation({
  name: 'gatehouse_sessions_revoke',
  title: 'End a session',
  description: 'Ends one of the sessions of the caller. It is refused from the moment this is answered.',
  access: management,
  input: z.object({ id: z.string().min(1).max(64).describe('The id of the session') }),
  output: z.object({}),
  errors: ['not_found'],
  effect: 'delete',
  rest: { method: 'DELETE', path: `${root}/:id`, status: 204 },
});

export const signOut = defineOperation({
  name: 'gatehouse_sign_out',
  title: 'Sign out',
  description: 'Ends the session that this call came with.',
  access: { ...management, by: ['session'] },
  input: z.object({}),
  output: z.object({}),
  effect: 'delete',
  idempotent: true,
  rest: { method: 'POST', path: '/gatehouse/sign-out', status: 204 },
});

export const signOutEverywhere = defineOperation({
  name: 'gatehouse_sign_out_everywhere',
  title: 'Sign out everywhere',
  description: 'Ends every session of the caller, this one included, and says how many there were. API keys go on.',
  access: management,
  input: z.object({}),
  output: z.object({ ended: z.int() }),
  effect: 'delete',
  idempotent: true,
  rest: { method: 'POST', path: '/gatehouse/sign-out-everywhere' },
});

export const switchSession = defineOperation({
  name: 'gatehouse_sessions_switch',
  title: 'Switch to another tenant',
  description: 'The session that this call came with acts in another tenant of the caller from the next call on. Programs and API keys stay where they are.',
  access: { ...management, by: ['session'] },
  input: z.object({ tenant_id: z.string().min(1).max(64) }),
  output: z.object({ tenant_id: z.string(), role: z.string() }),
  errors: ['not_found'],
  effect: 'update',
  idempotent: true,
  rest: { method: 'POST', path: `${root}/switch` },
});
