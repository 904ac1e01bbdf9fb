import type { Instant } from '../../../src/store/fleet/lease.js';
import type { Timeline } from './timeline.js';

/** The two clocks of one machine. Neither starts where another's does, and the one that only runs does so at its own speed. */
export class Clocks {
  readonly #time: Timeline;
  #rate: number;
  #mono: number;
  #at: number;
  #wallOffset: number;

  constructor(time: Timeline, rate: number, offset: number) {
    this.#time = time;
    this.#rate = rate;
    this.#mono = offset;
    this.#at = time.now;
    this.#wallOffset = 1_700_000_000_000 + offset * 7;
  }

  now(): Instant {
    const mono = this.#mono + (this.#time.now - this.#at) * this.#rate;
    return { mono, wall: mono + this.#wallOffset };
  }

  /** How long until the running clock shows `mono`. */
  until(mono: number): number {
    return Math.max(0, (mono - this.now().mono) / this.#rate);
  }

  setRate(rate: number): void {
    this.#mono = this.now().mono;
    this.#at = this.#time.now;
    this.#rate = rate;
  }

  /** Somebody sets the time of day. */
  setWall(by: number): void {
    this.#wallOffset += by;
  }

  /** The machine slept until now: the running clock did not run, the time of day did. */
  slept(milliseconds: number): void {
    this.#mono = this.now().mono - milliseconds * this.#rate;
    this.#at = this.#time.now;
    this.#wallOffset += milliseconds * this.#rate;
  }
}
