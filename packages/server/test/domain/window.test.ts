import { describe, expect, it } from 'vitest';
import { type Bucket, step } from '../../src/domain/window.js';

const bucket: Bucket = { key: 'key:1', limit: 10, periodSeconds: 60 };

function takeMany(count: number, now: number, from = 0) {
  let arrival = from;
  let allowed = 0;
  for (let i = 0; i < count; i += 1) {
    const taken = step(bucket, 1, arrival, now);
    arrival = taken.arrival;
    if (taken.allowed) allowed += 1;
  }
  return { arrival, allowed };
}

describe('a limit', () => {
  it('lets exactly its number through at once, and not one more', () => {
    expect(takeMany(25, 1_000_000).allowed).toBe(10);
  });

  it('keeps nobody out for longer than its period, though the clock was set back by a day', () => {
    const now = 1_000_000_000;
    const { arrival } = takeMany(10, now);
    const before = now - 86_400_000;
    const refused = step(bucket, 1, arrival, before);
    expect([refused.allowed, refused.retryAfterSeconds <= 60]).toEqual([false, true]);
    expect(step(bucket, 1, refused.arrival, before + 6_001).allowed).toBe(true);
  });

  it('says when the next call will pass, to the millisecond', () => {
    const now = 1_000_000;
    const { arrival } = takeMany(10, now);
    const { retryAfterSeconds } = step(bucket, 1, arrival, now);
    expect(retryAfterSeconds).toBeCloseTo(6, 6);
    expect(step(bucket, 1, arrival, now + retryAfterSeconds * 1000 - 1).allowed).toBe(false);
    expect(step(bucket, 1, arrival, now + retryAfterSeconds * 1000).allowed).toBe(true);
  });

  it('gives back one call in each part of the period', () => {
    const now = 1_000_000;
    const { arrival } = takeMany(10, now);
    expect(takeMany(10, now + 6000, arrival).allowed).toBe(1);
    expect(takeMany(20, now + 60_000, arrival).allowed).toBe(10);
  });

  it('counts what is left', () => {
    const first = step(bucket, 1, 0, 1_000_000);
    expect(first.remaining).toBe(9);
    expect(step(bucket, 4, first.arrival, 1_000_000).remaining).toBe(5);
  });

  it('takes nothing where it refuses', () => {
    const { arrival } = takeMany(10, 1_000_000);
    expect(step(bucket, 1, arrival, 1_000_000).arrival).toBe(arrival);
  });

  it.each([1, 3, 7, 100, 333, 700, 900, 9999])('of %i is exact whatever the fractions', (limit) => {
    let arrival = 0;
    let allowed = 0;
    for (let i = 0; i < limit + 5; i += 1) {
      const taken = step({ key: 'k', limit, periodSeconds: 60 }, 1, arrival, 1_760_000_000_123);
      arrival = taken.arrival;
      if (taken.allowed) allowed += 1;
    }
    expect(allowed).toBe(limit);
  });
});
