import { type Bucket, type Verdict, step } from '../../domain/window.js';
import type { LedgerStore } from '../../store/store.js';
import { type BatchOptions, Batches } from '../batches.js';
import { isOfAddress } from './buckets.js';
import type { Limits } from './limits.js';

/** Buckets held before the full ones are swept out. A full bucket and none at all are the same. */
const SWEEP_AT = 50_000;
const FLUSH_MS = 1000;

export interface LedgerOptions extends Pick<BatchOptions, 'log' | 'outage'> {
  readonly store: LedgerStore;
  readonly now: () => number;
}

/** The limits of one process: exact at the boundary, and remembered between starts (but for addresses). */
export class Ledger implements Limits {
  readonly #arrivals = new Map<string, number>();
  readonly #store: LedgerStore;
  readonly #now: () => number;
  readonly #batches: Batches;
  #dirty = new Set<string>();
  #sweepAt = SWEEP_AT;

  constructor(options: LedgerOptions) {
    this.#store = options.store;
    this.#now = options.now;
    this.#batches = new Batches({ ...options, name: 'ledger', everyMs: FLUSH_MS, write: () => this.#write() });
  }

  async load(): Promise<void> {
    for (const [key, arrival] of await this.#store.load(this.#now())) this.#arrivals.set(key, arrival);
  }

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

  close(): Promise<void> {
    return this.#batches.close();
  }

  async #write(): Promise<void> {
    const keys = this.#dirty;
    if (keys.size === 0) return;
    this.#dirty = new Set();
    try {
      await this.#store.save(new Map([...keys].map((key) => [key, this.#arrivals.get(key) ?? 0])), this.#now());
    } catch (error) {
      // What was swept out meanwhile is full, and not worth a row.
      for (const key of keys) if (this.#arrivals.has(key)) this.#dirty.add(key);
      throw error;
    }
  }

  #keep(key: string, arrival: number, now: number): void {
    this.#arrivals.set(key, arrival);
    if (this.#arrivals.size > this.#sweepAt) this.#sweep(now);
    if (isOfAddress(key)) return;
    this.#dirty.add(key);
    this.#batches.soon();
  }

  #sweep(now: number): void {
    for (const [key, arrival] of this.#arrivals) {
      if (arrival > now) continue;
      this.#arrivals.delete(key);
      this.#dirty.delete(key);
    }
    this.#sweepAt = Math.max(SWEEP_AT, this.#arrivals.size * 2);
  }
}
