/**
 * Limits as arithmetic: the generic cell rate algorithm (GCRA, ITU-T I.371). A bucket is one number, the
 * theoretical arrival time: the moment at which it is full again.
 */
export interface Bucket {
  /** `key:<id>`, `user:<id>`, `tenant:<id>`, `address:<ip>`. */
  readonly key: string;
  /** Calls allowed in one period, and the largest burst. At least 1. */
  readonly limit: number;
  readonly periodSeconds: number;
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

/** One try at a bucket. `arrival` is what the last try left, or 0. Exact at the boundary: `limit` calls pass at once, the next does not. */
export function step(bucket: Bucket, cost: number, arrival: number, now: number): Step {
  const period = bucket.periodSeconds * 1000;
  const interval = period / bucket.limit;
  // Beyond a period lies only what a clock that was ahead, or a longer period, has left: an empty bucket.
  const held = Math.min(Math.max(arrival, now), now + period);
  const next = held + interval * cost;
  const room = now + period - next;
  // Sums of fractions drift by far less than a microsecond; a whole call is never refused for that.
  if (room < -0.001) {
    return {
      allowed: false,
      arrival: Math.min(arrival, held),
      remaining: Math.max(0, Math.floor((now + period - held) / interval + 1e-6)),
      retryAfterSeconds: -room / 1000,
    };
  }
  return { allowed: true, arrival: next, remaining: Math.max(0, Math.floor(room / interval + 1e-6)), retryAfterSeconds: 0 };
}
