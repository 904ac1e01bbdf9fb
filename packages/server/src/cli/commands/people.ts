import { type Gatehouse, Refusal, isoSeconds } from '../../index.js';
import type { Command } from './command.js';
import { knownUser, unknownTenant } from './owners.js';

interface Dated {
  readonly id: string;
  readonly name: string | null;
  readonly createdAt: number;
}

/** `plan`: the platform's default where the tenant has none of its own. */
function tenantShown({ platform: { tenancy } }: Gatehouse, { id, name, plan, createdAt }: Dated & { readonly plan: string | null }) {
  return { id, name, plan: plan ?? tenancy.defaultPlan, created_at: isoSeconds(createdAt) };
}

const userShown = ({ id, email, name, createdAt }: Dated & { readonly email: string | null }) => ({ id, email, name, created_at: isoSeconds(createdAt) });

export const createUser: Command = {
  name: 'user create',
  begins: true,
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
  begins: true,
  summary: 'make a tenant',
  options: [
    { flags: '--name <name>', description: 'how people call it', required: true },
    { flags: '--owner <id|e-mail>', description: 'who owns it; without this option nobody is in it' },
  ],
  prepare:
    ({ name = '', owner }) =>
    async ({ gatehouse }) => {
      const id = owner === undefined ? undefined : await knownUser(gatehouse, owner);
      if (id instanceof Refusal) return id;
      const tenant = id === undefined ? await gatehouse.users.createTenant(name) : await gatehouse.members.found(name, id);
      return tenant instanceof Refusal ? tenant : tenantShown(gatehouse, tenant);
    },
};

export const listTenants: Command = {
  name: 'tenant list',
  summary: "list the tenants, users' own spaces included",
  options: [],
  empty: 'No tenants.',
  prepare:
    () =>
    async ({ gatehouse }) =>
      (await gatehouse.users.listTenants()).map((tenant) => tenantShown(gatehouse, tenant)),
};

export const setPlan: Command = {
  name: 'tenant set-plan',
  summary: "put a tenant, or a user's own space, on a plan, at once",
  arguments: ['tenant', 'plan'],
  options: [],
  prepare:
    ({ tenant = '', plan = '' }) =>
    async ({ gatehouse }) => {
      const space = await spaceOf(gatehouse, tenant);
      const changed = space instanceof Refusal ? space : await gatehouse.users.setPlan(space, plan);
      return changed instanceof Refusal ? changed : tenantShown(gatehouse, changed);
    },
};

/** A tenant by its id, or the own space of the user with this e-mail. */
async function spaceOf(gatehouse: Gatehouse, idOrEmail: string): Promise<string | Refusal> {
  if (!idOrEmail.includes('@')) return (await gatehouse.store.tenants.find(idOrEmail))?.id ?? unknownTenant();
  const user = await knownUser(gatehouse, idOrEmail);
  return user instanceof Refusal ? user : ((await gatehouse.store.users.find(user))?.homeTenant ?? unknownTenant());
}
