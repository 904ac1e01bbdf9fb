import { type Gatehouse, Refusal, isoSeconds } from '../../index.js';
import { expiryOf } from '../duration.js';
import { UsageError } from '../failure.js';
import type { Answer, Given, Site, Work } from './command.js';

type Shown = Awaited<ReturnType<Gatehouse['serviceKeys']['list']>>[number];

export function serviceKeyShown({ id, name, prefix, createdAt, expiresAt }: Shown) {
  return { id, name, key_prefix: prefix, tenant_id: null, expires_at: expiresAt === null ? null : isoSeconds(expiresAt), created_at: isoSeconds(createdAt) };
}

/** `key create --no-tenant` */
export function withServiceKey({ user, tenant, scopes, name = '', expires }: Given, now: number): UsageError | Work {
  if (user !== undefined || tenant !== undefined) return new UsageError('Give --no-tenant alone, or --user, or --tenant.');
  if (scopes !== undefined) return new UsageError('A key of no tenant has no scopes: leave --scopes out.');
  const expiresAt = expiryOf(expires, now);
  if (expiresAt instanceof UsageError) return expiresAt;
  return async ({ gatehouse: { serviceKeys } }) => {
    const minted = await serviceKeys.mint(name, expiresAt);
    return minted instanceof Refusal ? minted : { ...serviceKeyShown(minted.key), raw_key: minted.raw };
  };
}

/** `key revoke`, where the id is one of these. */
export async function serviceKeyRevoked({ id = '' }: Given, { gatehouse: { serviceKeys } }: Site): Promise<Answer | undefined> {
  const key = (await serviceKeys.list()).find((one) => one.id === id);
  return key === undefined ? undefined : ((await serviceKeys.revoke(id)) ?? serviceKeyShown(key));
}
