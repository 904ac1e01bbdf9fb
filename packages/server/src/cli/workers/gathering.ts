import type { Worker } from 'node:cluster';
import { type Snapshot, lasting, together } from '../../domain/metrics.js';
import type { FromWorker, ToWorker } from './wire.js';

/** How long a worker is waited for; then what it said last counts. */
const PATIENCE_MS = 1000;

interface Round {
  readonly number: number;
  readonly missing: Set<Worker>;
  readonly end: () => void;
}

/**
 * Adds up what the workers have measured, for any of them that asks. What one has counted stays counted when it has ended, as
 * far as it was ever told: so no sum goes back.
 */
export class Gathering {
  readonly #latest = new Map<Worker, Snapshot>();
  #ended: Snapshot = [];
  #rounds = 0;
  #round: Round | undefined;
  #gathered: Promise<void> | undefined;

  join(worker: Worker): void {
    worker.on('message', (said: FromWorker) => {
      // Before it listens it has measured nothing, and hears nothing.
      if (said.is === 'listening') this.#latest.set(worker, []);
      if (said.is === 'measurements') this.#note(worker, said.round, said.snapshot);
      if (said.is === 'gather') void this.#answer(worker, said.asked);
    });
    worker.once('exit', () => {
      this.#ended = together([this.#ended, lasting(this.#latest.get(worker) ?? [])]);
      this.#latest.delete(worker);
      this.#settle(worker);
    });
  }

  async #answer(worker: Worker, asked: number): Promise<void> {
    // Whoever asks while others are asked already has what they say.
    this.#gathered ??= this.#gather().finally(() => {
      this.#gathered = undefined;
    });
    await this.#gathered;
    send(worker, { is: 'measured', asked, snapshot: together([this.#ended, ...this.#latest.values()]) });
  }

  #gather(): Promise<void> {
    return new Promise((resolve) => {
      const patience = setTimeout(() => this.#round?.end(), PATIENCE_MS);
      const end = (): void => {
        clearTimeout(patience);
        this.#round = undefined;
        resolve();
      };
      this.#rounds += 1;
      this.#round = { number: this.#rounds, missing: new Set(this.#latest.keys()), end };
      for (const worker of this.#latest.keys()) send(worker, { is: 'measure', round: this.#rounds });
    });
  }

  #note(worker: Worker, round: number, snapshot: Snapshot): void {
    if (this.#latest.has(worker)) this.#latest.set(worker, snapshot);
    if (round === this.#round?.number) this.#settle(worker);
  }

  #settle(worker: Worker): void {
    this.#round?.missing.delete(worker);
    if (this.#round?.missing.size === 0) this.#round.end();
  }
}

/** One that is about to end hears nothing. */
function send(worker: Worker, message: ToWorker): void {
  if (worker.isConnected()) worker.send(message, () => {});
}
