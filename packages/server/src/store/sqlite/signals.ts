import { SignalListeners } from '../signal-listeners.js';
import type { Signal, Signals } from '../signals.js';

/** Signals where one process serves: whoever listens has heard when `send` settles. */
export class LocalSignals implements Signals {
  readonly #listeners = new SignalListeners();

  async send(signals: readonly Signal[]): Promise<void> {
    this.#listeners.tell(signals);
  }

  onSignal(listener: (signal: Signal) => void): () => void {
    return this.#listeners.add(listener);
  }
}
