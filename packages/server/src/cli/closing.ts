type Close = () => Promise<void> | void;

/** What was opened, to be closed in the opposite order, once. */
export class Closing {
  readonly #opened: Close[] = [];

  add(close: Close): void {
    this.#opened.push(close);
  }

  async close(): Promise<void> {
    for (const close of this.#opened.splice(0).reverse()) await close();
  }

  /** Closes everything where the work fails. */
  async unless<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      await this.close();
      throw error;
    }
  }
}
