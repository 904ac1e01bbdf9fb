import { type Refusal, refuse } from '@gatehouse/contract';
import type { Principal } from '../domain/principal.js';
import type { GrantAccess } from './access.js';
import type { GrantService } from './grants.js';

/** What one principal, who is a person, allowed programs. */
export function boundedGrants({ user }: Principal, grants: GrantService): GrantAccess {
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
  };
}

export function noPerson(): Refusal {
  return refuse('forbidden', 'This credential belongs to a tenant, not to a person.');
}
