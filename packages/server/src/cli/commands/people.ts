import { Refusal, isoSeconds } from '../../index.js';
import type { Command } from './command.js';

interface Dated {
  readonly id: string;
  readonly name: string | null;
  readonly createdAt: number;
}

const tenantShown = ({ id, name, createdAt }: Dated) => ({ id, name, created_at: isoSeconds(createdAt) });
const userShown = ({ id, email, name, createdAt }: Dated & { readonly email: string | null }) => ({ id, email, name, created_at: isoSeconds(createdAt) });

export const createUser: Command = {
  name: 'user create',
  summary: 'make a user with an own space',
  options: [
    { flags: '--email <address>', description: 'the e-mail address; you vouch that it is theirs', required: true },
    { flags: '--name <name>', description: 'how people call them' },
  ],
  prepare:
    ({ email = '', name }) =>
    async ({ gatehouse: { users } }) => {
      const user = await users.create(email, name?.trim() || null);
      return user instanceof Refusal ? user : userShown(user);
    },
};

export const listUsers: Command = {
  name: 'user list',
  summary: 'list the users',
  options: [],
  empty: 'No users.',
  prepare:
    () =>
    async ({ gatehouse: { users } }) =>
      (await users.list()).map(userShown),
};

export const createTenant: Command = {
  name: 'tenant create',
  summary: 'make a tenant',
  options: [{ flags: '--name <name>', description: 'how people call it', required: true }],
  prepare:
    ({ name = '' }) =>
    async ({ gatehouse: { users } }) => {
      const tenant = await users.createTenant(name);
      return tenant instanceof Refusal ? tenant : tenantShown(tenant);
    },
};

export const listTenants: Command = {
  name: 'tenant list',
  summary: "list the tenants, users' own spaces included",
  options: [],
  empty: 'No tenants.',
  prepare:
    () =>
    async ({ gatehouse: { users } }) =>
      (await users.listTenants()).map(tenantShown),
};
