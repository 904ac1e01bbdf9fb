import type { Bucket, Verdict } from '../../domain/window.js';
import type { SharedLedgerStore, Wanted } from '../../store/store.js';
import { UnavailableError } from '../../domain/unavailable-error.js';
import type { BatchOptions } from '../batches.js';
import type { Limits } from './limits.js';
import { Share } from './share.js';
import { type Clocks, SharedClock } from './shared-clock.js';

/** Shares held before those of full buckets are swept out. */
const SWEEP_AT = 50_000;
/** Buckets asked about at once. */
const ASKED_AT_ONCE = 200;
/** How often a take asks before it gives up. What it still lacks after the first answer has run out on the way; the second asks for all. */
const ROUNDS = 4;

interface Waiting {
  readonly shares: readonly Share[];
  readonly cost: number;
  rounds: number;
  settle(verdict: Verdict): void;
  fail(error: unknown): void;
}

export interface SharedLedgerOptions extends Pick<BatchOptions, 'log' | 'outage'> {
  readonly store: SharedLedgerStore;
  /** This machine's clocks; only their differences count. */
  readonly clocks: Clocks;
}

/**
 * The limits of several processes. Each holds slices of the buckets that its callers use and counts within them by itself, so that the
 * bound holds over all of them together (docs/decisions/0013-limits-over-several-processes.md). A process that holds nothing of a
 * bucket asks for a slice; one at a time, for all who wait.
 */
export class SharedLedger implements Limits {
  readonly #options: SharedLedgerOptions;
  readonly #clock: SharedClock;
  readonly #shares = new Map<string, Share>();
  readonly #runningLow = new Set<Share>();
  #waiting: Waiting[] = [];
  #asking = false;
  #asked: Promise<void> = Promise.resolve();
  #sweepAt = SWEEP_AT;

  constructor(options: SharedLedgerOptions) {
    this.#options = options;
    this.#clock = new SharedClock(options.clocks);
  }

  /** Buckets of which something is held or known. */
  get size(): number {
    return this.#shares.size;
  }

  async load(): Promise<void> {}

  take(buckets: readonly Bucket[], cost: number): Verdict | undefined | Promise<Verdict> {
    if (buckets.length === 0) return undefined;
    const now = this.#clock.now();
    const shares = buckets.map((bucket) => this.#share(bucket, now));
    const verdict = shares.some((share) => share.waiting > 0) ? undefined : this.#judge(shares, cost, now);
    return verdict ?? this.#wait(shares, cost);
  }

  /** What is held and not used is lost to this limit's callers until it has passed: it is never more than a slice. */
  async close(): Promise<void> {
    while (this.#asking) await this.#asked;
  }

  /** undefined where the database has to be asked. */
  #judge(shares: readonly Share[], cost: number, now: number): Verdict | undefined {
    const refusing = shares.find((share) => share.refuses(cost, now));
    if (refusing !== undefined) return refusing.refusal(cost, now);
    if (!shares.every((share) => share.has(cost, now))) return undefined;
    let tightest: Verdict | undefined;
    for (const share of shares) {
      share.use(cost);
      this.#topUp(share, now);
      const remaining = share.remaining(now);
      if (tightest === undefined || remaining < tightest.remaining) tightest = { allowed: true, bucket: share.bucket, remaining, retryAfterSeconds: 0 };
    }
    return tightest;
  }

  /** Asks for more when half is used, so that a steady caller need not wait; where a slice is one call, that would hold back too much. */
  #topUp(share: Share, now: number): void {
    const free = share.free(now);
    if (share.size === 1 || free > share.size / 2 || share.room(now) < share.size - free) return;
    this.#runningLow.add(share);
    this.#ask();
  }

  #wait(shares: readonly Share[], cost: number): Promise<Verdict> {
    return new Promise<Verdict>((settle, fail) => {
      for (const share of shares) share.waiting += 1;
      this.#waiting.push({ shares, cost, rounds: 0, settle, fail });
      this.#ask();
    });
  }

  #ask(): void {
    if (this.#asking) return;
    this.#asking = true;
    this.#asked = this.#askForAll();
  }

  async #askForAll(): Promise<void> {
    while (this.#waiting.length > 0 || this.#runningLow.size > 0) {
      const asked = this.#clock.mark();
      const now = this.#clock.now();
      const { group, wanted } = this.#nextRound(now);
      try {
        const decided = wanted.size === 0 ? now : await this.#cut(wanted, asked);
        // Who waited is judged by the moment at which the slices were cut: what has passed since then was theirs in time.
        this.#settle(group, decided);
        this.#settle(this.#waiting.splice(0), this.#clock.now(), false);
      } catch (error) {
        const { outage, log } = this.#options;
        // Whoever waits tells of it; where nobody does, it would go unheard.
        if (outage?.note(error) === undefined && group.length === 0) log({ event: 'ledger_delayed', error });
        for (const waiting of group) this.#done(waiting, () => waiting.fail(error));
      }
    }
    // Before anybody else has a turn: who comes now would wait for a loop that has ended.
    this.#asking = false;
  }

  async #cut(wanted: ReadonlyMap<Share, Wanted>, asked: ReturnType<SharedClock['mark']>): Promise<number> {
    const slices = await this.#options.store.cut([...wanted.values()]);
    let at = 0;
    for (const [index, share] of [...wanted.keys()].entries()) {
      const slice = slices[index];
      if (slice === undefined) throw new Error('The ledger did not answer for every bucket');
      share.add(slice);
      at = slice.now;
    }
    this.#clock.heard(at, asked);
    return at;
  }

  /** Those who wait, as many as are asked for at once, and what they lack; then what is running low. */
  #nextRound(now: number): { group: Waiting[]; wanted: Map<Share, Wanted> } {
    const group: Waiting[] = [];
    const needs = new Map<Share, { all: number; least: number; again: boolean }>();
    for (const waiting of this.#waiting) {
      if (needs.size >= ASKED_AT_ONCE) break;
      group.push(waiting);
      for (const share of waiting.shares) {
        const before = needs.get(share) ?? { all: 0, least: Number.POSITIVE_INFINITY, again: false };
        needs.set(share, { all: before.all + waiting.cost, least: Math.min(before.least, waiting.cost), again: before.again || waiting.rounds > 0 });
      }
    }
    this.#waiting = this.#waiting.slice(group.length);
    const wanted = new Map<Share, Wanted>();
    const keys = new Set<string>();
    const want = (share: Share, calls: number, least: number) => {
      // The same bucket under two limits: one after the other.
      if (calls < 1 || keys.has(share.bucket.key)) return;
      keys.add(share.bucket.key);
      wanted.set(share, { bucket: share.bucket, calls, least: Math.max(1, least) });
    };
    for (const [share, { all, least, again }] of needs) {
      const lack = again ? Math.ceil(all) : share.lack(all, now);
      if (lack > 0) want(share, Math.max(lack, Math.floor(share.size - share.free(now))), share.lack(least, now));
    }
    for (const share of this.#runningLow) {
      if (wanted.size >= ASKED_AT_ONCE) break;
      this.#runningLow.delete(share);
      want(share, Math.floor(share.size - share.free(now)), 1);
    }
    return { group, wanted };
  }

  /** Those for whom it is not yet decided go on waiting, before all others. */
  #settle(group: readonly Waiting[], now: number, asked = true): void {
    const undecided: Waiting[] = [];
    for (const waiting of group) {
      const verdict = this.#judge(waiting.shares, waiting.cost, now);
      if (asked) waiting.rounds += 1;
      if (verdict !== undefined) this.#done(waiting, () => waiting.settle(verdict));
      else if (waiting.rounds < ROUNDS) undecided.push(waiting);
      else this.#done(waiting, () => waiting.fail(new UnavailableError('What is left of a limit could not be told')));
    }
    this.#waiting.unshift(...undecided);
  }

  #done(waiting: Waiting, tell: () => void): void {
    for (const share of waiting.shares) share.waiting -= 1;
    tell();
  }

  #share(bucket: Bucket, now: number): Share {
    const known = this.#shares.get(bucket.key);
    if (known?.fits(bucket) === true) return known;
    // A person's limits may differ by tenant: then each has slices of its own, cut from the same bucket.
    const key = known === undefined ? bucket.key : `${bucket.key} ${bucket.limit}/${bucket.periodSeconds}${bucket.aligned === true ? ' aligned' : ''}`;
    const other = this.#shares.get(key);
    if (other !== undefined) return other;
    if (this.#shares.size >= this.#sweepAt) this.#sweep(now);
    const share = new Share(bucket);
    this.#shares.set(key, share);
    return share;
  }

  #sweep(now: number): void {
    for (const [key, share] of this.#shares) if (share.idle(now)) this.#shares.delete(key);
    this.#sweepAt = Math.max(SWEEP_AT, this.#shares.size * 2);
  }
}
