import { type Refusal, refuse } from '@gatehouse/contract';
import type { Principal } from '../domain/principal.js';
import type { Store } from '../store/store.js';
import type { EndingAccess, ExportAccess } from './access.js';
import { noPerson } from './bounded-grants.js';
import { keptOf } from './bounded-members.js';
import type { EndingService } from './tenants/endings.js';
import type { ExportService } from './tenants/export.js';
import { type Tenancy, administers, noTenant } from './tenancy.js';

export interface BoundedEndingsOptions {
  readonly store: Pick<Store, 'users'>;
  readonly endings: EndingService;
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

/** What one principal, who is a person, may take away. */
export function boundedExports({ user, tenant, role }: Principal, { exports, tenancy }: BoundedEndingsOptions): ExportAccess {
  const forbidden = (): Refusal => refuse('forbidden', 'Only who administers the tenant exports it.', { next: 'Ask who administers it.' });
  return {
    async tenant() {
      if (user === undefined) return noPerson();
      if (tenant === null) return noTenant();
      return administers(role, tenancy) ? exports.tenant(tenant) : forbidden();
    },
    async me() {
      return user === undefined ? noPerson() : exports.person(user);
    },
  };
}
