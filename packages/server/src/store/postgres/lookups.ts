import type { Aside } from './aside.js';
import type { Row } from '../sql/rows.js';
import type { QueryResult } from './session.js';

/** Somebody who asks; whoever asked for the same key before is behind them. */
interface Asking<T> {
  readonly settle: (found: T | undefined) => void;
  readonly fail: (error: unknown) => void;
  readonly before: Asking<T> | undefined;
}

export interface LookupsOptions<T> {
  /** In which a row that was found has its key. Rows of keys that were not asked for are passed over. */
  readonly column: string;
  readonly name: string;
  /** Numbers, of which the statement takes a list instead of the keys: the driver would look through each for quotes. */
  readonly by?: (key: string) => bigint;
  /** Makes of a row what is looked for. */
  readonly read: (row: Row) => T;
}

/**
 * Gathers look-ups by one key: all that come within one turn of the event loop are one statement. Whoever comes later asks
 * anew, so that nobody is answered with what was read before the question.
 */
export class Lookups<T> {
  readonly #ask: (keys: readonly string[]) => Promise<QueryResult>;
  readonly #column: string;
  readonly #read: (row: Row) => T;
  #waiting: Map<string, Asking<T>> | undefined;

  constructor(aside: Aside, text: string, options: LookupsOptions<T>) {
    const { by, name } = options;
    const listOf = (keys: readonly string[]): unknown => (by === undefined ? keys : `{${keys.map(by).join()}}`);
    this.#ask = (keys) => aside.query(text, [listOf(keys)], name);
    this.#column = options.column;
    this.#read = options.read;
  }

  find(key: string): Promise<T | undefined> {
    return new Promise((settle, fail) => {
      const waiting = this.#gathering();
      waiting.set(key, { settle, fail, before: waiting.get(key) });
    });
  }

  #gathering(): Map<string, Asking<T>> {
    if (this.#waiting !== undefined) return this.#waiting;
    const gathered = new Map<string, Asking<T>>();
    this.#waiting = gathered;
    setImmediate(() => {
      this.#waiting = undefined;
      void this.#send(gathered);
    });
    return gathered;
  }

  async #send(gathered: Map<string, Asking<T>>): Promise<void> {
    try {
      for (const row of (await this.#ask([...gathered.keys()])).rows) {
        const key = String(row[this.#column]);
        const found = this.#read(row);
        answer(gathered.get(key), (asking) => asking.settle(found));
        gathered.delete(key);
      }
      for (const last of gathered.values()) answer(last, (asking) => asking.settle(undefined));
    } catch (error) {
      for (const last of gathered.values()) answer(last, (asking) => asking.fail(error));
    }
  }
}

function answer<T>(last: Asking<T> | undefined, tell: (asking: Asking<T>) => void): void {
  for (let asking = last; asking !== undefined; asking = asking.before) tell(asking);
}
