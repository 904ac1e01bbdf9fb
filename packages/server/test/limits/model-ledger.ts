import { slackOf } from '../../src/domain/window.js';
import type { SharedLedgerStore, Slice, Wanted } from '../../src/store/store.js';

/** The arithmetic of `store/postgres/ledger.ts`, one bucket after the other; `now` is the database's clock. */
export class ModelLedger implements SharedLedgerStore {
  readonly shared = true;
  readonly #arrivals = new Map<string, number>();
  readonly #now: () => number;
  cuts = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  async cut(wanted: readonly Wanted[]): Promise<readonly Slice[]> {
    this.cuts += 1;
    const now = this.#now();
    return wanted.map(({ bucket, calls, least }) => {
      const period = bucket.periodSeconds * 1000;
      const interval = period / bucket.limit;
      const from = Math.min(Math.max(this.#arrivals.get(bucket.key) ?? 0, now), now + period);
      const room = Math.floor((now + period - from) / interval + slackOf(bucket));
      const until = from + (room < least ? 0 : Math.min(calls, room)) * interval;
      this.#arrivals.set(bucket.key, until);
      return { from, until, now, arrival: until };
    });
  }
}
