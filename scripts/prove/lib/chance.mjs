// Chance with a seed: the same choices for the same seed.

/** mulberry32: numbers in [0, 1). @returns {() => number} */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Choices of a few kinds, made with one source of chance. */
export class Chance {
  #next;

  constructor(seed) {
    this.#next = seeded(seed);
  }

  /** A whole number in [0, end). */
  below(end) {
    return Math.floor(this.#next() * end);
  }

  odds(probability) {
    return this.#next() < probability;
  }

  pick(list) {
    return list[this.below(list.length)];
  }

  /** `make()` up to `most` times. */
  several(most, make) {
    return Array.from({ length: this.below(most + 1) }, make);
  }

  bytes(length) {
    return Buffer.from(Array.from({ length }, () => this.below(256)));
  }
}
