import { type KeyView, isoSeconds } from 'gatehouse';

/** A key; times still in Unix milliseconds. `id` is what `/oauth/token` takes as `client_id`. */
export function shownKey({ id, name, prefix, scopes, expiresAt, createdAt }: KeyView) {
  return { id, name, key_prefix: prefix, scopes: [...scopes], expires_at: expiresAt, created_at: createdAt };
}

export function shownOnce(view: KeyView, raw: string) {
  const { id, name, ...rest } = shownKey(view);
  return { id, name, key: raw, ...rest };
}

function dated<T extends { readonly expires_at: number | null; readonly created_at: number }>(shown: T) {
  return { ...shown, expires_at: shown.expires_at === null ? null : isoSeconds(shown.expires_at), created_at: isoSeconds(shown.created_at) };
}

/** For what prints keys outside of an operation, such as the command line. */
export const presentKeys = {
  keyCreated: (view: KeyView, raw: string) => dated(shownOnce(view, raw)),
  keyListed: (view: KeyView) => dated({ ...shownKey(view), last_used_at: view.lastUsedAt === null ? null : isoSeconds(view.lastUsedAt) }),
};
