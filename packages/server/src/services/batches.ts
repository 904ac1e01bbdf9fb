import type { Outage } from './outage.js';

/** The longest pause between two tries while writing fails. */
const LONGEST_PAUSE_MS = 30_000;

export interface BatchOptions {
  /** What is written, for the log: `<name>_delayed` when it first fails, `<name>_lost` where it failed to the end. */
  readonly name: string;
  readonly everyMs: number;
  /** Writes what has gathered; keeps it, and rejects, where that fails. */
  readonly write: () => Promise<void>;
  readonly log: (event: object) => void;
  readonly outage?: Outage;
}

/** Writes now and then what has gathered. What could not be written is tried again, at growing intervals. */
export class Batches {
  readonly #options: BatchOptions;
  #timer: NodeJS.Timeout | undefined;
  #settled: Promise<void> = Promise.resolve();
  #failures = 0;

  constructor(options: BatchOptions) {
    this.#options = options;
  }

  /** Whether the last try failed. */
  get failing(): boolean {
    return this.#failures > 0;
  }

  soon(): void {
    if (this.#timer !== undefined) return;
    const pause = Math.min(this.#options.everyMs * 2 ** this.#failures, LONGEST_PAUSE_MS);
    this.#timer = setTimeout(() => void this.flush(), pause).unref();
  }

  /** Settles when everything gathered so far is written, or its failure is noted. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#settled = this.#settled.then(() => this.#write());
    return this.#settled;
  }

  /** Tries for the last time. */
  async close(): Promise<void> {
    await this.flush();
    clearTimeout(this.#timer);
    if (this.failing) this.#options.log({ event: `${this.#options.name}_lost` });
  }

  async #write(): Promise<void> {
    const { write, log, name, outage } = this.#options;
    try {
      await write();
      this.#failures = 0;
    } catch (error) {
      // An outage has a line of its own in the log.
      if (outage?.note(error) === undefined && !this.failing) log({ event: `${name}_delayed`, error });
      this.#failures += 1;
      this.soon();
    }
  }
}
