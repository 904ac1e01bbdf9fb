import type { Pool } from './pool.js';
import type { Session } from './session.js';

/** What one session is given at once: enough to spare round trips, little enough that the event loop never waits long. */
const BATCH = 64;

interface Step {
  readonly is: 'step';
  run(session: Session): Promise<void>;
  reject(error: unknown): void;
}
interface Turn {
  readonly is: 'turn';
  resolve(lent: Lent): void;
  reject(error: unknown): void;
}

/** A session, until it is given back. */
export interface Lent {
  readonly session: Session;
  release(): void;
}

/**
 * Queues, one for each key, in front of the pool: what has the same key runs one after another, and never takes more than one
 * session. So a busy tenant leaves the others theirs.
 */
export class Lanes {
  readonly #pool: Pool;
  readonly #lanes = new Map<string, (Step | Turn)[]>();

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Runs one transaction of its own that is written whole, at once. Those that wait together are, without an answer in between. */
  step<T>(key: string, run: (session: Session) => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#enter(key, { is: 'step', run: (session) => run(session).then(resolve, reject), reject });
    });
  }

  /** Settles with a session that nobody else of this key has. */
  turn(key: string): Promise<Lent> {
    return new Promise((resolve, reject) => {
      this.#enter(key, { is: 'turn', resolve, reject });
    });
  }

  #enter(key: string, entry: Step | Turn): void {
    const lane = this.#lanes.get(key);
    if (lane !== undefined) {
      lane.push(entry);
      return;
    }
    this.#lanes.set(key, [entry]);
    void this.#drain(key);
  }

  /** Where no session can be had, nobody in the queue is left to find that out one after another. */
  async #drain(key: string): Promise<void> {
    const lane = this.#lanes.get(key) ?? [];
    while (lane.length > 0) {
      try {
        await this.#next(lane, await this.#pool.acquire());
      } catch (error) {
        for (const entry of lane.splice(0)) entry.reject(error);
      }
    }
    this.#lanes.delete(key);
  }

  async #next(lane: (Step | Turn)[], session: Session): Promise<void> {
    const [first] = lane;
    if (first?.is === 'turn') {
      lane.shift();
      await new Promise<void>((resolve) => first.resolve({ session, release: resolve }));
    } else {
      const turn = lane.findIndex((entry) => entry.is === 'turn');
      const steps = lane.splice(0, Math.min(turn < 0 ? lane.length : turn, BATCH));
      await Promise.all(steps.map((entry) => (entry.is === 'step' ? entry.run(session) : undefined)));
    }
    this.#pool.release(session);
  }
}
