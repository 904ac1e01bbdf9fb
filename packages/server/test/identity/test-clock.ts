/** A clock that stands still until it is moved. Unix milliseconds. */
export class TestClock {
  #at: number;

  constructor(at = Date.UTC(2026, 0, 1)) {
    this.#at = at;
  }

  readonly now = (): number => this.#at;

  advance(seconds: number): void {
    this.#at += seconds * 1000;
  }

  /** Now as a NumericDate (RFC 7519, section 2), so many seconds on. */
  seconds(offset = 0): number {
    return Math.floor(this.#at / 1000) + offset;
  }
}
