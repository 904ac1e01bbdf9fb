import type { Statement, TenantStatement } from './acting.js';
import type { QueryResult } from './session.js';
import type { Transaction } from './transaction.js';

const AGAIN = Symbol('again');

/**
 * One unit of work, or one nested in it, in a transaction. Statements run one after another; what a parent runs while an inner
 * one is open waits, so that undoing the inner one undoes nothing else.
 */
export class Frame {
  readonly root: Frame;
  readonly #transaction: Transaction;
  readonly #depth: number;
  #inner: Frame | undefined;
  /** Settles when there is no inner one any more. */
  #innerGone: Promise<void> = Promise.resolve();
  /** An inner one that was open when this one ended: it is undone. */
  #abandoned: Frame | undefined;
  #ended: Error | undefined;
  #tellEnded: () => void = () => {};
  readonly #whenEnded: Promise<void>;

  constructor(transaction: Transaction, parent?: Frame) {
    this.#transaction = transaction;
    this.root = parent?.root ?? this;
    this.#depth = parent === undefined ? 0 : parent.#depth + 1;
    this.#whenEnded = new Promise((resolve) => {
      this.#tellEnded = resolve;
    });
  }

  get ended(): Error | undefined {
    return this.#ended;
  }

  /** Refused, by throwing, once the unit has ended: a late statement never lands in somebody else's transaction. */
  async run(statement: Statement | TenantStatement): Promise<QueryResult> {
    try {
      return await this.#alone(() => this.#transaction.run(statement));
    } catch (error) {
      throw this.#ended ?? error;
    }
  }

  /** Runs `work` in a savepoint: undone where it throws or `keeps` says no. */
  async nest<T>(work: (inner: Frame) => Promise<T>, keeps: (value: T) => boolean): Promise<T> {
    let tellGone = (): void => {};
    const inner = await this.#alone(async () => {
      const opened = new Frame(this.#transaction, this);
      await this.#transaction.savepoint(opened.#savepoint);
      // It may have ended meanwhile: then nothing is begun in it.
      this.#assertOpen();
      this.#inner = opened;
      this.#innerGone = new Promise((resolve) => {
        tellGone = resolve;
      });
      return opened;
    });
    try {
      const value = await work(inner);
      if (inner.#ended !== undefined) throw inner.#ended;
      await inner.#leave(keeps(value));
      return value;
    } catch (error) {
      if (inner.#ended === undefined) await inner.#leave(false);
      throw error;
    } finally {
      this.#inner = undefined;
      tellGone();
    }
  }

  /** Ends it and all that is still open inside. The reason is what late statements are told. */
  end(reason: Error): void {
    if (this.#ended !== undefined) return;
    if (this.#inner !== undefined && this.#inner.#ended === undefined) {
      this.#abandoned = this.#inner;
      this.#inner.end(reason);
    }
    this.#ended = reason;
    this.#tellEnded();
  }

  /** Commits an ended root, without what was abandoned inside. */
  commit(): Promise<void> {
    return this.#transaction.exclusively(() => this.#undoAbandoned()).then(() => this.#transaction.commit());
  }

  get #savepoint(): string {
    return `gatehouse_unit_${this.#depth}`;
  }

  async #leave(keep: boolean): Promise<void> {
    this.end(lateStatement());
    await this.#transaction.exclusively(async () => {
      if (keep) await this.#undoAbandoned();
      await (keep ? this.#transaction.release(this.#savepoint) : this.#transaction.undo(this.#savepoint));
    });
  }

  async #undoAbandoned(): Promise<void> {
    if (this.#abandoned !== undefined) await this.#transaction.undo(this.#abandoned.#savepoint);
  }

  async #alone<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      while (this.#occupied()) await Promise.race([this.#innerGone, this.#whenEnded]);
      const value = await this.#transaction.exclusively(async () => {
        if (this.#occupied()) return AGAIN;
        this.#assertOpen();
        return work();
      });
      if (value !== AGAIN) return value;
    }
  }

  #occupied(): boolean {
    return this.#ended === undefined && this.#inner !== undefined;
  }

  #assertOpen(): void {
    if (this.#ended !== undefined) throw this.#ended;
  }
}

export function lateStatement(): Error {
  return new Error('This unit of work has ended: a statement that was not awaited inside it came too late');
}
