import type { Sealed } from 'gatehouse';
import { type Provider, providers } from '../ideas/values.js';
import type { Db } from '../tables.js';

export const aboutKeyOf = (provider: Provider): string => `provider_keys.${provider}`;

/** Of which providers there is a key. */
export async function providersWithKey(db: Db): Promise<ReadonlySet<Provider>> {
  const rows = await db.selectFrom('provider_keys').select('id').execute();
  return new Set(providers.filter((provider) => rows.some(({ id }) => id === provider)));
}

/** The key itself, for what is asked of its provider now; undefined: there is none, or none that can be opened. */
export async function keyFor(db: Db, provider: Provider, sealed: Sealed): Promise<string | undefined> {
  const row = await db.selectFrom('provider_keys').select('sealed').where('id', '=', provider).executeTakeFirst();
  return row === undefined ? undefined : sealed.open(row.sealed, aboutKeyOf(provider));
}
