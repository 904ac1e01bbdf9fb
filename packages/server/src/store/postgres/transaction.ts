import { type Acting, allOf, type Statement, type TenantStatement } from './acting.js';
import { undone } from './pg-error.js';
import type { QueryResult, Session } from './session.js';

/** What the database was told last, which a savepoint brings back. */
interface Told {
  /** null: Gatehouse itself. */
  readonly tenant: string | null;
  /** The tenants for which it is the only writer. */
  readonly writes: ReadonlySet<string>;
}

const ONE = 'gatehouse_statement';

/** The transaction of a unit of work. Each statement stands in a savepoint, so that one that fails undoes itself only. */
export class Transaction {
  readonly #session: Session;
  readonly #acting: Acting;
  readonly #begun: Promise<QueryResult>;
  readonly #marks = new Map<string, Told>();
  #told: Told;
  #last: Promise<unknown> = Promise.resolve();
  #unsettled = 0;

  /** Begins at once, without waiting for the answer. */
  constructor(session: Session, acting: Acting, tenant: string) {
    this.#session = session;
    this.#acting = acting;
    this.#told = { tenant, writes: new Set([tenant]) };
    const begin = session.query('begin');
    const writer = acting.asOnlyWriter(session, tenant);
    this.#begun = allOf([begin, writer]).then(() => writer);
    this.#begun.catch(() => undefined);
  }

  /** Settles when the transaction is its tenant's only writer, with the number of the database's process that serves it. */
  async begun(): Promise<number> {
    return Number((await this.#begun.catch(rethrowUndone)).rows[0]?.process);
  }

  /** Whether something is still to be answered. */
  get busy(): boolean {
    return this.#unsettled > 0;
  }

  /** Runs `work` when all that came before it is done: a statement's failure is known before the next is sent. */
  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    this.#unsettled += 1;
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    try {
      return await done;
    } catch (error) {
      // Until it is committed nothing of it is kept, whatever happened to the connection.
      throw undone(error);
    } finally {
      this.#unsettled -= 1;
    }
  }

  async run(statement: Statement | TenantStatement): Promise<QueryResult> {
    const before = this.#told;
    const session = this.#session;
    const raw = 'mode' in statement && statement.mode === 'raw';
    const steps = [session.query(`savepoint ${ONE}`), ...this.#become(statement)];
    if (raw) steps.push(session.query('set transaction read only'));
    const answer = session.query(statement.text, statement.values, statement.name);
    // Gone back to, because a transaction that reads only is not let write again.
    steps.push(answer, session.query(raw ? `rollback to ${ONE}; release ${ONE}` : `release ${ONE}`));
    if (raw) this.#told = before;
    try {
      await allOf(steps);
      return await answer;
    } catch (error) {
      this.#told = before;
      await this.#begun;
      if (!raw && session.alive) await session.query(`rollback to ${ONE}; release ${ONE}`);
      throw error;
    }
  }

  async savepoint(name: string): Promise<void> {
    this.#marks.set(name, this.#told);
    await this.#session.query(`savepoint ${name}`);
  }

  async release(name: string): Promise<void> {
    await this.#session.query(`release ${name}`);
  }

  async undo(name: string): Promise<void> {
    this.#told = this.#marks.get(name) ?? this.#told;
    await this.#session.query(`rollback to ${name}; release ${name}`);
  }

  async commit(): Promise<void> {
    const answer = this.#session.query('commit');
    await allOf([this.#begun, answer]);
    const { command } = await answer;
    if (command !== 'COMMIT') throw new Error('The database ended this transaction: nothing of it was kept');
  }

  async rollback(): Promise<void> {
    if (this.#session.alive) await this.#session.query('rollback').catch(() => this.#session.destroy());
  }

  destroy(): void {
    this.#session.destroy();
  }

  #become(statement: Statement | TenantStatement): Promise<QueryResult>[] {
    const { tenant, writes } = this.#told;
    if (!('tenant' in statement)) {
      const leave = tenant === null ? undefined : this.#acting.asGatehouse(this.#session);
      this.#told = { tenant: null, writes };
      return leave === undefined ? [] : [leave];
    }
    const locks = statement.mode === 'write' && !writes.has(statement.tenant);
    if (!locks && tenant === statement.tenant) return [];
    this.#told = { tenant: statement.tenant, writes: locks ? new Set([...writes, statement.tenant]) : writes };
    return [locks ? this.#acting.asOnlyWriter(this.#session, statement.tenant) : this.#acting.asTenant(this.#session, statement.tenant)];
  }
}

function rethrowUndone(error: unknown): never {
  throw undone(error);
}
