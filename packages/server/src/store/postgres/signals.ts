import { randomBytes } from 'node:crypto';
import { encodeSignals, SignalReader } from '../fleet/signal-messages.js';
import { SignalListeners } from '../signal-listeners.js';
import type { Signal, Signals } from '../signals.js';

interface Queued {
  readonly signals: readonly Signal[];
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * Signals where several processes serve from one database: this one hears its own at once, the others by NOTIFY, over the session
 * with which they hear of changes. Who is cut off for a while has missed what was told meanwhile.
 */
export class PostgresSignals implements Signals {
  readonly #notify: (messages: readonly string[]) => Promise<void>;
  readonly #self = randomBytes(9).toString('base64url');
  readonly #reader = new SignalReader(this.#self);
  readonly #listeners = new SignalListeners();
  #queue: Queued[] = [];
  #sending = false;
  #count = 0;

  /** @param notify tells these messages, in order, or rejects */
  constructor(notify: (messages: readonly string[]) => Promise<void>) {
    this.#notify = notify;
  }

  async send(signals: readonly Signal[]): Promise<void> {
    if (signals.length === 0) return;
    const sent = new Promise<void>((resolve, reject) => {
      this.#queue.push({ signals, resolve, reject });
      if (!this.#sending) void this.#drain();
    });
    // A listener here that throws keeps nobody elsewhere from hearing; that it threw is what is told then.
    sent.catch(() => undefined);
    this.#listeners.tell(signals);
    await sent;
  }

  onSignal(listener: (signal: Signal) => void): () => void {
    return this.#listeners.add(listener);
  }

  /** A message came over the channel. */
  heard(message: string): void {
    this.#listeners.tell(this.#reader.read(message));
  }

  /** One sending at a time keeps the order; what comes meanwhile goes together. */
  async #drain(): Promise<void> {
    this.#sending = true;
    while (this.#queue.length > 0) {
      const queued = this.#queue;
      this.#queue = [];
      try {
        await this.#notify(queued.flatMap(({ signals }) => encodeSignals(this.#self, this.#next(), signals)));
        for (const { resolve } of queued) resolve();
      } catch (error) {
        for (const { reject } of queued) reject(error);
      }
    }
    this.#sending = false;
  }

  #next(): number {
    this.#count += 1;
    return this.#count;
  }
}
