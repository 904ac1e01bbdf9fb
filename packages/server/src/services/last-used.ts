import type { KeyStore } from '../store/store.js';
import { type BatchOptions, Batches } from './batches.js';

const FLUSH_MS = 500;
/** First uses that come together are one write. */
const FIRST_MS = 20;
/** Marks kept while they cannot be written. Beyond it the oldest go. */
const KEPT = 100_000;

/**
 * When keys, or grants, were last used, without a write on the hot path: written within a second, a first use at once,
 * and shown at once by every reading through `shown`.
 */
export class LastUsed {
  readonly #store: Pick<KeyStore, 'touch'>;
  readonly #batches: Batches;
  #pending = new Map<string, number>();
  #firsts: NodeJS.Timeout | undefined;
  #writing: ReadonlyMap<string, number> | undefined;

  constructor(store: Pick<KeyStore, 'touch'>, log: BatchOptions['log'], outage?: BatchOptions['outage'], name = 'last_used') {
    this.#store = store;
    const options = { name, everyMs: FLUSH_MS, write: () => this.#write(), log };
    this.#batches = new Batches(outage === undefined ? options : { ...options, outage });
  }

  seen(id: string, now: number): void {
    this.#pending.set(id, now);
    this.#batches.soon();
  }

  first(id: string, now: number): void {
    this.#pending.set(id, now);
    if (this.#batches.failing) this.#batches.soon();
    else this.#firsts ??= setTimeout(() => this.#flushFirsts(), FIRST_MS).unref();
  }

  /** What a reader should see: the later of what is stored and what is on its way. */
  shown<K extends { readonly id: string; readonly lastUsedAt: number | null }>(key: K): K {
    const latest = Math.max(key.lastUsedAt ?? 0, this.#pending.get(key.id) ?? 0, this.#writing?.get(key.id) ?? 0);
    return latest === 0 || latest === key.lastUsedAt ? key : { ...key, lastUsedAt: latest };
  }

  /** Settles when everything seen so far is written, or its failure is on record. */
  close(): Promise<void> {
    clearTimeout(this.#firsts);
    return this.#batches.close();
  }

  #flushFirsts(): void {
    this.#firsts = undefined;
    void this.#batches.flush();
  }

  async #write(): Promise<void> {
    if (this.#pending.size === 0) return;
    const writing = this.#pending;
    this.#writing = writing;
    this.#pending = new Map();
    try {
      await this.#store.touch(writing);
    } catch (error) {
      this.#pending = joined(writing, this.#pending);
      throw error;
    } finally {
      this.#writing = undefined;
    }
  }
}

/** The later of both, at most `KEPT` of them. */
function joined(older: ReadonlyMap<string, number>, newer: ReadonlyMap<string, number>): Map<string, number> {
  const all = new Map([...older].filter(([id]) => !newer.has(id)));
  for (const [id, at] of newer) all.set(id, at);
  return all.size <= KEPT ? all : new Map([...all].slice(-KEPT));
}
