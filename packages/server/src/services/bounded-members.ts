import { type Refusal, refuse } from '@gatehouse/contract';
import type { Principal } from '../domain/principal.js';
import type { Kept } from '../store/memberships.js';
import type { Store } from '../store/store.js';
import type { InvitationAccess, MembershipAccess } from './access.js';
import { noPerson } from './bounded-grants.js';
import type { InvitationService } from './members/invitations.js';
import type { MemberService } from './members/members.js';
import { type Tenancy, administers, noTenant } from './tenancy.js';

export interface BoundedMembersOptions {
  readonly store: Pick<Store, 'users'>;
  readonly members: MemberService;
  readonly invitations: InvitationService;
  readonly tenancy: Tenancy;
}

/** The members of a tenant as one principal, who is a person, may change them. What roles allow is decided with the change, by the roles as they are then. */
export function boundedMemberships(principal: Principal, { store, members }: BoundedMembersOptions): MembershipAccess {
  const { user, tenant } = principal;
  const leave = async (): Promise<undefined | Refusal> => {
    if (user === undefined) return noPerson();
    if (tenant === null) return noTenant();
    return members.leave({ tenant, user, keep: await keptOf(principal, store) });
  };
  return {
    leave,
    async update(id, role) {
      if (user === undefined) return noPerson();
      return tenant === null ? noTenant() : members.changeRole({ tenant, user: id, by: user, role });
    },
    async remove(id) {
      if (user === undefined) return noPerson();
      if (id === user) return leave();
      return tenant === null ? noTenant() : members.remove({ tenant, user: id, by: user });
    },
    async createTenant(name) {
      return user === undefined ? noPerson() : members.createTenant(name, user);
    },
    async switchTo(id) {
      const { kind, id: session } = principal.credential;
      if (user === undefined || kind !== 'session') return refuse('forbidden', 'This call came with no session of ours.');
      return members.switchSession(user, session, id);
    },
  };
}

/** Invitations as one principal, who is a person, may see and make them: those of the tenant for who administers it, and those to the person. */
export function boundedInvitations(principal: Principal, { invitations, tenancy }: BoundedMembersOptions): InvitationAccess {
  const { user, tenant, role } = principal;
  const administering = async <T>(work: (tenant: string, user: string) => Promise<T>): Promise<T | Refusal> => {
    if (user === undefined) return noPerson();
    if (tenant === null) return noTenant();
    return administers(role, tenancy)
      ? work(tenant, user)
      : refuse('forbidden', 'Only who administers the tenant invites.', { next: 'Ask who administers it.' });
  };
  return {
    create: ({ email, role: to }) => administering((into, by) => invitations.create({ tenant: into, by, email, role: to })),
    list: () => administering((of) => invitations.list(of)),
    withdraw: (id) => administering((of) => invitations.withdraw(of, id)),
    async received() {
      return user === undefined ? noPerson() : invitations.received(user);
    },
    async accept(name) {
      return user === undefined ? noPerson() : invitations.accept(user, name);
    },
  };
}

/** The session that a call came with goes on in the person's own space, where the tenant that it acts in is left. */
export async function keptOf({ user, credential }: Principal, store: Pick<Store, 'users'>): Promise<Kept | undefined> {
  const home = user === undefined || credential.kind !== 'session' ? undefined : (await store.users.find(user))?.homeTenant;
  return home === undefined ? undefined : { session: credential.id, tenant: home };
}
