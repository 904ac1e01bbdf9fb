import { AsyncLocalStorage } from 'node:async_hooks';
import type { StoreLoad } from '../store.js';
import { type Acting, lockOf, runAlone, runInTurn, type Statement, type TenantStatement } from './acting.js';
import type { Aside } from './aside.js';
import { kept, runCapped } from './capped.js';
import { Frame } from './frame.js';
import type { Lanes } from './lanes.js';
import type { Pool } from './pool.js';
import type { QueryResult } from './session.js';
import { type Read, runSnapshot } from './snapshot.js';
import { Transaction } from './transaction.js';

/** Where a tenant's statements go: to a transaction of their own, or into the unit of work that is open around them. */
export type RunAsTenant = (statement: TenantStatement) => Promise<QueryResult>;

export interface OwnOptions {
  /** Statements of the same queue are done in the order they came. For what writes. */
  readonly queue?: string;
  /** For upkeep: joins an open unit, but where a timer that was started inside one outlives it, it goes its own way. */
  readonly upkeep?: true;
}

export interface EngineParts {
  readonly pool: Pool;
  readonly lanes: Lanes;
  readonly acting: Acting;
  /** Cancels what runs too long. */
  readonly aside: Aside;
  readonly txSeconds: number;
  readonly log: (event: object) => void;
}

/** `kept` is false where nothing of the unit is left, or nobody knows. */
type UnitEnd = (kept: boolean) => void | Promise<void>;

/** Runs statements on the pool's sessions: what is called inside a unit of work joins it, wherever the call comes from. */
export class Engine {
  readonly #parts: EngineParts;
  readonly #current = new AsyncLocalStorage<Frame>();
  readonly #atEnd = new Map<Frame, UnitEnd[]>();
  readonly #underWay = new Set<Promise<unknown>>();
  #closed = false;

  constructor(parts: EngineParts) {
    this.#parts = parts;
  }

  /** One statement on Gatehouse's own tables. Where it is in no unit it is committed by itself. */
  own(statement: Statement, { queue, upkeep }: OwnOptions = {}): Promise<QueryResult> {
    const frame = this.#current.getStore();
    if (frame !== undefined && !(upkeep === true && frame.root.ended !== undefined)) return frame.run(statement);
    const { text, values, name } = statement;
    const { lanes, pool } = this.#parts;
    return this.#outside(() =>
      queue === undefined
        ? pool.use((session) => session.query(text, values, name))
        : lanes.step(`own:${queue}`, (session) => session.query(text, values, name)),
    );
  }

  /** As `own`, with a commit to itself, after those of the same name in whatever process. Inside a unit of work it is only a part of that. */
  async inTurn(name: string, statement: Statement): Promise<QueryResult> {
    const frame = this.#current.getStore();
    if (frame !== undefined) {
      await frame.run(lockOf(name));
      return frame.run(statement);
    }
    return this.#outside(() => this.#parts.lanes.step(`own:${name}`, (session) => runInTurn(session, name, statement)));
  }

  async asTenant(statement: TenantStatement): Promise<QueryResult> {
    const frame = this.#current.getStore();
    if (frame !== undefined) return frame.run(statement);
    const { lanes, pool, acting } = this.#parts;
    return this.#outside(() =>
      statement.mode === 'write'
        ? lanes.step(laneOf(statement.tenant), (session) => runAlone(session, acting, statement))
        : pool.use((session) => runAlone(session, acting, statement)),
    );
  }

  /** Readings of one moment. A unit of work is its tenant's only writer: inside one it is the unit's. */
  snapshot<T>(tenant: string, work: (read: Read) => Promise<T>): Promise<T> {
    const frame = this.#current.getStore();
    if (frame !== undefined) return work((statement) => frame.run(statement));
    const { pool, acting, txSeconds: seconds, log } = this.#parts;
    return this.#outside(() => pool.use((session) => runSnapshot({ session, acting, tenant, seconds, log }, work)));
  }

  get load(): StoreLoad {
    return this.#parts.pool.load;
  }

  /** Whether a unit of work is open around the caller. */
  get inUnit(): boolean {
    const frame = this.#current.getStore();
    return frame !== undefined && frame.root.ended === undefined;
  }

  /** Calls `listener` when the unit around the caller has ended, either way. Its `tx` settles when that has. */
  onUnitEnd(listener: UnitEnd): void {
    const frame = this.#current.getStore();
    if (frame !== undefined) this.#atEnd.get(frame.root)?.push(listener);
  }

  /** What a unit's own `db` uses: it stays in that unit even where the call has lost its context. */
  runnerOf(frame: Frame): RunAsTenant {
    return (statement) => {
      const current = this.#current.getStore();
      return (current?.root === frame.root ? current : frame).run(statement);
    };
  }

  /** One atomic unit; inside another one, a savepoint of it. */
  tx<T>(tenant: string, work: (frame: Frame) => Promise<T>): Promise<T> {
    const inContext = (frame: Frame): Promise<T> => this.#current.run(frame, async () => work(frame));
    const outer = this.#current.getStore();
    return outer === undefined ? this.#outside(() => this.#unit(tenant, inContext)) : outer.nest(inContext, kept);
  }

  /** Takes nothing more, and settles when all that was taken is done. */
  async close(): Promise<void> {
    this.#closed = true;
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
    await this.#parts.pool.close();
    // Before Node 24 each promise of the process is told to every storage that was ever used, for as long as that is not disabled.
    this.#current.disable();
  }

  async #outside<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) throw new Error('The store is closed');
    const done = work();
    this.#underWay.add(done);
    try {
      return await done;
    } finally {
      this.#underWay.delete(done);
    }
  }

  async #unit<T>(tenant: string, work: (frame: Frame) => Promise<T>): Promise<T> {
    const lent = await this.#parts.lanes.turn(laneOf(tenant));
    const transaction = new Transaction(lent.session, this.#parts.acting, tenant);
    const frame = new Frame(transaction);
    const listeners: UnitEnd[] = [];
    this.#atEnd.set(frame, listeners);
    const told = async (kept: boolean): Promise<void> => {
      lent.release();
      this.#atEnd.delete(frame);
      await Promise.all(listeners.map(async (listener) => listener(kept)));
    };
    let value: T;
    try {
      value = await runCapped({ frame, transaction, work, ...this.#parts });
    } catch (error) {
      await told(false).catch(() => undefined);
      throw error;
    }
    await told(kept(value));
    return value;
  }
}

/** Writes and units of one tenant are done one after another, as the database's lock has it for all processes. */
function laneOf(tenant: string): string {
  return `tenant:${tenant}`;
}
