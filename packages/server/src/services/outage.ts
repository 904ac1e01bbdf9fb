import { UnavailableError } from '../domain/unavailable-error.js';

const PROBE_MS = 1000;

export interface OutageOptions {
  /** Rejects while the database is out of reach. */
  readonly ping: () => Promise<void>;
  readonly log: (event: object) => void;
  /** Milliseconds of any clock that only goes forward. */
  readonly elapsed: () => number;
}

/** The database is out of reach: one line in the log when that is first met, and one when it is over, however many calls met it. */
export class Outage {
  readonly #options: OutageOptions;
  #since: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: OutageOptions) {
    this.#options = options;
  }

  /** Takes note of an error that some call has met. Answers it where it says that the database is out of reach. */
  note(error: unknown): UnavailableError | undefined {
    if (!(error instanceof UnavailableError)) return undefined;
    if (this.#since === undefined) {
      this.#since = this.#options.elapsed();
      this.#options.log({ event: 'database_unavailable', error });
      this.#probeLater();
    }
    return error;
  }

  /** Whether it lasts, as far as is known. */
  get lasts(): boolean {
    return this.#since !== undefined;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #probeLater(): void {
    if (!this.#closed) this.#timer = setTimeout(() => void this.#probe(), PROBE_MS).unref();
  }

  async #probe(): Promise<void> {
    const { ping, log, elapsed } = this.#options;
    try {
      await ping();
    } catch {
      this.#probeLater();
      return;
    }
    if (this.#closed) return;
    const seconds = Math.round((elapsed() - (this.#since ?? 0)) / 1000);
    this.#since = undefined;
    log({ event: 'database_available', seconds });
  }
}
