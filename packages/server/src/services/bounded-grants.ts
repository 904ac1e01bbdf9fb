import { type Refusal, people, refuse } from '@gatehouse/contract';
import type { Principal } from '../domain/principal.js';
import type { GrantAccess } from './access.js';
import type { GrantService } from './grants.js';
import { type Tenancy, mostKeys } from './tenancy.js';

/** What one principal, who is a person, allowed programs. */
export function boundedGrants({ user, tenant, credential, rights, plan }: Principal, grants: GrantService, tenancy: Tenancy): GrantAccess {
  return {
    async list() {
      return user === undefined ? noPerson() : grants.list(user);
    },
    async revoke(id) {
      return user === undefined ? noPerson() : grants.revoke(user, id);
    },
    async revokeClient(client) {
      return user === undefined ? noPerson() : grants.revokeClient(user, client);
    },
    async make({ label, scopes }) {
      if (user === undefined || tenant === null) return noPerson();
      if (!people.includes(credential.kind)) return refuse('forbidden', 'Tokens are made by people.', { next: 'Sign in as a person.' });
      const missing = scopes.filter((scope) => !rights.covers(scope));
      if (missing.length > 0) return refuse('forbidden', 'A token cannot hold more than its maker.', { missing });
      return grants.make({ tenant, user, label, scopes }, mostKeys(plan ?? tenancy.defaultPlan, tenancy));
    },
  };
}

export function noPerson(): Refusal {
  return refuse('forbidden', 'This credential belongs to a tenant, not to a person.');
}
