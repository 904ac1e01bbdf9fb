import { type Gatehouse, Refusal, isoSeconds } from '../../index.js';
import type { Answer, Command, Given } from './command.js';
import { knownUser, unknownTenant } from './owners.js';

const tenantOption = { flags: '--tenant <id>', description: 'of which tenant', required: true } as const;
const userOption = { flags: '--user <id|e-mail>', description: 'whom', required: true } as const;

type Shown = Awaited<ReturnType<Gatehouse['members']['list']>>[number];
const memberShown = ({ user, email, name, role, createdAt }: Shown) => ({ user_id: user, email, name, role, created_at: isoSeconds(createdAt) });

export const listMembers: Command = {
  name: 'member list',
  summary: 'list the members of a tenant, with their roles',
  options: [tenantOption],
  empty: 'No members.',
  prepare:
    ({ tenant = '' }) =>
    async ({ gatehouse }) =>
      (await gatehouse.store.tenants.find(tenant)) === undefined ? unknownTenant() : (await gatehouse.members.list(tenant)).map(memberShown),
};

export const setRole: Command = {
  name: 'member set-role',
  summary: 'give a member another role, which bounds every key and grant of theirs at once',
  options: [tenantOption, userOption, { flags: '--role <role>', description: 'one of the roles of the platform', required: true }],
  prepare: (given) => (site) =>
    onMember(given, site.gatehouse, async (tenant, user) => {
      const changed = await site.gatehouse.members.changeRole({ tenant, user, role: given.role ?? '', by: null });
      return changed instanceof Refusal ? changed : memberShown(changed);
    }),
};

export const removeMember: Command = {
  name: 'member remove',
  summary: 'end a membership, with the keys, sessions and grants that the person has there',
  options: [tenantOption, userOption],
  heading: () => 'The membership has ended: keys, sessions and grants of that person in this tenant are refused from now on.',
  prepare: (given) => (site) =>
    onMember(
      given,
      site.gatehouse,
      async (tenant, user) => (await site.gatehouse.members.remove({ tenant, user, by: null })) ?? { tenant_id: tenant, user_id: user },
    ),
};

async function onMember({ tenant = '', user = '' }: Given, gatehouse: Gatehouse, act: (tenant: string, user: string) => Promise<Answer>): Promise<Answer> {
  if ((await gatehouse.store.tenants.find(tenant)) === undefined) return unknownTenant();
  const id = await knownUser(gatehouse, user);
  return id instanceof Refusal ? id : act(tenant, id);
}
