import { networkOf } from '../domain/address.js';
import type { Principal } from '../domain/principal.js';
import { type Bucket, type Verdict, step } from '../domain/window.js';
import type { LedgerStore } from '../store/store.js';
import { type LimitSettings, type Tenancy, planNamed } from './tenancy.js';

/** Buckets held before the full ones are swept out. A full bucket and none at all are the same. */
const SWEEP_AT = 50_000;
const FLUSH_MS = 1000;
const ADDRESS = 'address:';

/** Counts calls against limits: exact at the boundary, and remembered between starts (but for addresses). */
export class Ledger {
  readonly #arrivals = new Map<string, number>();
  readonly #store: LedgerStore;
  readonly #log: (event: object) => void;
  readonly #now: () => number;
  #dirty = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #sweepAt = SWEEP_AT;

  constructor(options: { readonly store: LedgerStore; readonly now: () => number; readonly log: (event: object) => void }) {
    this.#store = options.store;
    this.#now = options.now;
    this.#log = options.log;
  }

  async load(): Promise<void> {
    for (const [key, arrival] of await this.#store.load(this.#now())) this.#arrivals.set(key, arrival);
  }

  /** Takes `cost` from every bucket, or from none. undefined where there is no bucket. */
  take(buckets: readonly Bucket[], cost: number, now: number): Verdict | undefined {
    let tightest: Verdict | undefined;
    const arrivals: number[] = [];
    for (const bucket of buckets) {
      const before = this.#arrivals.get(bucket.key) ?? 0;
      const { allowed, arrival, remaining, retryAfterSeconds } = step(bucket, cost, before, now);
      const verdict = { allowed, bucket, remaining, retryAfterSeconds };
      if (!allowed) {
        if (arrival < before) this.#keep(bucket.key, arrival, now);
        return verdict;
      }
      arrivals.push(arrival);
      if (tightest === undefined || remaining < tightest.remaining) tightest = verdict;
    }
    for (const [i, bucket] of buckets.entries()) this.#keep(bucket.key, arrivals[i] ?? 0, now);
    return tightest;
  }

  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const keys = this.#dirty;
    this.#dirty = new Set();
    const entries = new Map([...keys].map((key) => [key, this.#arrivals.get(key) ?? 0]));
    if (entries.size === 0) return;
    try {
      await this.#store.save(entries, this.#now());
    } catch (error) {
      this.#log({ event: 'ledger_lost', buckets: entries.size, error });
    }
  }

  #keep(key: string, arrival: number, now: number): void {
    this.#arrivals.set(key, arrival);
    if (this.#arrivals.size > this.#sweepAt) this.#sweep(now);
    if (key.startsWith(ADDRESS)) return;
    this.#dirty.add(key);
    if (this.#timer === undefined) this.#timer = setTimeout(() => void this.flush(), FLUSH_MS).unref();
  }

  #sweep(now: number): void {
    for (const [key, arrival] of this.#arrivals) if (arrival <= now) this.#arrivals.delete(key);
    this.#sweepAt = Math.max(SWEEP_AT, this.#arrivals.size * 2);
  }
}

/** The bucket of failed authentications from one address. Decided after the check, so that a good credential is never refused. */
export function failureBucket(address: string, limit: number): Bucket {
  return { key: ADDRESS + networkOf(address), limit, periodSeconds: 60 };
}

const NO_BUCKETS: readonly Bucket[] = [];

/** Which buckets a principal's calls count against, by its tenant's plan. Made once per principal. */
export function bucketsBy(tenancy: Tenancy): (principal: Principal) => readonly Bucket[] {
  const made = new WeakMap<Principal, readonly Bucket[]>();
  const limited = Object.values(tenancy.plans).some((plan) => plan.limits !== undefined);
  if (!limited) return () => NO_BUCKETS;
  return (principal) => {
    const known = made.get(principal);
    if (known !== undefined) return known;
    const buckets = bucketsOf(principal, tenancy);
    made.set(principal, buckets);
    return buckets;
  };
}

function bucketsOf({ credential, user, tenant, plan }: Principal, tenancy: Tenancy): Bucket[] {
  const limits = planNamed(plan ?? '', tenancy)?.limits;
  const buckets: Bucket[] = [];
  const add = (settings: LimitSettings | undefined, key: string) => {
    if (settings !== undefined) buckets.push({ key, limit: settings.limit, periodSeconds: settings.periodSeconds });
  };
  if (credential.kind === 'key') add(limits?.key, `key:${credential.id}`);
  if (user !== undefined) add(limits?.user, `user:${user}`);
  if (tenant !== null) add(limits?.tenant, `tenant:${tenant}`);
  return buckets;
}
