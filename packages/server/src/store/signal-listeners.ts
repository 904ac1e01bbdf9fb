import type { Signal } from './signals.js';

/** Whoever is to hear of signals: what every `Signals` is made of. */
export class SignalListeners {
  readonly #listeners = new Set<(signal: Signal) => void>();

  /** Answers how to stop listening. */
  add(listener: (signal: Signal) => void): () => void {
    // A function of its own, so that one that is added twice hears twice, and stops once.
    const own = (signal: Signal): void => listener(signal);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  /** One listener that throws keeps no other from hearing. */
  tell(signals: readonly Signal[]): void {
    const failures: unknown[] = [];
    for (const signal of signals) {
      for (const listener of this.#listeners) {
        try {
          listener(signal);
        } catch (error) {
          failures.push(error);
        }
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'A signal could not be told to every listener');
  }
}
