import { z } from 'zod';
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
