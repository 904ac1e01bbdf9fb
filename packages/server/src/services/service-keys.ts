import { Refusal, refuse } from '@gatehouse/contract';
import { type KeyFormat, type RandomBytes, displayPrefix, newRawKey } from '../domain/key-format.js';
import { sha256 } from '../domain/presented.js';
import type { Presented, RefusalReason, Resolver } from '../domain/principal.js';
import type { ServiceKeyRecord } from '../store/service-keys.js';
import type { Store } from '../store/store.js';
import { labelOf } from './keys.js';
import type { Principals } from './principals.js';

export interface ServiceKeysOptions {
  readonly store: Pick<Store, 'serviceKeys' | 'changes'>;
  /** undefined: this platform has none. */
  readonly format: KeyFormat | undefined;
  readonly random: RandomBytes;
  readonly newId: () => string;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** Keys of no tenant: what they open is what asks for no tenant. */
export class ServiceKeys {
  readonly #options: ServiceKeysOptions;

  constructor(options: ServiceKeysOptions) {
    this.#options = options;
  }

  /** The whole key is shown once. */
  async mint(name: string, expiresAt: number | null): Promise<{ readonly key: ServiceKeyRecord; readonly raw: string } | Refusal> {
    const { store, format, random, newId, now } = this.#options;
    if (format === undefined) return refuse('conflict', 'This platform has no keys without a tenant.');
    const createdAt = now();
    const label = labelOf(name, expiresAt, createdAt);
    if (label instanceof Refusal) return label;
    const raw = newRawKey(format, random);
    const key = { id: newId(), ...label, prefix: displayPrefix(format, raw), createdAt, createdBy: 'cli', revokedAt: null };
    await store.serviceKeys.create(key, sha256(raw));
    return { key, raw };
  }

  list(): Promise<readonly ServiceKeyRecord[]> {
    return this.#options.store.serviceKeys.list();
  }

  /** Settles when no process takes it any more. */
  async revoke(id: string): Promise<undefined | Refusal> {
    const { store, now } = this.#options;
    const outcome = await store.serviceKeys.revoke(id, now());
    await store.changes.barrier([`key:${id}`]);
    return outcome === 'revoked' ? undefined : refuse('not_found', 'There is no such key.');
  }
}

/** Who has such a key: nobody in particular, and nowhere. */
export function serviceKeyResolver(options: {
  readonly prefix: string;
  readonly accept: readonly Presented['via'][];
  readonly keys: Pick<Store['serviceKeys'], 'findByHash'>;
  readonly principals: Principals;
}): Resolver {
  const { prefix, accept, keys, principals } = options;
  return {
    kind: 'key',
    accepts: [...accept, 'message'],
    async resolve({ value, hash }, now) {
      if (!value.startsWith(prefix)) return { is: 'foreign' };
      const key = await keys.findByHash(hash);
      const reason = faultOf(key, now);
      return key === undefined || reason !== undefined ? { is: 'refused', reason: reason ?? 'unknown' } : { is: 'ok', principal: principals.forService(key) };
    },
  };
}

function faultOf(key: ServiceKeyRecord | undefined, now: number): RefusalReason | undefined {
  if (key === undefined) return 'unknown';
  if (key.revokedAt !== null) return 'revoked';
  return key.expiresAt !== null && key.expiresAt <= now ? 'expired' : undefined;
}
