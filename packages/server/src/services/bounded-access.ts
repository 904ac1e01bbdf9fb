import { type Failure, Refusal, refuse } from '@gatehouse/contract';
import { present } from '../domain/presented.js';
import type { Principal, Resolution } from '../domain/principal.js';
import type { Store } from '../store/store.js';
import type { Access } from './access.js';
import type { Authenticator } from './authenticate.js';
import { BoundedKeys } from './bounded-keys.js';
import { boundedGrants, noPerson } from './bounded-grants.js';
import { boundedEndings, boundedExports } from './bounded-endings.js';
import { boundedInvitations, boundedMemberships } from './bounded-members.js';
import { boundedSessions } from './bounded-sessions.js';
import type { GrantService } from './grants.js';
import type { KeyService } from './keys.js';
import type { InvitationService } from './members/invitations.js';
import type { MemberService } from './members/members.js';
import type { SessionService } from './sessions.js';
import type { EndingService } from './tenants/endings.js';
import type { ExportService } from './tenants/export.js';
import { type Tenancy, administers, noTenant } from './tenancy.js';

export interface AccessOptions {
  readonly store: Store;
  readonly keys: KeyService;
  readonly sessions: SessionService;
  readonly grants: GrantService;
  readonly members: MemberService;
  readonly invitations: InvitationService;
  readonly endings: EndingService;
  readonly exports: ExportService;
  readonly authenticator: Authenticator;
  readonly tenancy: Tenancy;
}

/** What a credential that did not resolve amounts to, counted against the address it came from. */
export type Denied = (resolution: Exclude<Resolution, { is: 'ok' }>) => Failure | Promise<Failure>;

export type AccessFor = (principal: Principal, denied: Denied) => Access;

/** Gatehouse's services as one principal may use them. */
export function accessFor(options: AccessOptions): AccessFor {
  return (principal, denied) => ({
    keys: new BoundedKeys(principal, { ...options, tenants: options.store.tenants }),
    sessions: boundedSessions(principal, options.sessions),
    grants: boundedGrants(principal, options.grants, options.tenancy),
    memberships: boundedMemberships(principal, options),
    invitations: boundedInvitations(principal, options),
    exports: boundedExports(principal, options),
    endings: boundedEndings(principal, options),
    ...people(principal, options),
    async verify(value) {
      const resolution = await options.authenticator.resolveOne(present(value, 'message'));
      return resolution.is === 'ok' ? resolution.principal : new Refusal(await denied(resolution));
    },
  });
}

function people(principal: Principal, { store, tenancy }: AccessOptions): Pick<Access, 'me' | 'user' | 'tenant' | 'tenants' | 'renameTenant' | 'members'> {
  const { user, tenant } = principal;
  return {
    async me() {
      const found = user === undefined ? undefined : await store.users.find(user);
      return found ?? noPerson();
    },
    user: (id) => store.users.find(id),
    async tenant() {
      return (tenant === null ? undefined : await store.tenants.find(tenant)) ?? noTenant();
    },
    async tenants() {
      return user === undefined ? noPerson() : store.tenants.listOf(user);
    },
    async renameTenant(name) {
      if (tenant === null) return noTenant();
      if (!administers(principal.role, tenancy)) return refuse('forbidden', 'Only who administers the tenant may rename it.');
      await store.tenants.rename(tenant, name);
      return (await store.tenants.find(tenant)) ?? noTenant();
    },
    async members() {
      return tenant === null ? noTenant() : store.tenants.members(tenant);
    },
  };
}
