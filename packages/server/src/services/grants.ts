import { type Refusal, refuse } from '@gatehouse/contract';
import type { RandomBytes } from '../domain/key-format.js';
import { sha256 } from '../domain/presented.js';
import { BY_HAND, type GrantRecord } from '../store/grants.js';
import type { Store } from '../store/store.js';
import type { LastUsed } from './last-used.js';

export interface GrantsOptions {
  readonly store: Pick<Store, 'grants' | 'tokens' | 'changes'>;
  /** Of grants. */
  readonly lastUsed: LastUsed;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Tokens that people make by hand. Absent: there are none here. */
  readonly byHand?:
    | {
        readonly prefix: string;
        /** The resource that they are for (RFC 8707). */
        readonly audience: string;
        readonly random: RandomBytes;
        readonly newId: () => string;
      }
    | undefined;
}

export interface NewToken {
  readonly tenant: string;
  readonly user: string;
  /** What its owner calls it. */
  readonly label: string;
  readonly scopes: readonly string[];
}

/** A grant with the one token that it will ever have. */
export interface MadeToken {
  readonly grant: GrantRecord;
  /** The whole token. Show it once and forget it. */
  readonly raw: string;
}

/** The last moment that there is a date of: until somebody ends it. */
const FOR_GOOD = 8_640_000_000_000_000;

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

  /** A token for a program that knows no OAuth. Who asks for it has made sure that its user holds these scopes. @param most that the user may have there */
  async make({ tenant, user, label, scopes }: NewToken, most: number): Promise<MadeToken | Refusal> {
    const { store, now, byHand } = this.#options;
    if (byHand === undefined) return refuse('forbidden', 'Tokens are not made by hand here.');
    const { prefix, audience, random, newId } = byHand;
    const createdAt = now();
    const id = newId();
    const grant: GrantRecord = {
      ...{ id, tenant, user, client: `${BY_HAND}${id}`, clientName: label, clientHost: null, scopes, createdAt, lastUsedAt: null, revokedAt: null },
    };
    const raw = prefix + Buffer.from(random(32)).toString('hex');
    if ((await store.grants.createByHand(tenant, grant, most)) === 'full')
      return refuse('plan_limit', `The plan allows one person ${most} tokens made by hand, and no more.`, {
        next: 'Revoke tokens that nobody uses, or ask for a larger plan.',
      });
    const { client } = grant;
    await store.tokens.createAccess({
      ...{ hash: sha256(raw), id: newId(), tenant, client, grant: id, key: null, scopes, audience, createdAt, expiresAt: FOR_GOOD },
    });
    return { grant, raw };
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
