import { Worker } from 'node:worker_threads';

export interface Hit {
  readonly id: string;
  readonly version: number;
  /** The cosine, from 0 to 1. */
  readonly score: number;
}

export interface Found {
  /** The most alike first. */
  readonly hits: readonly Hit[];
  /** Of those that were asked about by name; null: there is none. */
  readonly also: readonly (number | null)[];
}

export interface Loaded {
  readonly ids: readonly string[];
  readonly versions: readonly number[];
  /** One behind the other. */
  readonly vectors: Float32Array<ArrayBuffer>;
  readonly dimensions: number;
}

export interface Question {
  readonly vector: Float32Array;
  readonly least: number;
  readonly most: number;
  /** Not this one. */
  readonly without?: string | undefined;
  /** How like these are, whatever else is found. */
  readonly also?: readonly string[];
}

/** The way to the thread that holds vectors. It starts with the first of them, and keeps no process alive. */
export class Scanner {
  readonly #lost: () => void;
  readonly #calls = new Map<number, { readonly settle: (found: Found) => void; readonly fail: (error: Error) => void }>();
  #worker: Worker | undefined;
  #calling = 0;

  /** @param lost it ended, and what it held is gone */
  constructor(lost: () => void) {
    this.#lost = lost;
  }

  load(space: string, { vectors, ...loaded }: Loaded): void {
    this.#thread().postMessage({ kind: 'load', space, ...loaded, vectors }, [vectors.buffer]);
  }

  /** Those that have not come anew since. */
  forget(space: string, gone: readonly Pick<Hit, 'id' | 'version'>[]): void {
    this.#thread().postMessage({ kind: 'forget', space, gone });
  }

  drop(space: string): void {
    this.#thread().postMessage({ kind: 'drop', space });
  }

  find(space: string, { vector, least, most, without, also = [] }: Question): Promise<Found> {
    this.#calling += 1;
    const call = this.#calling;
    return new Promise((settle, fail) => {
      this.#calls.set(call, { settle, fail });
      this.#thread().postMessage({ kind: 'find', call, space, vector, least, most, without, also });
    });
  }

  #thread(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = new Worker(new URL('./scan-worker.mjs', import.meta.url), { name: 'likeness', execArgv: [] });
    worker.on('message', ({ call, ...found }: Found & { readonly call: number }) => {
      this.#calls.get(call)?.settle(found);
      this.#calls.delete(call);
    });
    const over = (why: unknown): void => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      this.#lost();
      for (const { fail } of this.#calls.values()) fail(new Error('The thread that compares vectors ended', { cause: why }));
      this.#calls.clear();
    };
    worker.on('error', over);
    worker.on('exit', over);
    // Whoever listens to messages waits for them: said before, it would be taken back.
    worker.unref();
    this.#worker = worker;
    return worker;
  }
}
