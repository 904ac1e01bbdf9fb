import { Random } from '../fleet/simulated/random.js';
import type { Bucket } from '../../src/domain/window.js';
import { SharedLedger } from '../../src/services/limits/shared-ledger.js';
import type { SharedLedgerStore } from '../../src/store/store.js';
import { ModelLedger } from './model-ledger.js';

/** A call that was let through or refused, somewhen between its coming and its answer. */
export interface Call {
  readonly came: number;
  readonly answered: number;
  readonly cost: number;
  readonly allowed: boolean;
  readonly bucket: string;
  readonly remaining: number;
}

export interface Scenario {
  readonly seed: number;
  readonly processes: number;
  readonly buckets: readonly Bucket[];
  /** Calls a second, by all processes together. */
  readonly rate: number;
  readonly seconds: number;
  /** Milliseconds that a statement or its answer may be under way. */
  readonly latency: number;
  readonly costs: readonly number[];
  /** The part of the calls that comes in a few moments; the rest is spread over the time. */
  readonly bursts: number;
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Time that goes on only from one event to the next. */
class Timeline {
  now = 0;
  #events: { at: number; run: () => void }[] = [];

  at(at: number, run: () => void): void {
    const place = this.#events.findLastIndex((event) => event.at <= at);
    this.#events.splice(place + 1, 0, { at, run });
  }

  async run(): Promise<void> {
    for (let event = this.#events.shift(); event !== undefined; event = this.#events.shift()) {
      this.now = event.at;
      event.run();
      await settled();
    }
  }
}

/** Several processes with clocks of their own, and messages that take their time. Answers every call, and how often the database was asked. */
export async function simulate(scenario: Scenario): Promise<{ calls: readonly Call[]; cuts: number }> {
  const chance = new Random(scenario.seed);
  const random = (): number => chance.next();
  const timeline = new Timeline();
  const epoch = 1_760_000_000_000;
  const database = new ModelLedger(() => epoch + timeline.now);
  const calls: Call[] = [];
  const ledgers = Array.from({ length: scenario.processes }, () => {
    const rate = 1 + (random() - 0.5) * 0.0006;
    const start = random() * 1e9;
    const store = delayed(database, timeline, () => random() * scenario.latency);
    return new SharedLedger({ store, clocks: [() => start + timeline.now * rate], log: () => undefined });
  });
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
  const total = scenario.rate * scenario.seconds;
  for (let index = 0; index < total; index += 1) {
    // One process has more of the load than the others.
    const moment = random() * scenario.seconds;
    const came = (random() < scenario.bursts ? Math.floor(moment / 4) * 4 : moment) * 1000;
    const ledger = random() < 0.4 ? ledgers[0] : pick(ledgers);
    const cost = pick(scenario.costs) ?? 1;
    timeline.at(came, async () => {
      const verdict = await ledger?.take(scenario.buckets, cost);
      if (verdict === undefined) return;
      const { allowed, bucket, remaining } = verdict;
      calls.push({ came, answered: timeline.now, cost, allowed, bucket: bucket.key, remaining });
    });
  }
  await timeline.run();
  return { calls, cuts: database.cuts };
}

function delayed(store: SharedLedgerStore, timeline: Timeline, delay: () => number): SharedLedgerStore {
  const wait = (): Promise<void> => new Promise((resolve) => timeline.at(timeline.now + delay(), resolve));
  return {
    shared: true,
    async cut(wanted) {
      await wait();
      const slices = await store.cut(wanted);
      await wait();
      return slices;
    },
  };
}
