export interface UpkeepOptions {
  readonly everyMs: number;
  /** What is done then. */
  readonly sweep: () => Promise<void>;
  /** Takes note of what went wrong; the next turn tries again. */
  readonly failed: (error: unknown) => void;
}

/** Work beside the calls, for which nobody waits: one thing after another. Close it. */
export class Upkeep {
  readonly #failed: UpkeepOptions['failed'];
  readonly #timer: NodeJS.Timeout;
  #underWay: Promise<void> = Promise.resolve();

  constructor({ everyMs, sweep, failed }: UpkeepOptions) {
    this.#failed = failed;
    this.#timer = setInterval(() => this.add(sweep), everyMs).unref();
  }

  /** Something that is to be done now. */
  add(work: () => Promise<void>): void {
    this.#underWay = this.#underWay.then(work).catch(this.#failed);
  }

  /** Settles when nothing is under way any more. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#underWay;
  }
}
