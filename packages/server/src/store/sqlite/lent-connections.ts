import type { Connection } from './connection.js';

/** Connections that are lent to one at a time: made when they are first needed, up to a number, and kept. */
export class LentConnections {
  readonly #connect: () => Connection;
  readonly #most: number;
  readonly #idle: Connection[] = [];
  readonly #waiting: ((connection: Connection) => void)[] = [];
  readonly #running = new Set<Promise<unknown>>();
  #connections = 0;

  constructor(connect: () => Connection, most: number) {
    this.#connect = connect;
    this.#most = most;
  }

  /** On a connection that nobody else reads from meanwhile. */
  async use<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const running = this.#lent(work);
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  /** Settles when what runs is over. */
  async close(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
    for (const connection of this.#idle) connection.close();
  }

  async #lent<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = await this.#take();
    try {
      return await work(connection);
    } finally {
      this.#giveBack(connection);
    }
  }

  #take(): Connection | Promise<Connection> {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    if (this.#connections >= this.#most) return new Promise((given) => this.#waiting.push(given));
    const connection = this.#connect();
    this.#connections += 1;
    return connection;
  }

  #giveBack(connection: Connection): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.push(connection);
    else next(connection);
  }
}
