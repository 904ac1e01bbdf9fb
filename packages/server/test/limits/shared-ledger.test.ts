import { describe, expect, it } from 'vitest';
import { type Bucket, type Verdict, slackOf } from '../../src/domain/window.js';
import { SharedLedger } from '../../src/services/limits/shared-ledger.js';
import { UnavailableError } from '../../src/domain/unavailable-error.js';
import { ModelLedger } from './model-ledger.js';
import { type Call, type Scenario, simulate } from './simulation.js';

/** Calls above what one process would let through in the window where that is worst; at most 0 where the bound holds. */
function excess(calls: readonly Call[], { limit, periodSeconds }: Bucket): number {
  const interval = (periodSeconds * 1000) / limit;
  const allowed = calls.filter((call) => call.allowed).sort((one, other) => one.answered - other.answered);
  let worst = Number.NEGATIVE_INFINITY;
  for (const { came: start } of allowed) {
    let within = 0;
    // A call counts in a window where it lies within it as a whole: it was decided somewhere in between.
    for (const call of allowed) {
      if (call.came < start) continue;
      within += call.cost;
      worst = Math.max(worst, within - limit - (call.answered - start) / interval);
    }
  }
  return worst;
}

/** The fewest calls that had been let through in the period before a refusal, against the limit. */
function shortfall(calls: readonly Call[], { key, limit, periodSeconds }: Bucket, latency: number): number {
  let most = 0;
  for (const refused of calls) {
    if (refused.allowed || refused.bucket !== key) continue;
    const since = refused.came - periodSeconds * 1000 - 2 * latency;
    const before = calls.filter((call) => call.allowed && call.answered >= since && call.came <= refused.answered);
    most = Math.max(most, limit - refused.cost + 1 - before.reduce((sum, { cost }) => sum + cost, 0));
  }
  return most;
}

const scenario = (more: Partial<Scenario>): Scenario => ({
  seed: 1,
  processes: 3,
  buckets: [{ key: 'tenant:t', limit: 100, periodSeconds: 2 }],
  rate: 150,
  seconds: 16,
  latency: 12,
  costs: [1],
  bursts: 0.3,
  ...more,
});

const limits: readonly Bucket[] = [
  { key: 'key:a', limit: 3, periodSeconds: 1 },
  { key: 'key:b', limit: 39, periodSeconds: 1 },
  { key: 'key:c', limit: 100, periodSeconds: 2 },
  { key: 'key:d', limit: 700, periodSeconds: 6 },
];

describe('limits over several processes', () => {
  const cases = limits.flatMap((bucket) =>
    [1, 2, 5].flatMap((processes) => [0.2, 0.95].flatMap((bursts) => [12, 400].map((latency) => ({ bucket, processes, bursts, latency })))),
  );

  it.each(cases)(
    '$bucket.limit in $bucket.periodSeconds s over $processes, $bursts of it at once, $latency ms away: in no window too many, early by a slice each',
    async ({ bucket, processes, bursts, latency }) => {
      const rate = Math.ceil((1.5 * bucket.limit) / bucket.periodSeconds);
      const { seconds, ...rest } = scenario({ seed: bucket.limit * processes, processes, bursts, latency, buckets: [bucket], rate });
      const { calls } = await simulate({ seconds, ...rest });
      expect(calls).toHaveLength(rate * seconds);
      expect(calls.some(({ allowed }) => !allowed)).toBe(true);
      expect(excess(calls, bucket)).toBeLessThanOrEqual(slackOf(bucket));
      const slice = bucket.limit < 40 ? 0 : Math.floor(bucket.limit / 20);
      // What the reckoned clock runs ahead by is lost too: a round trip, for each process.
      const ahead = (2 * latency * bucket.limit) / (bucket.periodSeconds * 1000);
      expect(shortfall(calls, bucket, latency)).toBeLessThanOrEqual(processes * (slice + ahead) + 1);
    },
  );
});

/** One process on a database that answers at once, and a clock that moves when it is told. */
function alone() {
  const clock = { now: 1_760_000_000_123 };
  const store = new ModelLedger(() => clock.now);
  const ledger = new SharedLedger({ store, clocks: [() => clock.now], log: () => undefined });
  const many = async (bucket: Bucket, count: number, cost = 1): Promise<Verdict[]> => {
    const verdicts = await Promise.all(Array.from({ length: count }, () => ledger.take([bucket], cost)));
    return verdicts.filter((verdict) => verdict !== undefined);
  };
  return { clock, store, ledger, many };
}

const passed = (verdicts: readonly Verdict[]): number => verdicts.filter(({ allowed }) => allowed).length;

describe('one of several processes', () => {
  it.each([1, 3, 7, 39, 40, 100, 333, 700, 900])('lets exactly %i through at once, and not one more', async (limit) => {
    const { many } = alone();
    expect(passed(await many({ key: 'k', limit, periodSeconds: 60 }, limit + 5))).toBe(limit);
  });

  it('counts what is left, and says when the next call will pass', async () => {
    const { clock, many } = alone();
    const bucket = { key: 'k', limit: 3, periodSeconds: 60 };
    expect((await many(bucket, 4)).map(({ allowed, remaining, retryAfterSeconds }) => [allowed, remaining, retryAfterSeconds])).toEqual([
      [true, 2, 0],
      [true, 1, 0],
      [true, 0, 0],
      [false, 0, 20],
    ]);
    clock.now += 20_000;
    expect((await many(bucket, 2)).map(({ allowed }) => allowed)).toEqual([true, false]);
  });

  it('asks once for all who wait, and answers a steady caller mostly at once', async () => {
    const { clock, store, ledger, many } = alone();
    await many({ key: 'burst', limit: 20, periodSeconds: 60 }, 20);
    expect(store.cuts).toBe(2);
    let promises = 0;
    const bucket = { key: 'steady', limit: 1000, periodSeconds: 60 };
    for (let call = 0; call < 2000; call += 1) {
      clock.now += 61;
      const verdict = ledger.take([bucket], 1);
      if (verdict instanceof Promise) promises += 1;
      expect((await verdict)?.allowed).toBe(true);
    }
    expect(promises).toBeLessThan(100);
    expect(store.cuts).toBeLessThan(200);
  });

  it('refuses a flood by itself, without asking', async () => {
    const { clock, store, ledger, many } = alone();
    const bucket = { key: 'k', limit: 10, periodSeconds: 60 };
    await many(bucket, 11);
    const { cuts } = store;
    for (let call = 0; call < 1000; call += 1) {
      clock.now += 5;
      expect(ledger.take([bucket], 1)).toMatchObject({ allowed: false, bucket });
    }
    expect(store.cuts).toBe(cuts);
    clock.now += 2000;
    expect(passed(await many(bucket, 1))).toBe(1);
  });

  it('takes from every bucket or from none', async () => {
    const { ledger, many } = alone();
    const tight = { key: 'key:k', limit: 2, periodSeconds: 60 };
    const wide = { key: 'tenant:t', limit: 30, periodSeconds: 60 };
    const verdicts = [];
    for (let call = 0; call < 10; call += 1) verdicts.push(await ledger.take([wide, tight], 1));
    expect(verdicts.map((verdict) => verdict?.allowed)).toEqual([true, true, ...Array(8).fill(false)]);
    expect(verdicts[5]?.bucket).toEqual(tight);
    expect(passed(await many(wide, 40))).toBe(28);
  });

  it('takes what costs more than a slice, and refuses what costs more than the limit without holding anything', async () => {
    const { many } = alone();
    const bucket = { key: 'k', limit: 100, periodSeconds: 60 };
    expect(passed(await many(bucket, 1, 101))).toBe(0);
    expect(passed(await many(bucket, 3, 40))).toBe(2);
    expect(passed(await many(bucket, 30))).toBe(20);
    expect((await many(bucket, 1, 0))[0]).toMatchObject({ allowed: true, remaining: 0 });
  });

  it('holds a person to the limit of each of their tenants, over one count', async () => {
    const { many } = alone();
    const [low, high] = [10, 100].map((limit) => ({ key: 'user:u', limit, periodSeconds: 60 })) as [Bucket, Bucket];
    expect(passed(await many(high, 50))).toBe(50);
    expect(passed(await many(low, 20))).toBeLessThanOrEqual(5);
    expect(passed(await many(high, 100))).toBeLessThanOrEqual(50);
  });

  it('keeps nobody out for longer than the period, though the clocks were set back by a day', async () => {
    const { clock, many } = alone();
    const bucket = { key: 'k', limit: 3, periodSeconds: 60 };
    await many(bucket, 4);
    clock.now -= 86_400_000;
    expect((await many(bucket, 1))[0]).toMatchObject({ allowed: false, retryAfterSeconds: 20 });
    clock.now += 20_000;
    expect(passed(await many(bucket, 2))).toBe(1);
  });

  it('lets nobody through while a slice is needed and the database is out of reach, and goes on by itself', async () => {
    const { clock } = alone();
    const model = new ModelLedger(() => clock.now);
    let down = false;
    const cut: typeof model.cut = (wanted) => (down ? Promise.reject(new UnavailableError('Down')) : model.cut(wanted));
    const ledger = new SharedLedger({ store: { shared: true, cut }, clocks: [() => clock.now], log: () => undefined });
    const bucket = { key: 'k', limit: 100, periodSeconds: 60 };
    await ledger.take([bucket], 1);
    down = true;
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, async () => ledger.take([bucket], 1)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(4);
    expect(outcomes[10]).toMatchObject({ reason: expect.any(UnavailableError) });
    down = false;
    expect(await ledger.take([bucket], 1)).toMatchObject({ allowed: true });
    await ledger.close();
  });

  it('forgets buckets that are full again', async () => {
    const { clock, ledger } = alone();
    const fail = (address: number) => ledger.take([{ key: `address:${address}`, limit: 300, periodSeconds: 60 }], 1);
    await Promise.all(Array.from({ length: 50_000 }, async (_, address) => fail(address)));
    expect(ledger.size).toBe(50_000);
    clock.now += 10_000;
    await fail(50_000);
    expect(ledger.size).toBe(1);
  });

  it('answers without a promise where there is no limit', () => {
    expect(alone().ledger.take([], 1)).toBeUndefined();
  });
});
