import { performance } from 'node:perf_hooks';
import type { Connection } from './connection.js';
import { isBusy } from './sqlite-error.js';

/** What one commit may take in: enough to share a sync among many, little enough that the event loop never waits long. */
const BATCH_JOBS = 200;
const BATCH_MS = 8;
/** Another process may hold the lock for a moment: how long to go on trying, and how often. */
const BUSY_TRIES = 500;
const BUSY_WAIT_MS = 10;

export type Job<T> = (connection: Connection) => T;
export type Release = () => void;

interface WaitingJob {
  readonly is: 'job';
  readonly run: Job<unknown>;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}
interface WaitingUnit {
  readonly is: 'unit';
  resolve(release: Release): void;
  reject(error: unknown): void;
}

/**
 * The one way to the writing connection, first come, first served. Jobs that wait together share one transaction, each in
 * a savepoint of its own, and settle after the commit that made them durable. A unit has the connection to itself.
 */
export class WriteQueue {
  readonly #connection: Connection;
  #waiting: (WaitingJob | WaitingUnit)[] = [];
  #next = 0;
  #taken = false;
  #scheduled = false;
  #busyTries = 0;
  #closed = false;
  #whenIdle: (() => void)[] = [];

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Settles when the job is durable; rejects, with nothing of it left, where it threw. */
  write<T>(run: Job<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#enqueue({ is: 'job', run, resolve: (value) => resolve(value as T), reject });
    });
  }

  /** Settles with a transaction open on the connection. Whoever holds it ends it, then releases. */
  acquire(): Promise<Release> {
    return new Promise((resolve, reject) => {
      this.#enqueue({ is: 'unit', resolve, reject });
    });
  }

  /** What waits, and whether a unit of work has the connection. */
  get load(): { readonly waiting: number; readonly busy: boolean } {
    return { waiting: this.#waiting.length - this.#next, busy: this.#taken };
  }

  /** Takes nothing more, and settles when all that was taken is done. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#idle()) return;
    await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
  }

  #enqueue(entry: WaitingJob | WaitingUnit): void {
    if (this.#closed) {
      entry.reject(new Error('The store is closed'));
      return;
    }
    this.#waiting.push(entry);
    this.#schedule();
  }

  #idle(): boolean {
    return !this.#taken && this.#next === this.#waiting.length;
  }

  /** Waits for the end of this turn of the event loop, so that calls which arrived together are committed together. */
  #schedule(): void {
    if (this.#scheduled || this.#taken) return;
    if (this.#idle()) {
      for (const settle of this.#whenIdle.splice(0)) settle();
      return;
    }
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#drain();
    });
  }

  #drain(): void {
    const first = this.#waiting[this.#next];
    if (first === undefined || !this.#begin(first)) return;
    if (first.is === 'unit') {
      this.#shift();
      this.#taken = true;
      first.resolve(() => this.#release());
      return;
    }
    const settlements = this.#runJobs();
    const failure = this.#commit();
    for (const settle of settlements) settle(failure);
    this.#schedule();
  }

  #begin(first: WaitingJob | WaitingUnit): boolean {
    try {
      this.#connection.run('begin immediate');
      this.#busyTries = 0;
      return true;
    } catch (error) {
      if (isBusy(error) && ++this.#busyTries < BUSY_TRIES) {
        this.#scheduled = true;
        setTimeout(() => {
          this.#scheduled = false;
          this.#drain();
        }, BUSY_WAIT_MS);
        return false;
      }
      this.#busyTries = 0;
      this.#shift();
      first.reject(error);
      this.#schedule();
      return false;
    }
  }

  #runJobs(): ((failure: Error | undefined) => void)[] {
    const settlements: ((failure: Error | undefined) => void)[] = [];
    const until = performance.now() + BATCH_MS;
    do {
      const entry = this.#waiting[this.#next];
      if (entry === undefined || entry.is === 'unit') break;
      this.#shift();
      settlements.push(this.#attempt(entry));
    } while (this.#connection.inTransaction && settlements.length < BATCH_JOBS && performance.now() < until);
    return settlements;
  }

  /** Runs one job, and answers how to settle it once it is known whether the whole batch was committed. */
  #attempt(entry: WaitingJob): (failure: Error | undefined) => void {
    try {
      const value = this.#connection.atomically(entry.run);
      return (failure) => (failure === undefined ? entry.resolve(value) : entry.reject(failure));
    } catch (error) {
      return () => entry.reject(error);
    }
  }

  #commit(): Error | undefined {
    try {
      this.#connection.run('commit');
      return undefined;
    } catch (error) {
      this.#connection.rollback();
      return new Error('The change could not be committed', { cause: error });
    }
  }

  #release(): void {
    this.#taken = false;
    this.#schedule();
  }

  #shift(): void {
    this.#next += 1;
    if (this.#next < 1024 && this.#next < this.#waiting.length) return;
    this.#waiting = this.#waiting.slice(this.#next);
    this.#next = 0;
  }
}
