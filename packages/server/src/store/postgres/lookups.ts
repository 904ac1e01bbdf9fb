import type { Aside } from './aside.js';
import type { QueryResult } from './session.js';

type Row = Record<string, unknown>;

interface Asked {
  readonly settle: ((row: Row | undefined) => void)[];
  readonly fail: ((error: unknown) => void)[];
}

/**
 * Gathers look-ups by one key: all that come within one turn of the event loop are one statement. Whoever comes later asks
 * anew, so that nobody is answered with what was read before the question.
 */
export class Lookups {
  readonly #ask: (keys: readonly string[]) => Promise<QueryResult>;
  readonly #column: string;
  #waiting: Map<string, Asked> | undefined;

  /** @param text takes the keys as one list, and answers each found one's row, with the key in `column` */
  constructor(aside: Aside, text: string, options: { readonly column: string; readonly name: string }) {
    this.#ask = (keys) => aside.query(text, [keys], options.name);
    this.#column = options.column;
  }

  find(key: string): Promise<Row | undefined> {
    return new Promise((resolve, reject) => {
      const waiting = this.#gathering();
      const asked = waiting.get(key) ?? { settle: [], fail: [] };
      asked.settle.push(resolve);
      asked.fail.push(reject);
      waiting.set(key, asked);
    });
  }

  #gathering(): Map<string, Asked> {
    if (this.#waiting !== undefined) return this.#waiting;
    const gathered = new Map<string, Asked>();
    this.#waiting = gathered;
    setImmediate(() => {
      this.#waiting = undefined;
      void this.#send(gathered);
    });
    return gathered;
  }

  async #send(gathered: ReadonlyMap<string, Asked>): Promise<void> {
    try {
      const { rows } = await this.#ask([...gathered.keys()]);
      const found = new Map(rows.map((row) => [row[this.#column], row]));
      for (const [key, { settle }] of gathered) for (const one of settle) one(found.get(key));
    } catch (error) {
      for (const { fail } of gathered.values()) for (const one of fail) one(error);
    }
  }
}
