import { setImmediate as turn } from 'node:timers/promises';
import type { Connection } from './connection.js';
import type { SqlValue } from './driver.js';

/** Readings of at most so many rows are over at once; a longer one gives way to others after each so many. */
const HELPING = 256;
/** Long readings at a time; others wait. */
const AT_ONCE = 4;

type Rows = Record<string, unknown>[];

/**
 * What a tenant reads must not keep the others waiting. A reading begins on the connection that all share; where it turns out to be long,
 * it begins anew on one of its own and goes on a helping at a time, as one snapshot still. It cannot stay where it began: an open
 * reading would hold that connection, and all who read from it, to the moment at which it began.
 */
export class LongReadings {
  readonly #reader: Connection;
  readonly #connect: () => Connection;
  readonly #idle: Connection[] = [];
  readonly #waiting: ((connection: Connection) => void)[] = [];
  readonly #running = new Set<Promise<unknown>>();
  #connections = 0;

  /** `connect` makes a reading connection that is proved to keep tenants apart. */
  constructor(reader: Connection, connect: () => Connection) {
    this.#reader = reader;
    this.#connect = connect;
  }

  async read(tenant: string, sql: string, parameters: readonly SqlValue[]): Promise<Rows> {
    const few = this.#reader.few(tenant, sql, parameters, HELPING);
    if (few !== undefined) return few;
    const reading = this.#readLong(tenant, sql, parameters);
    this.#running.add(reading);
    try {
      return await reading;
    } finally {
      this.#running.delete(reading);
    }
  }

  /** Settles when what runs is over. */
  async close(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
    for (const connection of this.#idle) connection.close();
  }

  async #readLong(tenant: string, sql: string, parameters: readonly SqlValue[]): Promise<Rows> {
    const connection = await this.#take();
    try {
      const helpings = connection.open(tenant, sql, parameters);
      try {
        const rows: Rows = [];
        for (;;) {
          const helping = helpings.next(HELPING);
          for (const row of helping) rows.push(row);
          if (helping.length < HELPING) return rows;
          await turn();
        }
      } finally {
        helpings.close();
      }
    } finally {
      this.#giveBack(connection);
    }
  }

  #take(): Connection | Promise<Connection> {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    if (this.#connections >= AT_ONCE) return new Promise((given) => this.#waiting.push(given));
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
