import { AsyncLocalStorage } from 'node:async_hooks';
import { Refusal, refuse } from '@gatehouse/contract';
import type { StoreLoad } from '../store.js';
import type { Connection } from './connection.js';
import type { SqlValue } from './driver.js';
import { Frame, lateStatement } from './frame.js';
import { LongReadings, type Read } from './long-readings.js';
import { type Job, WriteQueue } from './write-queue.js';

/** Where statements go: to the reader or through the queue, or into the unit of work that is open around them. */
export interface Runner {
  read<T>(job: Job<T>): Promise<T>;
  /** A platform's reading. Inside a unit of work it is over at once; elsewhere a long one gives way to others. */
  rows(tenant: string, sql: string, parameters: readonly SqlValue[]): Promise<Record<string, unknown>[]>;
  write<T>(job: Job<T>): Promise<T>;
}

export interface EngineOptions {
  readonly txSeconds: number;
  readonly log: (event: object) => void;
}

/** Runs jobs on two connections: what is called inside a unit of work joins it, wherever the call comes from. */
export class Engine implements Runner {
  readonly reader: Connection;
  readonly #writer: Connection;
  readonly #queue: WriteQueue;
  readonly #readings: LongReadings;
  readonly #options: EngineOptions;
  readonly #current = new AsyncLocalStorage<Frame>();
  readonly #afterEnd = new Map<Frame, (() => void)[]>();

  constructor(writer: Connection, reader: Connection, connect: () => Connection, options: EngineOptions) {
    this.reader = reader;
    this.#writer = writer;
    this.#queue = new WriteQueue(writer);
    this.#readings = new LongReadings(reader, connect);
    this.#options = options;
  }

  async read<T>(job: Job<T>): Promise<T> {
    const frame = this.#current.getStore();
    return frame === undefined ? job(this.reader) : frame.run(job, 'read');
  }

  rows(tenant: string, sql: string, parameters: readonly SqlValue[]): Promise<Record<string, unknown>[]> {
    const frame = this.#current.getStore();
    return frame === undefined ? this.#readings.read(tenant, sql, parameters) : rowsIn(frame, tenant, sql, parameters);
  }

  /** Readings of one moment. A unit of work is the only writer: inside one it is the unit's. */
  snapshot<T>(work: (read: Read) => Promise<T>): Promise<T> {
    const frame = this.#current.getStore();
    if (frame !== undefined) return work((tenant, sql, parameters) => rowsIn(frame, tenant, sql, parameters));
    const { txSeconds, log } = this.#options;
    return this.#readings.snapshot(work, { seconds: txSeconds, log });
  }

  write<T>(job: Job<T>): Promise<T> {
    const frame = this.#current.getStore();
    return frame === undefined ? this.#queue.write(job) : frame.run(job, 'write');
  }

  /** Runs a job on the writing connection, in a unit that is undone. */
  async tryOut(job: Job<void>): Promise<void> {
    const undone = new Error('Undone as intended');
    const undo: Job<never> = (connection) => {
      job(connection);
      throw undone;
    };
    await this.tx((frame) => frame.run(undo, 'write')).catch((error: unknown) => {
      if (error !== undone) throw error;
    });
  }

  /**
   * For upkeep that belongs to no unit, such as batched marks: joins an open unit, so as not to wait for it, but where a
   * timer that was started inside one outlives it, it goes its own way.
   */
  writeAside<T>(job: Job<T>): Promise<T> {
    const frame = this.#current.getStore();
    return frame === undefined || frame.root.ended !== undefined ? this.#queue.write(job) : frame.run(job, 'write');
  }

  /** One connection writes and one reads, always; those for long readings come and go, and are not counted. */
  get load(): StoreLoad {
    const { waiting, busy } = this.#queue.load;
    return { open: 2, limit: 2, busy: busy ? 1 : 0, waiting };
  }

  /** Whether a unit of work is open around the caller. */
  get inUnit(): boolean {
    const frame = this.#current.getStore();
    return frame !== undefined && frame.root.ended === undefined;
  }

  /** Calls `listener` when the unit around the caller has ended, either way, before its `tx` settles. */
  onUnitEnd(listener: () => void): void {
    const frame = this.#current.getStore();
    if (frame !== undefined) this.#afterEnd.get(frame.root)?.push(listener);
  }

  /** The runner that a unit's own `db` uses: it stays in that unit even where the call has lost its context. */
  runnerOf(frame: Frame): Runner {
    const target = (): Frame => {
      const current = this.#current.getStore();
      return current?.root === frame.root ? current : frame;
    };
    return {
      read: (job) => target().run(job, 'read'),
      rows: (tenant, sql, parameters) => rowsIn(target(), tenant, sql, parameters),
      write: (job) => target().run(job, 'write'),
    };
  }

  /** One atomic unit; inside another one, a savepoint of it. */
  async tx<T>(work: (frame: Frame) => Promise<T>): Promise<T> {
    const inContext = (frame: Frame): Promise<T> => this.#current.run(frame, async () => work(frame));
    const outer = this.#current.getStore();
    if (outer !== undefined) return outer.nest(inContext, kept);
    const release = await this.#queue.acquire();
    const frame = new Frame(this.#writer, undefined);
    this.#afterEnd.set(frame, []);
    try {
      return await this.#capped(frame, inContext);
    } finally {
      release();
      const listeners = this.#afterEnd.get(frame) ?? [];
      this.#afterEnd.delete(frame);
      for (const listener of listeners) listener();
    }
  }

  async #capped<T>(frame: Frame, work: (frame: Frame) => Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const cap = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(this.#timeOut(frame)), this.#options.txSeconds * 1000);
    });
    try {
      const value = await Promise.race([work(frame), cap]);
      frame.end(lateStatement());
      if (kept(value)) this.#writer.run('commit');
      return value;
    } catch (error) {
      frame.end(lateStatement());
      throw error;
    } finally {
      clearTimeout(timer);
      this.#writer.rollback();
    }
  }

  #timeOut(frame: Frame): Refusal {
    const refusal = refuse('timed_out', `This took longer than ${this.#options.txSeconds} s and was undone.`, { retryAfterSeconds: 1 });
    frame.end(refusal);
    this.#options.log({ event: 'store.unit_timed_out', seconds: this.#options.txSeconds });
    return refusal;
  }

  async close(): Promise<void> {
    await this.#queue.close();
    await this.#readings.close();
    this.reader.close();
    this.#writer.close();
    // Before Node 24 each promise of the process is told to every storage that was ever used, for as long as that is not disabled.
    this.#current.disable();
  }
}

function rowsIn(frame: Frame, tenant: string, sql: string, parameters: readonly SqlValue[]): Promise<Record<string, unknown>[]> {
  return frame.run((connection) => connection.query(tenant, sql, parameters).rows, 'read');
}

function kept(value: unknown): boolean {
  return !(value instanceof Refusal);
}
