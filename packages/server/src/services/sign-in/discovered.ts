import { ProviderUnavailable } from './provider.js';

const FRESH_MS = 3_600_000;
/** Between two questions that were not answered. */
const PAUSE_MS = 5000;

/** What is asked of a provider once, when it is first needed: kept for an hour, and longer while the provider is out of reach. */
export class Discovered<T> {
  readonly #ask: () => Promise<T>;
  readonly #now: () => number;
  #known: { readonly value: T; readonly at: number } | undefined;
  #failedAt: number | undefined;
  #asking: Promise<T> | undefined;

  constructor(ask: () => Promise<T>, now: () => number) {
    this.#ask = ask;
    this.#now = now;
  }

  get(): Promise<T> {
    const at = this.#now();
    if (this.#known !== undefined && isWithin(FRESH_MS, this.#known.at, at)) return Promise.resolve(this.#known.value);
    if (this.#failedAt !== undefined && isWithin(PAUSE_MS, this.#failedAt, at)) return this.#without(new ProviderUnavailable('it did not answer just now'));
    this.#asking ??= this.#asked().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #asked(): Promise<T> {
    try {
      const value = await this.#ask();
      this.#known = { value, at: this.#now() };
      this.#failedAt = undefined;
      return value;
    } catch (error) {
      this.#failedAt = this.#now();
      return this.#without(error);
    }
  }

  async #without(error: unknown): Promise<T> {
    if (this.#known === undefined) throw error;
    return this.#known.value;
  }
}

/** A clock that was set back makes nothing last. */
function isWithin(ms: number, since: number, now: number): boolean {
  return now >= since && now - since < ms;
}
