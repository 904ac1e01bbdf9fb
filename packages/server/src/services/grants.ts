import { type Refusal, refuse } from '@gatehouse/contract';
import type { GrantRecord } from '../store/grants.js';
import type { Store } from '../store/store.js';
import type { LastUsed } from './last-used.js';

export interface GrantsOptions {
  readonly store: Pick<Store, 'grants' | 'changes'>;
  /** Of grants. */
  readonly lastUsed: LastUsed;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** What people allowed programs, from the moment it was allowed. Every ending settles after the barrier. */
export class GrantService {
  readonly #options: GrantsOptions;

  constructor(options: GrantsOptions) {
    this.#options = options;
  }

  /** Newest first, over all tenants, without what has ended. */
  async list(user: string): Promise<readonly GrantRecord[]> {
    const { store, lastUsed } = this.#options;
    return (await store.grants.list(user)).map((grant) => lastUsed.shown(grant));
  }

  /** The user whose grant it is. */
  async userOf(id: string): Promise<string | undefined> {
    return (await this.#options.store.grants.find(id))?.user;
  }

  /** With every token of it. Unknown, foreign and already revoked grants are alike: not found. */
  async revoke(user: string, id: string): Promise<undefined | Refusal> {
    const { store, now } = this.#options;
    const outcome = await store.grants.revoke(user, id, now());
    // One that was stored, but not confirmed by every process, is asked for again: it too ends behind the barrier.
    if (outcome === 'unknown' && (await this.userOf(id)) !== user) return unknownGrant();
    await store.changes.barrier([`grant:${id}`]);
    return outcome === 'unknown' ? unknownGrant() : undefined;
  }

  /** Ends all that a user allowed this program, in every tenant; answers how many grants there were. */
  async revokeClient(user: string, client: string): Promise<number> {
    const { store, now } = this.#options;
    const ended = await store.grants.revokeClient(user, client, now());
    // Not by the grants' tags: a repeat finds none, and has to wait for what the first could not confirm.
    await store.changes.barrier([`user:${user}`]);
    return ended.length;
  }
}

function unknownGrant(): Refusal {
  return refuse('not_found', 'There is no such grant, or it has ended.');
}
