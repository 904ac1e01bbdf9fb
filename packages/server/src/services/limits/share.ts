import { type Bucket, type Verdict, clockOf, slackOf } from '../../domain/window.js';
import type { Slice } from '../../store/store.js';

/** A slice is this part of a limit, and what one process may hold unused of it. */
const PART = 20;

interface Held {
  readonly until: number;
  /** Calls. Counted instead of moving the beginning on, since sums of fractions drift. */
  left: number;
}

/**
 * What one process has of one bucket: the slices that it was given, and where the bucket was last heard to stand. Room is time: each
 * call uses up one interval of it, and what has passed is lost. All moments are of the database's clock.
 */
export class Share {
  readonly bucket: Bucket;
  /** Calls in a slice. */
  readonly size: number;
  readonly #interval: number;
  readonly #period: number;
  readonly #slack: number;
  readonly #held: Held[] = [];
  #arrival = 0;
  /** Takes that wait for this share: whoever comes later waits behind them. */
  waiting = 0;

  constructor(bucket: Bucket) {
    this.bucket = bucket;
    this.size = Math.max(1, Math.floor(bucket.limit / PART));
    this.#period = bucket.periodSeconds * 1000;
    this.#interval = this.#period / bucket.limit;
    this.#slack = slackOf(bucket);
  }

  fits({ limit, periodSeconds, aligned }: Bucket): boolean {
    return limit === this.bucket.limit && periodSeconds === this.bucket.periodSeconds && aligned === this.bucket.aligned;
  }

  add({ from, until, arrival }: Slice): void {
    this.#arrival = arrival;
    if (until > from) this.#held.push({ until, left: Math.round((until - from) / this.#interval) });
  }

  /** Calls that are held at `now`. What has passed by then is gone. */
  free(moment: number): number {
    const now = clockOf(this.bucket, moment);
    let free = 0;
    for (const held of this.#held) {
      held.left = Math.min(held.left, (held.until - now) / this.#interval);
      if (held.left > 0) free += held.left;
    }
    while (this.#held[0] !== undefined && this.#held[0].left <= 0) this.#held.shift();
    return free;
  }

  has(cost: number, now: number): boolean {
    return this.lack(cost, now) <= 0;
  }

  /** Whole calls that are missing for `cost`. */
  lack(cost: number, now: number): number {
    return Math.ceil(cost - this.free(now) - 1e-6);
  }

  use(cost: number): void {
    let rest = cost;
    for (const held of this.#held) {
      const used = Math.min(rest, Math.max(0, held.left));
      held.left -= used;
      rest -= used;
    }
  }

  /** Calls that the bucket itself has room for at `now`, unless others were given it since it was last heard of. */
  room(moment: number): number {
    const now = clockOf(this.bucket, moment);
    return (now + this.#period - Math.max(this.#arrival, now)) / this.#interval;
  }

  /** Whether the bucket, as last heard of, surely has no room for `cost`. */
  refuses(cost: number, now: number): boolean {
    const lack = this.lack(cost, now);
    // An arrival time beyond a whole period is from before a clock was set back: only the database can tell.
    return lack > 0 && this.#arrival <= clockOf(this.bucket, now) + this.#period + this.#interval && this.room(now) + this.#slack < lack;
  }

  refusal(cost: number, now: number): Verdict {
    const missing = this.lack(cost, now) - this.room(now);
    const wait = this.bucket.aligned === true ? clockOf(this.bucket, now) - now : missing * this.#interval;
    return { allowed: false, bucket: this.bucket, remaining: this.remaining(now), retryAfterSeconds: Math.max(0, wait) / 1000 };
  }

  /** Calls left to all processes, as far as this one knows. */
  remaining(now: number): number {
    return Math.max(0, Math.min(this.bucket.limit, Math.floor(this.free(now) + this.room(now) + this.#slack)));
  }

  /** Whether nothing is known of it that is not known of any bucket: full, and nobody waits. */
  idle(now: number): boolean {
    return this.#arrival <= now && this.waiting === 0;
  }
}
