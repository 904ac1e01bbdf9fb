import type { Row } from '../../../src/store/fleet/watch.js';
import type { Random } from './random.js';
import type { Timeline } from './timeline.js';

export interface Tally {
  lost: number;
  late: number;
  doubled: number;
}

/** What a session tells the process at its other end. */
export interface SessionEnd {
  notified(text: string): void;
  ended(): void;
}

/** A connection: statements arrive and are answered in order, late or never; notifications also twice, or out of order. */
export class SimSession {
  /** Nothing arrives any more, and nobody is told. */
  cutUp = false;
  cutDown = false;
  listens = false;
  /** Until then it loses every question, and nothing else. */
  losesQuestionsUntil = 0;
  /** At the database's end. */
  served = true;
  /** At the process's end. */
  open = true;
  readonly end: SessionEnd;
  readonly #database: SimDatabase;
  readonly #unanswered = new Set<() => void>();
  #upAt = 0;
  #downAt = 0;

  constructor(database: SimDatabase, end: SessionEnd) {
    this.#database = database;
    this.end = end;
    database.sessions.add(this);
  }

  /** One atomic statement. `answer` is called once, without a value where nobody knows what became of it. */
  query<T>(run: (database: SimDatabase) => T, answer: (value: T | undefined) => void): void {
    const { time } = this.#database;
    let done = false;
    const settle = (value: T | undefined): void => {
      if (done) return;
      done = true;
      this.#unanswered.delete(fail);
      answer(value);
    };
    const fail = (): void => settle(undefined);
    this.#unanswered.add(fail);
    if (!this.open) {
      time.after(0, fail);
      return;
    }
    // As the real sessions do: an answer that does not come ends the session.
    time.after(3_000, () => {
      if (!done) this.close();
    });
    if (this.cutUp) return;
    this.#upAt = Math.max(this.#upAt, time.now + this.#database.latency());
    time.after(this.#upAt - time.now, () => {
      if (!this.served) return;
      const value = run(this.#database);
      this.down(() => settle(value));
    });
  }

  /** To the process, in order. */
  down(run: () => void): void {
    if (this.cutDown) return;
    const { time } = this.#database;
    this.#downAt = Math.max(this.#downAt, time.now + this.#database.latency());
    time.after(this.#downAt - time.now, () => {
      if (this.open && !this.cutDown) run();
    });
  }

  /** The process's end is closed, by itself or because it has noticed. */
  close(): void {
    if (!this.open) return;
    this.open = false;
    this.#database.sessions.delete(this);
    for (const fail of [...this.#unanswered]) fail();
    this.end.ended();
  }
}

/** One database: atomic statements, one order of commits, and crashes that lose what was committed without waiting for the disk. */
export class SimDatabase {
  readonly time: Timeline;
  readonly sessions = new Set<SimSession>();
  readonly revoked = new Set<string>();
  readonly tally: Tally;
  up = true;
  /** Chances of a notification to be lost, late or doubled, and how slow the network is. */
  weather = { lost: 0, late: 0, doubled: 0, slow: 0 };
  readonly #random: Random;
  readonly #rows = new Map<string, number>();
  /** Beats as the disk has them, where it lags behind. */
  readonly #onDisk = new Map<string, number>();

  constructor(time: Timeline, random: Random, tally: Tally) {
    this.time = time;
    this.#random = random;
    this.tally = tally;
  }

  latency(): number {
    return this.#random.chance(this.weather.slow) ? this.#random.between(0, 3_000) : this.#random.between(0.1, 3);
  }

  rows(): Row[] {
    return [...this.#rows].map(([id, beat]) => ({ id, beat }));
  }

  insert(id: string, former: readonly string[]): void {
    for (const old of former) this.#rows.delete(old);
    this.#rows.set(id, 0);
    this.flush();
  }

  /** Committed without waiting for the disk. */
  beat(id: string, beat: number): boolean {
    const before = this.#rows.get(id);
    if (before === undefined) return false;
    if (!this.#onDisk.has(id)) this.#onDisk.set(id, before);
    this.#rows.set(id, beat);
    return true;
  }

  remove(id: string, beat?: number): boolean {
    const found = this.#rows.get(id);
    if (found === undefined || (beat !== undefined && found !== beat)) return false;
    this.#rows.delete(id);
    this.flush();
    return true;
  }

  revoke(key: string): void {
    this.revoked.add(key);
    this.flush();
  }

  /** A commit that waits for the disk takes all before it along. */
  flush(): void {
    this.#onDisk.clear();
  }

  notify(text: string): void {
    const { lost, late, doubled } = this.weather;
    for (const session of this.sessions) {
      if (!session.listens || !session.served) continue;
      const hear = (): void => session.end.notified(text);
      if (this.#random.chance(lost) || (this.time.now < session.losesQuestionsUntil && text.startsWith('{"is":"ask"'))) this.tally.lost += 1;
      else if (this.#random.chance(late)) {
        this.tally.late += 1;
        this.time.after(this.#random.wait(800), () => session.down(hear));
      } else session.down(hear);
      if (this.#random.chance(doubled)) {
        this.tally.doubled += 1;
        this.time.after(this.#random.wait(400), () => session.down(hear));
      }
    }
  }

  /** Some clients hear of it at once; others find out when nothing is answered. */
  restart(downFor: number): void {
    for (const [id, beat] of this.#onDisk) if (this.#rows.has(id)) this.#rows.set(id, beat);
    this.flush();
    this.up = false;
    for (const session of this.sessions) {
      session.served = false;
      session.listens = false;
      session.cutUp = true;
      if (this.#random.chance(0.7)) this.time.after(this.#random.between(0, 50), () => session.close());
    }
    this.time.after(downFor, () => {
      this.up = true;
    });
  }
}
