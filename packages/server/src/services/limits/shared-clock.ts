/** Clocks of this machine, in milliseconds. The one that has gone furthest is believed. */
export type Clocks = readonly (() => number)[];

/** What every clock of this machine showed at one moment. */
export type Mark = readonly number[];

/** How much faster than this machine's clocks the reckoned one goes: twice what a clock may be slewed by (500 ppm). */
const HASTE = 1.001;

/**
 * The database's clock as this process reckons it: at least what it shows, and a round trip more at most. Room that has passed is
 * thereby never taken for room that is left, however the clocks of the two machines differ.
 */
export class SharedClock {
  readonly #clocks: Clocks;
  #mark: Mark;
  #base = 0;
  #heard = false;

  constructor(clocks: Clocks) {
    this.#clocks = clocks;
    this.#mark = this.mark();
  }

  /** Unix milliseconds. 0 until the database's clock was heard of. */
  now(): number {
    return this.#heard ? this.#base + this.#since(this.#mark) * HASTE : 0;
  }

  /** Take it before the database is asked. */
  mark(): Mark {
    return this.#clocks.map((clock) => clock());
  }

  /** The database's clock showed `theirs` at some moment between `asked` and now. */
  heard(theirs: number, asked: Mark): void {
    const latest = theirs + this.#since(asked) * HASTE;
    const reckoned = this.now();
    // Behind what the database showed: its clock was set forward.
    this.#base = this.#heard && reckoned >= theirs ? Math.min(reckoned, latest) : latest;
    this.#heard = true;
    this.#mark = this.mark();
  }

  #since(mark: Mark): number {
    let furthest = Number.NEGATIVE_INFINITY;
    for (let index = 0; index < mark.length; index += 1) furthest = Math.max(furthest, (this.#clocks[index]?.() ?? 0) - (mark[index] ?? 0));
    return furthest;
  }
}
