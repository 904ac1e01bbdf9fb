/**
 * Limits as arithmetic: the generic cell rate algorithm (GCRA, ITU-T I.371). A bucket is one number, the
 * theoretical arrival time: the moment at which it is full again.
 */
export interface Bucket {
  /** Begins with whose it is: `key:<id>`, `user:<id>`, `tenant:<id>`, `address:<ip>`. */
  readonly key: string;
  /** Calls allowed in one period, and the largest burst. At least 1. */
  readonly limit: number;
  readonly periodSeconds: number;
  /** The period begins at its multiples since 1970 (a day: at 00:00 UTC), and with it everything anew. @default any period, sliding */
  readonly aligned?: true | undefined;
}

export interface Verdict {
  readonly allowed: boolean;
  /** The bucket that refused, or the one with the least left. */
  readonly bucket: Bucket;
  readonly remaining: number;
  /** 0 when allowed. */
  readonly retryAfterSeconds: number;
}

export interface Step {
  readonly allowed: boolean;
  /** The new theoretical arrival time, Unix milliseconds; the old one where refused, but at most a period from now. */
  readonly arrival: number;
  readonly remaining: number;
  readonly retryAfterSeconds: number;
}

/**
 * The share of a call by which the sums of a whole period may be off: a moment in Unix milliseconds is exact to a quarter of a
 * microsecond, and adding the same interval again errs to the same side each time. A whole call is never refused for that.
 */
export function slackOf({ limit, periodSeconds }: Bucket): number {
  return Math.min(0.5, ((0.001 + limit * 0.00013) * limit) / (periodSeconds * 1000));
}

/**
 * The clock by which a bucket is reckoned. That of an aligned one stands still at the end of its period, so that nothing flows back
 * before; at the end, since a bucket whose arrival time has passed is taken for full.
 */
export function clockOf({ aligned, periodSeconds }: Bucket, now: number): number {
  const period = periodSeconds * 1000;
  return aligned === true ? (Math.floor(now / period) + 1) * period : now;
}

/** One try at a bucket. `arrival` is what the last try left, or 0. Exact at the boundary: `limit` calls pass at once, the next does not. */
export function step(bucket: Bucket, cost: number, arrival: number, moment: number): Step {
  const now = clockOf(bucket, moment);
  const period = bucket.periodSeconds * 1000;
  const interval = period / bucket.limit;
  // Beyond a period lies only what a clock that was ahead, or a longer period, has left: an empty bucket.
  const held = Math.min(Math.max(arrival, now), now + period);
  const next = held + interval * cost;
  const room = now + period - next;
  if (room < -slackOf(bucket) * interval) {
    return {
      allowed: false,
      arrival: Math.min(arrival, held),
      remaining: Math.max(0, Math.floor((now + period - held) / interval + 1e-6)),
      retryAfterSeconds: (bucket.aligned === true ? now - moment : -room) / 1000,
    };
  }
  return { allowed: true, arrival: next, remaining: Math.max(0, Math.floor(room / interval + 1e-6)), retryAfterSeconds: 0 };
}
