import { randomUUID } from 'node:crypto';
import type { KeyView, Presenters } from 'gatehouse';
import { scopes } from '../scopes.js';
import { createKey, listKeys } from './operations.js';

export const newKeyId = (): string => `ak_${randomUUID().replaceAll('-', '')}`;

/** Full access is stored as `*`; there are two scopes, and both are shown. */
const shownScopes = (key: KeyView) => scopes.filter((scope) => key.scopes.includes('*') || key.scopes.includes(scope));

/** A key just made; times still in Unix milliseconds. */
export function createdKey(key: KeyView, raw: string) {
  return { id: key.id, label: key.name, key: raw, scopes: shownScopes(key), created_at: key.createdAt };
}

/** A key in a list; times still in Unix milliseconds. */
export function listedKey(key: KeyView) {
  return { id: key.id, label: key.name, key: `${key.prefix}…`, scopes: shownScopes(key), last_used_at: key.lastUsedAt, created_at: key.createdAt };
}

/** What the operations answer, for what prints keys outside of one, such as the command line. */
export const presentKeys: Pick<Presenters, 'keyCreated' | 'keyListed'> = {
  keyCreated: (key, raw) => createKey.output.parse(createdKey(key, raw)),
  keyListed: (key) => listKeys.output.shape.api_keys.element.parse(listedKey(key)),
};
