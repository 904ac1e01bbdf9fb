import { z } from 'zod';
import { download } from '../content.js';
import { defineOperation } from '../operation.js';
import { timestamp } from '../schema.js';

export const tenantObject = z.object({ id: z.string(), name: z.string(), created_at: timestamp() });
export const userObject = z.object({ id: z.string(), email: z.string().nullable(), name: z.string().nullable(), created_at: timestamp() });

const tenantName = z.string().trim().min(1).max(200);
const management = { scope: null, plane: 'management' } as const;

export const getMe = defineOperation({
  name: 'gatehouse_me',
  title: 'Who am I?',
  description: 'Shows the person who is signed in, and the role in this tenant.',
  access: management,
  input: z.object({}),
  output: userObject.extend({ tenant_id: z.string(), role: z.string() }),
  effect: 'read',
  rest: { method: 'GET', path: '/gatehouse/me' },
});

export const getTenant = defineOperation({
  name: 'gatehouse_tenant_get',
  title: 'Get the tenant',
  description: 'Shows the tenant that the caller acts in.',
  access: management,
  input: z.object({}),
  output: tenantObject,
  effect: 'read',
  rest: { method: 'GET', path: '/gatehouse/tenant' },
});

export const renameTenant = defineOperation({
  name: 'gatehouse_tenant_rename',
  title: 'Rename the tenant',
  description: 'Gives the tenant another name. Only for who administers it.',
  access: management,
  input: z.object({ name: tenantName }),
  output: tenantObject,
  effect: 'update',
  idempotent: true,
  rest: { method: 'PATCH', path: '/gatehouse/tenant' },
});

export const listTenants = defineOperation({
  name: 'gatehouse_tenants_list',
  title: 'List my tenants',
  description: 'Lists the tenants that the caller is a member of, with the role in each.',
  access: management,
  input: z.object({}),
  output: z.array(tenantObject.extend({ role: z.string() })),
  effect: 'read',
  rest: { method: 'GET', path: '/gatehouse/tenants' },
});

export const createTenant = defineOperation({
  name: 'gatehouse_tenants_create',
  title: 'Create a tenant',
  description: 'Makes a tenant that the caller owns. Switch to it to act in it.',
  access: management,
  input: z.object({ name: tenantName }),
  output: tenantObject.extend({ role: z.string() }),
  errors: ['rate_limited'],
  effect: 'create',
  rest: { method: 'POST', path: '/gatehouse/tenants' },
});

export const exportTenant = defineOperation({
  name: 'gatehouse_tenant_export',
  title: 'Export the tenant',
  description:
    'Hands out all that is kept of the tenant as a file of JSON lines: members, invitations, keys without their secrets, sessions, grants, and every row of the platform. The last line is {"is":"end"}: without it the file was cut off. For who administers the tenant and holds every scope.',
  access: management,
  input: z.object({}),
  output: download,
  effect: 'read',
  rest: { method: 'GET', path: '/gatehouse/tenant/export' },
});

export const deleteTenant = defineOperation({
  name: 'gatehouse_tenant_delete',
  title: 'Delete the tenant',
  description:
    'Deletes the tenant that the caller acts in, for good. Nobody can act in it from the moment this is answered: memberships, keys, sessions and grants in it have ended. Its rows are deleted after that. For an owner; the own space of a person goes with the person.',
  access: management,
  input: z.object({ name: z.string().min(1).max(200).describe('The name of the tenant, to confirm') }),
  output: z.object({}),
  errors: ['conflict'],
  effect: 'delete',
  rest: { method: 'POST', path: '/gatehouse/tenant/delete', status: 204 },
});

export const exportMe = defineOperation({
  name: 'gatehouse_me_export',
  title: 'Export my account',
  description:
    'Hands out all that is kept of the person as a file of JSON lines: the account, its identities, memberships, keys without their secrets, sessions and grants, and the own space as gatehouse_tenant_export has it.',
  access: management,
  input: z.object({}),
  output: download,
  effect: 'read',
  rest: { method: 'GET', path: '/gatehouse/me/export' },
});

export const deleteMe = defineOperation({
  name: 'gatehouse_me_delete',
  title: 'Delete my account',
  description:
    'Deletes the person, for good: identities, sessions, keys, grants and memberships from the moment this is answered; after that the rows of the own space, and of other tenants in which nobody else is. Refused while others would be left in a tenant without an owner, or in the own space.',
  access: management,
  input: z.object({ email: z.string().max(254).describe('The e-mail address of the account, to confirm; empty where it has none') }),
  output: z.object({}),
  errors: ['conflict'],
  effect: 'delete',
  rest: { method: 'POST', path: '/gatehouse/me/delete', status: 204 },
});
