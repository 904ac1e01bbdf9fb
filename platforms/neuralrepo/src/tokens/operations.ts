import { defineOperation, people, timestamp } from 'gatehouse';
import { z } from 'zod';
import { line } from '../fields.js';
import { wholeAccess } from '../whole-access.js';

const root = '/user/mcp-tokens';
/** As with everything that people let programs do: no key makes or ends them. */
const access = { scope: null, by: people } as const;

const shape = {
  id: z.string(),
  client_id: z.string(),
  label: z.string().describe('What the program, or you, called it'),
  scopes: z.string().describe('With a space between them'),
  created_at: timestamp(),
};

export const listTokens = defineOperation({
  name: 'mcp_tokens_list',
  title: 'List MCP tokens',
  description: 'Lists what AI clients come in with: what they were allowed on the consent page, and tokens made by hand. Newest first.',
  access: wholeAccess,
  input: z.object({}),
  output: z.object({ tokens: z.array(z.object({ ...shape, last_used_at: timestamp().nullable() })) }),
  effect: 'read',
  tool: false,
  rest: { method: 'GET', path: root },
});

export const createToken = defineOperation({
  name: 'mcp_tokens_create',
  title: 'Create an MCP token',
  description: 'Makes a token for an AI client that knows no OAuth, and shows it, once. It reads and writes ideas over MCP, and is good for nothing else.',
  access,
  input: z.object({ label: line(100).default('default').describe('What to call it') }),
  output: z.object({ ...shape, token: z.string().describe('The whole token. Shown once') }),
  errors: ['plan_limit'],
  effect: 'create',
  secretOutput: true,
  rest: { method: 'POST', path: root },
});

export const revokeToken = defineOperation({
  name: 'mcp_tokens_revoke',
  title: 'Revoke an MCP token',
  description: 'Ends what a client comes in with, of either kind. It is refused from the moment this is answered.',
  access,
  input: z.object({ id: z.string().min(1).max(64).describe('The id of the token') }),
  output: z.object({}),
  errors: ['not_found'],
  effect: 'delete',
  tool: false,
  rest: { method: 'DELETE', path: `${root}/:id`, status: 204 },
});
