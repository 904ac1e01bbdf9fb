import { type PlatformMeans, type Refusal, refuse } from 'gatehouse';
import { type Provider, providers } from '../ideas/values.js';
import { bind } from '../tables.js';
import * as operations from './operations.js';
import { type Endpoint, authorized, endpointOf } from './providers.js';
import { aboutKeyOf, keyFor } from './store.js';

export const providerKeyBindings = [
  bind(operations.listProviderKeys, async (_input, { db }) => {
    const rows = await db.selectFrom('provider_keys').select(['id', 'created_at', 'updated_at']).orderBy('id').execute();
    return {
      provider_keys: providers.flatMap((provider) =>
        rows.filter(({ id }) => id === provider).map(({ created_at, updated_at }) => ({ provider, created_at, updated_at })),
      ),
    };
  }),
  bind(operations.setProviderKey, ({ provider, api_key }, { tx, sealed, now }) =>
    tx(async ({ db }) => {
      const at = now();
      const key = { sealed: sealed.close(api_key, aboutKeyOf(provider)), updated_at: at };
      const { created_at, updated_at } = await db
        .insertInto('provider_keys')
        .values({ id: provider, created_at: at, ...key })
        .onConflict((on) => on.column('id').doUpdateSet(key))
        .returning(['created_at', 'updated_at'])
        .executeTakeFirstOrThrow();
      return { provider_key: { provider, created_at, updated_at } };
    }),
  ),
  bind(operations.testProviderKey, async ({ provider }, { db, sealed, settings, egress, signal }) => {
    const key = await keyFor(db, provider, sealed);
    if (key === undefined) return unknownKey(provider);
    return { provider, ...(await tested(endpointOf(provider, settings), key, egress, signal)) };
  }),
  bind(operations.deleteProviderKey, async ({ provider }, { db }) => {
    const deleted = await db.deleteFrom('provider_keys').where('id', '=', provider).returning('id').executeTakeFirst();
    return deleted === undefined ? unknownKey(provider) : {};
  }),
];

function unknownKey(provider: Provider): Refusal {
  return refuse('not_found', 'Provider key not found', { next: `Set one with PUT /api/v1/user/byok/${provider}.` });
}

const TEST_MS = 10_000;
const MOST_BYTES = 4 * 1024 * 1024;

async function tested(endpoint: Endpoint, key: string, egress: PlatformMeans['egress'], signal: AbortSignal) {
  const { name, url, probe } = endpoint;
  const answer = await egress.request(url + probe, { headers: authorized(endpoint, key), timeoutMs: TEST_MS, maxBytes: MOST_BYTES, signal });
  if (!answer.ok) return { result: 'unreachable', message: `${name} could not be reached: the key may be good or not.` } as const;
  if (answer.status === 401 || answer.status === 403) return { result: 'refused', message: `${name} does not take this key.` } as const;
  if (answer.status === 200) return { result: 'valid', message: `${name} takes this key.` } as const;
  return { result: 'unreachable', message: `${name} answered with status ${answer.status}: the key may be good or not.` } as const;
}
