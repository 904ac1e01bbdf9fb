import { setImmediate as turn } from 'node:timers/promises';
import { type WhileOpenOptions, whileOpen } from '../sql/while-open.js';
import type { Connection } from './connection.js';
import type { SqlValue } from './driver.js';
import { LentConnections } from './lent-connections.js';

/** Readings of at most so many rows are over at once; a longer one gives way to others after each so many. */
const HELPING = 256;
/** Long readings at a time; others wait. */
const LONG_AT_ONCE = 4;
/** Snapshots at a time, which are mostly short: they do not wait for long readings. */
const SNAPSHOTS_AT_ONCE = 8;

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
  readonly #long: LentConnections;
  readonly #snapshots: LentConnections;

  /** `connect` makes a reading connection that is proved to keep tenants apart. */
  constructor(reader: Connection, connect: () => Connection) {
    this.#reader = reader;
    this.#long = new LentConnections(connect, LONG_AT_ONCE);
    this.#snapshots = new LentConnections(connect, SNAPSHOTS_AT_ONCE);
  }

  async read(tenant: string, sql: string, parameters: readonly SqlValue[]): Promise<Rows> {
    const few = this.#reader.few(tenant, sql, parameters, HELPING);
    if (few !== undefined) return few;
    return this.#long.use((connection) => inHelpings(connection, tenant, sql, parameters));
  }

  /** Does `work` with readings of one moment, one after another on a connection of their own. */
  snapshot<T>(work: (read: Read) => Promise<T>, options: WhileOpenOptions): Promise<T> {
    return this.#snapshots.use(async (connection) => {
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
    await Promise.all([this.#long.close(), this.#snapshots.close()]);
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
