import { setImmediate as turn } from 'node:timers/promises';
import { type WhileOpenOptions, whileOpen } from '../sql/while-open.js';
import type { Connection } from './connection.js';
import type { SqlValue } from './driver.js';

/** Readings of at most so many rows are over at once; a longer one gives way to others after each so many. */
const HELPING = 256;
/** Long readings and snapshots at a time; others wait. */
const AT_ONCE = 4;

type Rows = Record<string, unknown>[];

/** A platform's reading. */
export type Read = (tenant: string, sql: string, parameters: readonly SqlValue[]) => Promise<Rows>;

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
    return this.#aside((connection) => inHelpings(connection, tenant, sql, parameters));
  }

  /** Does `work` with readings of one moment, one after another on a connection of their own. */
  snapshot<T>(work: (read: Read) => Promise<T>, options: WhileOpenOptions): Promise<T> {
    return this.#aside(async (connection) => {
      let last: Promise<unknown> = Promise.resolve();
      const read: Read = (tenant, sql, parameters) => {
        const rows = last.then(() => inHelpings(connection, tenant, sql, parameters));
        last = rows.catch(() => undefined);
        return rows;
      };
      // The moment is that of the first reading.
      connection.run('begin');
      try {
        return await whileOpen(read, work, options);
      } finally {
        connection.rollback();
      }
    });
  }

  /** Settles when what runs is over. */
  async close(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
    for (const connection of this.#idle) connection.close();
  }

  /** On a connection that nobody else reads from meanwhile. */
  async #aside<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const running = this.#lent(work);
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
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

async function inHelpings(connection: Connection, tenant: string, sql: string, parameters: readonly SqlValue[]): Promise<Rows> {
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
}
