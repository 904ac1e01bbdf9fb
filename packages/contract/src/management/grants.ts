import { z } from 'zod';
import { defineOperation, people } from '../operation.js';
import { timestamp } from '../schema.js';

/** The canonical grant: what a person allowed one program, in one tenant. Its tokens are shown to the program, and nowhere else. */
export const grantObject = z.object({
  id: z.string(),
  client_id: z.string(),
  client_name: z.string().describe('What the program called itself when it was let in'),
  client_host: z.string().nullable().describe('The host that its answers went to; null where that is no host, as in cursor://'),
  tenant_id: z.string(),
  scopes: z.array(z.string()),
  created_at: timestamp(),
  last_used_at: timestamp().nullable(),
});

const management = { scope: null, plane: 'management', by: people } as const;
const root = '/gatehouse/grants';

export const listGrants = defineOperation({
  name: 'gatehouse_grants_list',
  title: 'List connected apps',
  description: 'Lists the programs that the caller let in, newest first, and what each may do. A program let in on two devices is there twice.',
  access: management,
  input: z.object({}),
  output: z.array(grantObject),
  effect: 'read',
  rest: { method: 'GET', path: root },
});

export const revokeGrant = defineOperation({
  name: 'gatehouse_grants_revoke',
  title: 'Disconnect an app',
  description: 'Ends what the caller allowed a program. All its tokens are refused from the moment this is answered.',
  access: management,
  input: z.object({ id: z.string().min(1).max(64).describe('The id of the grant') }),
  output: z.object({}),
  errors: ['not_found'],
  effect: 'delete',
  rest: { method: 'DELETE', path: `${root}/:id`, status: 204 },
});

export const revokeClientGrants = defineOperation({
  name: 'gatehouse_grants_revoke_client',
  title: 'Disconnect an app everywhere',
  description: 'Ends all that the caller ever allowed this program, on every device and in every tenant, and says how many grants there were.',
  access: management,
  input: z.object({ client_id: z.string().min(1).max(2048) }),
  output: z.object({ ended: z.int() }),
  effect: 'delete',
  idempotent: true,
  rest: { method: 'POST', path: `${root}/revoke-client` },
});
