import { type KeyView, isoSeconds } from 'gatehouse';

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

const iso = (ms: number | null) => (ms === null ? null : isoSeconds(ms));

/** The documented key objects, for what prints keys outside of an operation, such as the command line. */
export const presentKeys = {
  keyCreated: (key: KeyView, raw: string) => {
    const shown = createdKey(key, raw);
    return { ...shown, expires_at: iso(shown.expires_at), created_at: isoSeconds(shown.created_at) };
  },
  keyListed: (key: KeyView) => {
    const shown = listedKey(key);
    return {
      ...shown,
      expires_at: iso(shown.expires_at),
      last_used_at: iso(shown.last_used_at),
      created_at: isoSeconds(shown.created_at),
      revoked_at: iso(shown.revoked_at),
    };
  },
};
