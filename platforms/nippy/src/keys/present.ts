import type { KeyView, Presenters } from 'gatehouse';
import { createKey, listKeys } from './operations.js';

/** A key; times still in Unix milliseconds. `id` is what `/oauth/token` takes as `client_id`. */
function shownKey({ id, name, prefix, scopes, expiresAt, createdAt }: KeyView) {
  return { id, name, key_prefix: prefix, scopes: [...scopes], expires_at: expiresAt, created_at: createdAt };
}

export const createdKey = (key: KeyView, raw: string) => ({ ...shownKey(key), key: raw });
export const listedKey = (key: KeyView) => ({ ...shownKey(key), last_used_at: key.lastUsedAt });

/** What the operations answer, for what prints keys outside of one, such as the command line. */
export const presentKeys: Pick<Presenters, 'keyCreated' | 'keyListed'> = {
  keyCreated: (key, raw) => createKey.output.parse(createdKey(key, raw)),
  keyListed: (key) => listKeys.output.element.parse(listedKey(key)),
};
