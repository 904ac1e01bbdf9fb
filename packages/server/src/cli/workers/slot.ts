import cluster, { type Worker } from 'node:cluster';
import type { Flags, Log } from '../../index.js';
import { CommandError } from '../failure.js';
import type { FromWorker, ToWorker } from './wire.js';

export interface SlotOptions {
  readonly number: number;
  readonly flags: Flags;
  readonly log: Log;
  /** Told of each worker before it says anything. */
  readonly forked: (worker: Worker) => void;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;
/** Whoever listened for so long did not fail at its start. */
const STEADY_MS = 30_000;
/** Longer than a worker takes to let its calls finish (10 s) and to write what is pending. */
const STOP_MS = 15_000;

/** The place of one worker: there is one in it at a time, and another one soon after it has ended. */
export class Slot {
  readonly #options: SlotOptions;
  #worker: Worker | undefined;
  #listens = false;
  #ended: Promise<void> = Promise.resolve();
  #pause: NodeJS.Timeout | undefined;
  #stopping = false;
  #failures = 0;

  constructor(options: SlotOptions) {
    this.#options = options;
  }

  get pid(): number | undefined {
    return this.#worker?.process.pid;
  }

  /** Settles with its URL when it listens, and keeps a worker here from then on. Rejects where it cannot start. */
  async start(): Promise<string> {
    const { worker, listening } = this.#fork();
    const url = await listening;
    this.#keep(worker);
    return url;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#pause);
    const worker = this.#worker;
    if (worker === undefined) return;
    const patience = setTimeout(() => worker.process.kill('SIGKILL'), STOP_MS);
    if (worker.isConnected()) worker.send({ is: 'stop' } satisfies ToWorker, () => {});
    // One that has not begun to listen hears nothing yet.
    if (!this.#listens) worker.process.kill('SIGKILL');
    await this.#ended;
    clearTimeout(patience);
  }

  #fork(): { readonly worker: Worker; readonly listening: Promise<string> } {
    const worker = cluster.fork();
    this.#options.forked(worker);
    this.#worker = worker;
    this.#listens = false;
    this.#ended = new Promise((resolve) => {
      worker.once('exit', () => {
        this.#worker = undefined;
        resolve();
      });
    });
    const listening = new Promise<string>((resolve, reject) => {
      worker.on('message', (said: FromWorker) => {
        if (said.is === 'ready') worker.send({ is: 'start', flags: this.#options.flags } satisfies ToWorker, () => {});
        if (said.is === 'failed') reject(new CommandError(said.code, said.error));
        if (said.is !== 'listening') return;
        this.#listens = true;
        resolve(said.url);
      });
      worker.once('exit', (code, signal) => reject(new CommandError('failed', `A worker ended before it listened (${signal ?? `exit code ${code}`}).`)));
    });
    return { worker, listening };
  }

  #keep(worker: Worker): void {
    const { number, log } = this.#options;
    const began = performance.now();
    const { pid } = worker.process;
    const again = (code: number | null, signal: string | null) => {
      if (this.#stopping) return;
      if (performance.now() - began > STEADY_MS) this.#failures = 0;
      log({ event: 'worker_ended', worker: number, pid, ...(signal === null ? { code } : { signal }) });
      this.#startLater();
    };
    if (worker.isDead()) again(worker.process.exitCode, worker.process.signalCode);
    else worker.once('exit', again);
  }

  #startLater(): void {
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#failures);
    this.#failures += 1;
    this.#pause = setTimeout(() => void this.#startAgain(), pause);
  }

  async #startAgain(): Promise<void> {
    const { number, log } = this.#options;
    const { worker, listening } = this.#fork();
    try {
      await listening;
    } catch (error) {
      if (this.#stopping) return;
      log({ event: 'worker_failed', worker: number, error });
      this.#startLater();
      return;
    }
    log({ event: 'worker_started', worker: number, pid: worker.process.pid });
    this.#keep(worker);
  }
}
