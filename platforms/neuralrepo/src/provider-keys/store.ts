import { type Provider, providers } from '../ideas/values.js';
import type { Db } from '../tables.js';

/** Of which providers there is a key. */
export async function providersWithKey(db: Db): Promise<ReadonlySet<Provider>> {
  const rows = await db.selectFrom('provider_keys').select('id').execute();
  return new Set(providers.filter((provider) => rows.some(({ id }) => id === provider)));
}
