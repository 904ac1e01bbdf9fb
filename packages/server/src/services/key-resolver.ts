import type { Presented, RefusalReason, Resolution, Resolver } from '../domain/principal.js';
import type { KeyGrant } from '../domain/records.js';
import type { KeyStore } from '../store/store.js';
import type { LastUsed } from './last-used.js';
import type { Principals } from './principals.js';

export interface KeyResolverOptions {
  readonly prefix: string;
  readonly accept: readonly Presented['via'][];
  readonly keys: KeyStore;
  readonly principals: Principals;
  readonly lastUsed: LastUsed;
}

/** API keys: whatever starts with the platform's prefix is claimed, and is good only if its hash is known, live and unexpired. */
export function keyResolver({ prefix, accept, keys, principals, lastUsed }: KeyResolverOptions): Resolver {
  const judge = (grant: KeyGrant | undefined, now: number): Resolution => {
    const reason = keyFault(grant, now);
    if (grant === undefined || reason !== undefined) return { is: 'refused', reason: reason ?? 'unknown' };
    if (grant.key.lastUsedAt === null) lastUsed.first(grant.key.id, now);
    return { is: 'ok', principal: principals.forKey(grant) };
  };
  return {
    kind: 'key',
    accepts: [...accept, 'message'],
    resolve(presented, now) {
      if (!presented.value.startsWith(prefix)) return { is: 'foreign' };
      const found = keys.findByHash(presented.hash);
      return found instanceof Promise ? found.then((grant) => judge(grant, now)) : judge(found, now);
    },
  };
}

/** Why a key is not taken, if it is not. In the order of the platform's documentation: known, not revoked, not expired; then ours. */
export function keyFault(grant: KeyGrant | undefined, now: number): RefusalReason | undefined {
  if (grant === undefined) return 'unknown';
  const { key, role } = grant;
  const replaced = key.rotatedTo !== null;
  if (key.revokedAt !== null) return replaced ? 'rotated' : 'revoked';
  if (key.expiresAt !== null && key.expiresAt <= now) return replaced ? 'rotated' : 'expired';
  if (key.disabledAt !== null) return 'disabled';
  return key.user !== null && role === null ? 'no_membership' : undefined;
}
