import type { Connection } from './connection.js';
import type { Job } from './write-queue.js';

/**
 * One unit of work, or one nested in it, on the writing connection. What it runs, runs at once; what its parent runs
 * meanwhile waits, so that undoing the inner one undoes nothing else.
 */
export class Frame {
  readonly root: Frame;
  readonly #connection: Connection;
  readonly #savepoint: string;
  #inner: Frame | undefined;
  #ended: Error | undefined;
  #settle: () => void = () => {};
  /** Settles when it has ended. */
  readonly done: Promise<void>;

  constructor(connection: Connection, parent: Frame | undefined) {
    this.#connection = connection;
    this.root = parent?.root ?? this;
    this.#savepoint = parent === undefined ? '' : `${parent.#savepoint || 'gatehouse_unit'}_in`;
    this.done = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  get ended(): Error | undefined {
    return this.#ended;
  }

  /** Refused, by throwing, once the unit has ended: a late statement never lands in somebody else's transaction. */
  async run<T>(job: Job<T>, mode: 'read' | 'write'): Promise<T> {
    while (this.#occupied()) await this.#inner?.done;
    this.#assertOpen();
    return mode === 'read' ? job(this.#connection) : this.#connection.atomically(job);
  }

  /** Runs `work` in a savepoint: undone where it throws or `keeps` says no. */
  async nest<T>(work: (inner: Frame) => Promise<T>, keeps: (value: T) => boolean): Promise<T> {
    while (this.#occupied()) await this.#inner?.done;
    this.#assertOpen();
    const inner = new Frame(this.#connection, this);
    this.#connection.run(`savepoint ${inner.#savepoint}`);
    this.#inner = inner;
    try {
      const value = await work(inner);
      if (inner.#ended !== undefined) throw inner.#ended;
      inner.#leave(keeps(value));
      return value;
    } catch (error) {
      if (inner.#ended === undefined) inner.#leave(false);
      throw error;
    } finally {
      this.#inner = undefined;
    }
  }

  /** Ends it and all that is still open inside, which is undone. The reason is what late statements are told. */
  end(reason: Error): void {
    if (this.#ended !== undefined) return;
    if (this.#inner !== undefined && this.#inner.#ended === undefined) this.#inner.#abandon(reason);
    this.#ended = reason;
    this.#settle();
  }

  #abandon(reason: Error): void {
    this.end(reason);
    this.#undo();
  }

  #leave(keep: boolean): void {
    this.end(lateStatement());
    if (!keep) {
      this.#undo();
      return;
    }
    this.#connection.run(`release ${this.#savepoint}`);
  }

  #undo(): void {
    if (!this.#connection.inTransaction) return;
    this.#connection.run(`rollback to ${this.#savepoint}`);
    this.#connection.run(`release ${this.#savepoint}`);
  }

  #occupied(): boolean {
    return this.#ended === undefined && this.#inner !== undefined;
  }

  #assertOpen(): void {
    if (this.#ended !== undefined) throw this.#ended;
    if (!this.#connection.inTransaction) throw new Error('The database ended this transaction: nothing of it was kept');
  }
}

export function lateStatement(): Error {
  return new Error('This unit of work has ended: a statement that was not awaited inside it came too late');
}
