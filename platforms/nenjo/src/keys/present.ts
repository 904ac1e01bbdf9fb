import type { KeyView, Presenters } from 'gatehouse';
import { createKey, listKeys } from './operations.js';

/** `*` is how full access is stored; Nenjo's documents show it as no scopes at all. */
function shownScopes(scopes: readonly string[]): string[] {
  return scopes.filter((scope) => scope !== '*');
}

/** A key just made, as documented: times still in Unix milliseconds. */
export function createdKey(key: KeyView, raw: string) {
  return {
    id: key.id,
    name: key.name,
    key_prefix: key.prefix,
    raw_key: raw,
    scopes: shownScopes(key.scopes),
    expires_at: key.expiresAt,
    created_at: key.createdAt,
  };
}

/** A key in a list, as documented: times still in Unix milliseconds. */
export function listedKey(key: KeyView) {
  return {
    id: key.id,
    name: key.name,
    key_prefix: key.prefix,
    user_id: key.user,
    scopes: shownScopes(key.scopes),
    expires_at: key.expiresAt,
    last_used_at: key.lastUsedAt,
    created_at: key.createdAt,
    revoked_at: key.revokedAt,
  };
}

/** What the operations answer, for what prints keys outside of one, such as the command line. */
export const presentKeys: Pick<Presenters, 'keyCreated' | 'keyListed'> = {
  keyCreated: (key, raw) => createKey.output.parse(createdKey(key, raw)),
  keyListed: (key) => listKeys.output.element.parse(listedKey(key)),
};
