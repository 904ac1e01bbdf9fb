import type { KeyStore } from '../store/store.js';

const FLUSH_MS = 500;

/**
 * When keys were last used, without a write on the hot path: written within a second, a key's first use at once,
 * and shown at once by every reading through `shown`.
 */
export class LastUsed {
  readonly #keys: KeyStore;
  readonly #log: (event: object) => void;
  #pending = new Map<string, number>();
  #writing: Map<string, number> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #settled: Promise<void> = Promise.resolve();

  constructor(keys: KeyStore, log: (event: object) => void) {
    this.#keys = keys;
    this.#log = log;
  }

  seen(id: string, now: number): void {
    this.#pending.set(id, now);
    if (this.#timer === undefined) this.#timer = setTimeout(() => void this.flush(), FLUSH_MS).unref();
  }

  first(id: string, now: number): void {
    this.#pending.set(id, now);
    void this.flush();
  }

  /** What a reader should see: the later of what is stored and what is on its way. */
  shown<K extends { readonly id: string; readonly lastUsedAt: number | null }>(key: K): K {
    const latest = Math.max(key.lastUsedAt ?? 0, this.#pending.get(key.id) ?? 0, this.#writing?.get(key.id) ?? 0);
    return latest === 0 || latest === key.lastUsedAt ? key : { ...key, lastUsedAt: latest };
  }

  /** Settles when everything seen so far is written, or its failure is on record. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#settled = this.#settled.then(() => this.#write());
    return this.#settled;
  }

  async #write(): Promise<void> {
    if (this.#pending.size === 0) return;
    this.#writing = this.#pending;
    this.#pending = new Map();
    try {
      await this.#keys.touch(this.#writing);
    } catch (error) {
      this.#log({ event: 'last_used_lost', keys: this.#writing.size, error });
    }
    this.#writing = undefined;
  }
}
