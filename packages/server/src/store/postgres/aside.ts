import type { QueryResult, Session } from './session.js';

/**
 * One session apart from the pool, for short statements that must not wait behind transactions, each committed by itself.
 * Opened when it is needed, and again when it has ended.
 */
export class Aside {
  readonly #open: () => Promise<Session>;
  #session: Session | undefined;
  #opening: Promise<Session> | undefined;
  #closed = false;

  constructor(open: () => Promise<Session>) {
    this.#open = open;
  }

  async query(text: string, values: readonly unknown[], name?: string): Promise<QueryResult> {
    const session = this.#session?.alive === true ? this.#session : await this.#opened();
    return session.query(text, values, name);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#opening?.catch(() => undefined);
    await this.#session?.close();
  }

  async #opened(): Promise<Session> {
    if (this.#closed) throw new Error('The store is closed');
    this.#opening ??= this.#open();
    try {
      this.#session = await this.#opening;
      return this.#session;
    } finally {
      this.#opening = undefined;
    }
  }
}
