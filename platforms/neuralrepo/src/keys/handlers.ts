import { Refusal } from 'gatehouse';
import { bind } from '../tables.js';
import * as operations from './operations.js';
import { createdKey, listedKey } from './present.js';

export const keyBindings = [
  bind(operations.listKeys, async (_input, { access, now }) => {
    const keys = await access.keys.list();
    if (keys instanceof Refusal) return keys;
    const good = keys.filter(({ expiresAt, disabledAt }) => disabledAt === null && (expiresAt === null || expiresAt > now()));
    return { api_keys: good.map(listedKey) };
  }),
  bind(operations.createKey, async ({ label, scopes }, { access }) => {
    const made = await access.keys.create({ name: label, scopes });
    return made instanceof Refusal ? made : createdKey(made.key, made.raw);
  }),
  bind(operations.revokeKey, async ({ id }, { access }) => (await access.keys.revoke(id)) ?? {}),
];
