import { z } from 'zod';
import { defineOperation } from '../operation.js';
import { timestamp } from '../schema.js';

/** The canonical member object. */
export const memberObject = z.object({
  user_id: z.string(),
  email: z.string().nullable(),
  name: z.string().nullable(),
  role: z.string(),
  created_at: timestamp(),
});

const management = { scope: null, plane: 'management' } as const;
const root = '/gatehouse/members';
const userId = z.string().min(1).max(64).describe('The member');
const role = z.string().min(1).max(64).describe('One of the roles of the platform');

export const listMembers = defineOperation({
  name: 'gatehouse_members_list',
  title: 'List members',
  description: 'Lists the members of the tenant, with their roles.',
  access: management,
  input: z.object({}),
  output: z.array(memberObject),
  effect: 'read',
  rest: { method: 'GET', path: root },
});

export const updateMember = defineOperation({
  name: 'gatehouse_members_update',
  title: 'Change a role',
  description:
    'Gives a member of the tenant another role, which bounds every key and grant of theirs from the moment this is answered. For who administers the tenant; nobody gives a role that holds more than their own, and owners alone make and unmake owners. The last owner stays one.',
  access: management,
  input: z.object({ user_id: userId, role }),
  output: memberObject,
  errors: ['not_found', 'conflict'],
  effect: 'update',
  idempotent: true,
  rest: { method: 'PATCH', path: `${root}/:user_id` },
});

export const removeMember = defineOperation({
  name: 'gatehouse_members_remove',
  title: 'Remove a member',
  description:
    'Ends a membership, and for good every key, session and grant that the person has in the tenant: they are refused from the moment this is answered. For who administers the tenant. The last owner stays.',
  access: management,
  input: z.object({ user_id: userId }),
  output: z.object({}),
  errors: ['not_found', 'conflict'],
  effect: 'delete',
  rest: { method: 'DELETE', path: `${root}/:user_id`, status: 204 },
});

export const leaveTenant = defineOperation({
  name: 'gatehouse_members_leave',
  title: 'Leave the tenant',
  description:
    'Ends the membership of the caller in the tenant, with every key, grant and other session there. The session that asks goes on in the own space of the caller, which nobody leaves. The last owner stays.',
  access: management,
  input: z.object({}),
  output: z.object({}),
  errors: ['conflict'],
  effect: 'delete',
  rest: { method: 'POST', path: `${root}/leave`, status: 204 },
});

/** The canonical invitation object. Its token is in the link alone that goes to the address. */
export const invitationObject = z.object({
  id: z.string(),
  email: z.string(),
  role: z.string(),
  invited_by: z.string().describe('The member who invited'),
  created_at: timestamp(),
  expires_at: timestamp(),
});

const invitations = '/gatehouse/invitations';
const invitationId = z.string().min(1).max(64).describe('The id of the invitation');

export const createInvitation = defineOperation({
  name: 'gatehouse_invitations_create',
  title: 'Invite somebody',
  description:
    'Invites an e-mail address into the tenant, for seven days, and sends it a link. Whoever has verified the address also finds the invitation when signed in. For who administers the tenant; nobody invites to a role that holds more than their own.',
  access: management,
  input: z.object({ email: z.string().min(1).max(254), role }),
  output: invitationObject.extend({
    delivery: z
      .enum(['mail', 'terminal', 'none'])
      .describe('Where the link went. none: this server sends no mail, or could not: the person finds the invitation when signed in'),
  }),
  errors: ['conflict', 'rate_limited'],
  effect: 'create',
  rest: { method: 'POST', path: invitations },
});

export const listInvitations = defineOperation({
  name: 'gatehouse_invitations_list',
  title: 'List invitations',
  description: 'Lists the invitations into the tenant that are open, newest first. For who administers the tenant.',
  access: management,
  input: z.object({}),
  output: z.array(invitationObject),
  effect: 'read',
  rest: { method: 'GET', path: invitations },
});

export const withdrawInvitation = defineOperation({
  name: 'gatehouse_invitations_withdraw',
  title: 'Withdraw an invitation',
  description: 'Takes an invitation back. Nobody gets in by it from the moment this is answered.',
  access: management,
  input: z.object({ id: invitationId }),
  output: z.object({}),
  errors: ['not_found'],
  effect: 'delete',
  rest: { method: 'DELETE', path: `${invitations}/:id`, status: 204 },
});

export const listReceivedInvitations = defineOperation({
  name: 'gatehouse_invitations_received',
  title: 'List invitations to me',
  description: 'Lists the open invitations to the e-mail address of the caller, if that is verified, newest first.',
  access: management,
  input: z.object({}),
  output: z.array(
    z.object({ id: z.string(), tenant_id: z.string(), tenant_name: z.string(), role: z.string(), created_at: timestamp(), expires_at: timestamp() }),
  ),
  effect: 'read',
  rest: { method: 'GET', path: `${invitations}/received` },
});

export const acceptInvitation = defineOperation({
  name: 'gatehouse_invitations_accept',
  title: 'Accept an invitation',
  description: 'Makes the caller a member of the tenant, once. For whoever has verified the e-mail address that was invited, and nobody else.',
  access: management,
  input: z.object({
    token: z.string().max(200).optional().describe('The token of the link'),
    id: invitationId.optional().describe('Or the id of the invitation, as the list of those received shows it'),
  }),
  output: z.object({ tenant_id: z.string(), role: z.string() }),
  errors: ['not_found'],
  effect: 'update',
  rest: { method: 'POST', path: `${invitations}/accept` },
});
