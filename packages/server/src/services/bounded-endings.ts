import { type Refusal, refuse } from '@gatehouse/contract';
import type { Principal } from '../domain/principal.js';
import type { Store } from '../store/store.js';
import type { EndingAccess, ExportAccess } from './access.js';
import { noPerson } from './bounded-grants.js';
import { keptOf } from './bounded-members.js';
import type { KeyService } from './keys.js';
import type { SessionService } from './sessions.js';
import type { EndingService } from './tenants/endings.js';
import type { ExportService } from './tenants/export.js';
import { type Tenancy, mayExport, noTenant } from './tenancy.js';

export interface BoundedEndingsOptions {
  readonly store: Pick<Store, 'users'>;
  readonly endings: EndingService;
}

export interface BoundedExportsOptions {
  readonly store: Pick<Store, 'users' | 'tenants'>;
  readonly sessions: Pick<SessionService, 'find'>;
  readonly keys: Pick<KeyService, 'declared'>;
  readonly exports: ExportService;
  readonly tenancy: Tenancy;
}

/** What one principal, who is a person, may delete. */
export function boundedEndings(principal: Principal, { store, endings }: BoundedEndingsOptions): EndingAccess {
  const { user, tenant } = principal;
  return {
    async tenant(name) {
      if (user === undefined) return noPerson();
      return tenant === null ? noTenant() : endings.endTenant({ tenant, name, by: user, keep: await keptOf(principal, store) });
    },
    async me(email) {
      return user === undefined ? noPerson() : endings.endPerson({ user, email });
    },
  };
}

/** What one principal, who is a person, may take away: as long as they are let in, and no longer. */
export function boundedExports(
  { user, tenant, role, credential }: Principal,
  { store, sessions, keys, exports, tenancy }: BoundedExportsOptions,
): ExportAccess {
  const forbidden = (): Refusal =>
    refuse('forbidden', 'Only who administers the tenant, and may do all that is done in it, exports it.', { next: 'Ask an owner.' });
  const mayTakeAll = (held: string | undefined): boolean => mayExport(held, tenancy, keys.declared);
  const signedIn = async (person: string): Promise<boolean> => credential.kind !== 'session' || (await sessions.find(person, credential.id))?.tenant === tenant;
  return {
    async tenant() {
      if (user === undefined) return noPerson();
      if (tenant === null) return noTenant();
      if (!mayTakeAll(role)) return forbidden();
      const mayGoOn = async () => mayTakeAll((await store.tenants.member(tenant, user))?.role) && signedIn(user);
      return exports.tooMany(user) ?? exports.tenant(tenant, { user, mayGoOn });
    },
    async me() {
      if (user === undefined) return noPerson();
      const mayGoOn = async () => (await store.users.find(user)) !== undefined && signedIn(user);
      return exports.tooMany(user) ?? exports.person(user, { user, mayGoOn });
    },
  };
}
