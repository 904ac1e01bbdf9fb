/** Lets a few in at a time: who waits comes in the order in which they came, each once before anybody comes a second time. */
export class Turns {
  /** By who waits, the next first. */
  readonly #waiting = new Map<string, (() => void)[]>();
  #free: number;

  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  async take<T>(who: string, work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((go) => this.#queue(who, go));
    try {
      return await work();
    } finally {
      this.#passOn();
    }
  }

  #queue(who: string, go: () => void): void {
    const own = this.#waiting.get(who);
    if (own === undefined) this.#waiting.set(who, [go]);
    else own.push(go);
  }

  /** Whoever is next has the place without its being free in between. */
  #passOn(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free += 1;
      return;
    }
    const [who, own] = next;
    const go = own.shift();
    // Behind all others.
    this.#waiting.delete(who);
    if (own.length > 0) this.#waiting.set(who, own);
    go?.();
  }
}
