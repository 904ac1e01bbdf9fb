/** Milliseconds of a monotonic clock. */
export interface FleetSettings {
  /** How often a process shows that it lives, and that it hears. */
  readonly beatMs: number;
  /** How long a process may trust its caches after it has sent a beat that was stored and heard. */
  readonly trustMs: number;
  /** How long a process must have been seen without a new beat before others may bury it. Longer than `trustMs`: clocks differ in speed. */
  readonly leaseMs: number;
  /** After how long an unfinished round is asked again. */
  readonly askAgainMs: number;
  /** After how long a barrier says that it does not know. */
  readonly giveUpMs: number;
  /** After how many beats' time without confirmation a process takes itself out and begins anew. */
  readonly silentBeats: number;
}

/**
 * `leaseMs / trustMs` is 1.25, so that a clock may run 11 % fast here and 11 % slow there: time services slew by up to 8 %.
 * A dead process delays a barrier by `leaseMs`, one repetition of the question and the way: 2 seconds together.
 */
export const fleetSettings: FleetSettings = { beatMs: 400, trustMs: 1_440, leaseMs: 1_800, askAgainMs: 150, giveUpMs: 10_000, silentBeats: 3 };
