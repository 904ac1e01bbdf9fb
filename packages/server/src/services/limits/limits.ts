import type { Bucket, Verdict } from '../../domain/window.js';

/** Counts calls against limits. */
export interface Limits {
  load(): Promise<void>;
  /**
   * Takes `cost` from every bucket, or from none. undefined where there is no bucket. A promise only where another process has to be
   * heard of first.
   * @throws {UnavailableError} where that cannot be known: nobody is let past a limit because of it
   */
  take(buckets: readonly Bucket[], cost: number, now: number): Verdict | undefined | Promise<Verdict | undefined>;
  /** Settles when what should outlive this process is written, as far as that can be done. */
  close(): Promise<void>;
}
