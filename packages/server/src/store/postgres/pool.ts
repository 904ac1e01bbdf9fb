import type { StoreLoad } from '../store.js';
import { UnavailableError } from '../../domain/unavailable-error.js';
import type { Session } from './session.js';

export interface PoolOptions {
  /** Opens one more. It must call `onEnd` when nothing more can be asked over it. */
  readonly open: (onEnd: () => void) => Promise<Session>;
  readonly connections: number;
  /** How long a session is waited for. */
  readonly waitSeconds: number;
}

interface Waiting {
  readonly resolve: (session: Session) => void;
  readonly reject: (error: unknown) => void;
  readonly timer: NodeJS.Timeout;
}

/** At most so many sessions, opened when they are needed, each lent to one at a time; who waits is served in order. */
export class Pool {
  readonly #options: PoolOptions;
  readonly #idle: Session[] = [];
  readonly #waiting = new Set<Waiting>();
  /** Sessions that are lent, idle or being opened. */
  #open = 0;
  #opening = 0;
  #closed = false;
  #whenEmpty: (() => void)[] = [];

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** @throws {UnavailableError} where none can be opened, or none is given back in time */
  acquire(): Promise<Session> {
    if (this.#closed) return Promise.reject(new Error('The store is closed'));
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { resolve, reject, timer: setTimeout(() => this.#tooLong(waiting), this.#options.waitSeconds * 1000) };
      this.#waiting.add(waiting);
      this.#serve();
    });
  }

  /** Whoever gives one back has no transaction open on it. */
  release(session: Session): void {
    if (session.alive && !this.#closed) {
      this.#idle.push(session);
      this.#serve();
      return;
    }
    if (session.alive) void session.close();
    this.#gone();
  }

  async use<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const session = await this.acquire();
    try {
      return await work(session);
    } finally {
      this.release(session);
    }
  }

  get load(): StoreLoad {
    const idle = this.#idle.length;
    return { open: this.#open, limit: this.#options.connections, busy: this.#open - idle, waiting: this.#waiting.size };
  }

  /** Waits for what is lent. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const waiting of this.#waiting) this.#settle(waiting).reject(new Error('The store is closed'));
    await Promise.all(
      this.#idle.splice(0).map(async (session) => {
        await session.close();
        this.#gone();
      }),
    );
    if (this.#open > 0) await new Promise<void>((resolve) => this.#whenEmpty.push(resolve));
  }

  #serve(): void {
    for (const waiting of this.#waiting) {
      const session = this.#idle.pop();
      if (session === undefined) break;
      this.#settle(waiting).resolve(session);
    }
    while (this.#opening < this.#waiting.size && this.#open < this.#options.connections) this.#openOne();
  }

  #openOne(): void {
    this.#open += 1;
    this.#opening += 1;
    const opened: { session?: Session } = {};
    const onEnd = (): void => this.#ended(opened.session);
    this.#options.open(onEnd).then(
      (session) => {
        opened.session = session;
        this.#opening -= 1;
        this.release(session);
      },
      (error: unknown) => {
        this.#opening -= 1;
        for (const waiting of this.#waiting) {
          this.#settle(waiting).reject(error);
          break;
        }
        this.#gone();
      },
    );
  }

  /** One that ends while it is lent is counted until it is given back. */
  #ended(session: Session | undefined): void {
    const index = session === undefined ? -1 : this.#idle.indexOf(session);
    if (index < 0) return;
    this.#idle.splice(index, 1);
    this.#gone();
  }

  #gone(): void {
    this.#open -= 1;
    if (this.#closed && this.#open === 0) for (const settle of this.#whenEmpty.splice(0)) settle();
    if (!this.#closed) this.#serve();
  }

  #tooLong(waiting: Waiting): void {
    const text = `All ${this.#options.connections} connections to the database are busy`;
    this.#settle(waiting).reject(new UnavailableError(text, { inDoubt: false }));
  }

  #settle(waiting: Waiting): Waiting {
    clearTimeout(waiting.timer);
    this.#waiting.delete(waiting);
    return waiting;
  }
}
