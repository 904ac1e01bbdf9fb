import { hash } from 'node:crypto';
import type { IdempotencyStore, KeyedCall } from '../store/idempotency.js';
import { Upkeep } from './upkeep.js';

/** How long a call is remembered. */
export const REMEMBERED_MS = 24 * 3_600_000;
/** A tenant's newest calls, which are remembered for so long however many there are. */
const REMEMBERED_CALLS = 50_000;
/** Longer answers are not kept, so that what a tenant can make us keep has a bound. */
const ANSWER_LENGTH = 65_536;
const SWEEP_MS = 60_000;
/** Of a tenant's calls every so many is a reason to count them. */
const TRIM_EVERY = 256;
/** Tenants whose calls are counted at once. */
const COUNTED_TENANTS = 10_000;

export interface IdempotencyOptions {
  readonly store: IdempotencyStore;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Takes note of what went wrong beside the calls. */
  readonly failed: (event: string, error: unknown) => void;
  /** @default REMEMBERED_CALLS */
  readonly keep?: number;
  /** @default SWEEP_MS */
  readonly sweepMs?: number;
}

/** What comes with an `Idempotency-Key`. */
export interface Asked {
  readonly tenant: string;
  /** Whose key it is: another's is another key. */
  readonly owner: string;
  readonly key: string;
  readonly operation: string;
  /** As JSON holds it. */
  readonly input: unknown;
}

export type Begun =
  /** Nobody did it before. */
  | { readonly is: 'claimed'; readonly claim: Claim }
  /** The key stands for another request. */
  | { readonly is: 'other' }
  | { readonly is: 'known'; readonly call: KeyedCall };

/** Remembers calls that came with a key, so that none of them is done twice. */
export class Idempotency {
  readonly #options: IdempotencyOptions;
  readonly #calls = new Map<string, number>();
  readonly #upkeep: Upkeep;

  constructor(options: IdempotencyOptions) {
    this.#options = options;
    this.#upkeep = new Upkeep({
      everyMs: options.sweepMs ?? SWEEP_MS,
      sweep: () => this.sweep(),
      failed: (error) => options.failed('idempotency_upkeep_failed', error),
    });
  }

  /** Of many calls with one key, at once or one after another, one is let through. Durable when it settles. */
  async begin({ tenant, owner, key, operation, input }: Asked): Promise<Begun> {
    const { store, now } = this.#options;
    const claimedAt = now();
    // What a caller chose is nobody's business, and its length is his.
    const id = digest(JSON.stringify([owner, key]));
    const fingerprint = digest(canonical([operation, input]));
    const call = await store.claim(tenant, id, { fingerprint, claimedAt }, claimedAt - REMEMBERED_MS);
    if (call !== undefined) return call.fingerprint === fingerprint ? { is: 'known', call } : { is: 'other' };
    this.#count(tenant);
    return { is: 'claimed', claim: new Claim(store, tenant, id) };
  }

  /** Forgets what is older than a day. */
  async sweep(): Promise<void> {
    const { store, now } = this.#options;
    while (await store.forget(now() - REMEMBERED_MS));
  }

  /** Settles when nothing is under way beside the calls any more. */
  close(): Promise<void> {
    return this.#upkeep.close();
  }

  #count(tenant: string): void {
    const calls = (this.#calls.get(tenant) ?? 0) + 1;
    if (this.#calls.size >= COUNTED_TENANTS) this.#calls.clear();
    this.#calls.set(tenant, calls);
    if (calls % TRIM_EVERY === 0) this.#upkeep.add(() => this.#options.store.trim(tenant, this.#options.keep ?? REMEMBERED_CALLS));
  }
}

/** The right to do a call, and the duty to say how it ended. */
export class Claim {
  readonly #store: IdempotencyStore;
  readonly #tenant: string;
  readonly #id: string;
  #touched = false;

  constructor(store: IdempotencyStore, tenant: string, id: string) {
    this.#store = store;
    this.#tenant = tenant;
    this.#id = id;
  }

  /** The handler has something in its hands with which it can change what is stored. */
  touch(): void {
    this.#touched = true;
  }

  /** Within a unit of work that is about to be committed. */
  changed(): Promise<void> {
    this.#touched = true;
    return this.#store.markChanged(this.#tenant, this.#id);
  }

  /** It has succeeded. Where the answer is `secret` nothing of it is kept but the id of what was made. */
  done(value: unknown, secret: boolean): Promise<void> {
    const answer = secret ? null : (JSON.stringify(value) ?? 'null');
    const kept = answer !== null && answer.length <= ANSWER_LENGTH ? answer : null;
    return this.#store.settle(this.#tenant, this.#id, { state: 'done', answer: kept, made: idIn(value) });
  }

  /** It has failed. `refused`: in a way that says that nothing was changed. */
  failed(refused: boolean): Promise<void> {
    if (refused || !this.#touched) return this.#store.release(this.#tenant, this.#id);
    return this.#store.settle(this.#tenant, this.#id, { state: 'unclear', answer: null, made: null });
  }
}

function idIn(value: unknown): string | null {
  return typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string' ? value.id : null;
}

function digest(text: string): string {
  return hash('sha256', text, 'hex');
}

/** JSON in which the order of an object's members says nothing (RFC 8259, section 4). */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  members.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join()}}`;
}
