import { Refusal, requested } from 'gatehouse';
import { bind } from '../tables.js';
import * as operations from './operations.js';
import { createdKey, listedKey } from './present.js';

export const keyBindings = [
  bind(operations.listKeys, async (_input, { access }) => {
    const keys = await access.keys.list({});
    return keys instanceof Refusal ? keys : keys.map(listedKey);
  }),
  bind(operations.createKey, async (input, { access }) => {
    const made = await access.keys.create(requested(input));
    return made instanceof Refusal ? made : createdKey(made.key, made.raw);
  }),
  bind(operations.revokeKey, async ({ id }, { access }) => (await access.keys.revoke(id)) ?? {}),
];
