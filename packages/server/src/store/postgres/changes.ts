import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { Tag } from '../../domain/principal.js';
import { ChangeListeners } from '../change-listeners.js';
import type { ChangeListener, Changes } from '../changes.js';
import type { Instant } from '../fleet/lease.js';
import { type Effect, Member } from '../fleet/member.js';
import type { Tags } from '../fleet/messages.js';
import { type FleetSettings, fleetSettings } from '../fleet/settings.js';
import { UnavailableError } from '../../domain/unavailable-error.js';
import { FleetSessions } from './fleet-sessions.js';

/** What is needed of the engine: what is told inside a unit of work is told to others when it has been kept. */
export interface Units {
  /** Whether a unit of work is open around the caller. */
  readonly inUnit: boolean;
  /**
   * Calls `listener` when the unit around the caller has ended and given back what it held; its `tx` waits for it, and rejects
   * where it does. `kept` is false where nothing of the unit is left, or nobody knows.
   */
  onUnitEnd(listener: (kept?: boolean) => void | Promise<void>): void;
}

export interface PostgresChangesOptions {
  /** As the serving role. */
  readonly url: string;
  readonly units: Units;
  /** Whether this process has caches to trust. One that has not is never waited for. */
  readonly serves: boolean;
  /** The clock of `current`, Unix milliseconds: it tells of a machine that slept. Without it that goes unnoticed. */
  readonly wall: (() => number) | undefined;
  readonly log: (event: object) => void;
  /** Hears what processes signal to each other, over the same session. */
  readonly heard?: (message: string) => void;
  readonly settings?: FleetSettings;
}

interface Waiting {
  resolve(): void;
  reject(error: Error): void;
}

const JOIN_MS = 2_000;
const LEAVE_MS = 1_000;

/** Changes where several processes serve from one database: docs/decisions/0012-the-fleet-protocol.md. */
export class PostgresChanges implements Changes {
  readonly #options: PostgresChangesOptions;
  readonly #member: Member;
  readonly #sessions: FleetSessions;
  readonly #listeners = new ChangeListeners();
  readonly #waiting = new Map<number, Waiting>();
  readonly #statements = new Set<Promise<void>>();
  #count = 0;
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  #flushing = false;
  #trusted: (() => void)[] = [];
  /** When this process last fell out of the fleet; undefined while it takes part, and before it first did. */
  #outSince: number | undefined;
  #takesPart = false;
  #closed = false;

  constructor(options: PostgresChangesOptions) {
    const { url, serves, log, heard = () => {}, settings = fleetSettings } = options;
    this.#options = options;
    this.#member = new Member({ settings, serves, newId: () => randomBytes(9).toString('base64url'), out: (effect) => this.#carryOut(effect) });
    this.#sessions = new FleetSessions({
      url,
      log,
      now: () => this.#now(),
      turn: (run) => this.#turn(run),
      signal: (message) => this.#signalled(message, heard),
    });
  }

  /** Takes part. Settles when this process trusts its caches, or after 2 seconds without: it goes on trying, and reads through meanwhile. */
  async join(): Promise<void> {
    if (!this.#options.serves || this.#closed) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, JOIN_MS);
      this.#trusted.push(() => {
        clearTimeout(timer);
        resolve();
      });
      this.#turn((member) => member.join());
    });
  }

  /** Stops trusting, and takes this process out, so that nobody waits for it. Barriers that are still open are not answered for. */
  async leave(): Promise<void> {
    if (this.#closed) return;
    this.#takesPart = false;
    this.#turn((member) => member.leave());
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const settle of this.#trusted.splice(0)) settle();
    for (const { reject } of this.#waiting.values()) reject(new UnavailableError('The store was closed before every process had heard of the change'));
    this.#waiting.clear();
    let late: NodeJS.Timeout | undefined;
    await Promise.race([
      Promise.all(this.#statements),
      new Promise((resolve) => {
        late = setTimeout(resolve, LEAVE_MS);
      }),
    ]);
    clearTimeout(late);
    await this.#sessions.close();
  }

  current(now: number): boolean {
    return this.#member.current({ mono: performance.now(), wall: this.#options.wall === undefined ? 0 : now });
  }

  epoch(): number {
    return this.#listeners.epoch(this.#options.units.inUnit);
  }

  async barrier(tags: readonly Tag[]): Promise<void> {
    const { units } = this.#options;
    // Told now, for the rest of the unit, and again at its end, because what was looked up elsewhere in between saw the state before.
    if (units.inUnit) units.onUnitEnd((kept) => this.#afterUnit(tags, kept));
    this.#listeners.tell(tags);
    if (!units.inUnit) await this.#round(tags);
  }

  onChange(listener: ChangeListener): void {
    this.#listeners.add(listener);
  }

  /** Signals to every process of the fleet, in order, over the session that tells them of changes. */
  signal(messages: readonly string[]): Promise<void> {
    return this.#sessions.signal(messages);
  }

  #signalled(message: string, heard: (message: string) => void): void {
    try {
      heard(message);
    } catch (error) {
      this.#options.log({ event: 'store.signal_failed', error });
    }
  }

  async #afterUnit(tags: readonly Tag[], kept = true): Promise<void> {
    this.#listeners.tell(tags);
    if (kept) await this.#round(tags);
  }

  #round(tags: Tags): Promise<void> {
    if (this.#closed) return Promise.reject(new UnavailableError('The store is closed'));
    return new Promise((resolve, reject) => {
      this.#count += 1;
      const barrier = this.#count;
      this.#waiting.set(barrier, { resolve, reject });
      this.#sessions.open();
      this.#turn((member) => member.barrier(barrier, tags, this.#now()));
    });
  }

  #now(): Instant {
    return { mono: performance.now(), wall: this.#options.wall?.() ?? 0 };
  }

  /** Tells the member something, then sees to its next moment and to the answers that it has for others. */
  #turn(run: (member: Member) => void): void {
    if (this.#closed) return;
    try {
      run(this.#member);
    } catch (error) {
      this.#options.log({ event: 'store.fleet_broken', error });
    }
    this.#noteWhetherPart();
    if (this.#trusted.length > 0 && this.#member.current(this.#now())) for (const settle of this.#trusted.splice(0)) settle();
    if (this.#member.hasAnswers && !this.#flushing) this.#flushSoon();
    this.#setTimer();
  }

  /** For the operator: meanwhile every credential is looked up. */
  #noteWhetherPart(): void {
    const takesPart = this.#member.trustedFrom !== undefined;
    if (takesPart === this.#takesPart) return;
    this.#takesPart = takesPart;
    const { log } = this.#options;
    if (!takesPart) {
      this.#outSince = performance.now();
      log({ event: 'store.fleet_left' });
    } else if (this.#outSince !== undefined) log({ event: 'store.fleet_joined', milliseconds: Math.round(performance.now() - this.#outSince) });
  }

  /** When all that came in this turn of the event loop has been heard. */
  #flushSoon(): void {
    this.#flushing = true;
    setImmediate(() => {
      this.#flushing = false;
      this.#turn((member) => member.flush());
    });
  }

  #setTimer(): void {
    const { dueAt } = this.#member;
    if (dueAt === this.#timerAt) return;
    clearTimeout(this.#timer);
    this.#timerAt = dueAt;
    if (dueAt === Number.POSITIVE_INFINITY) return;
    this.#timer = setTimeout(
      () => {
        this.#timerAt = Number.POSITIVE_INFINITY;
        this.#turn((member) => member.tick(this.#now()));
      },
      Math.max(0, Math.ceil(dueAt - performance.now())),
    ).unref();
  }

  #carryOut(effect: Effect): void {
    switch (effect.do) {
      case 'listen':
        this.#sessions.listen();
        break;
      case 'drop':
        this.#listeners.tell(effect.tags);
        break;
      case 'settle':
      case 'give up':
        this.#answer(effect.barrier, effect.do === 'settle');
        break;
      default: {
        const done = this.#sessions.carryOut(effect).finally(() => this.#statements.delete(done));
        this.#statements.add(done);
      }
    }
  }

  #answer(barrier: number, settled: boolean): void {
    const waiting = this.#waiting.get(barrier);
    this.#waiting.delete(barrier);
    if (settled) waiting?.resolve();
    else waiting?.reject(new UnavailableError('The change is stored, but it is not sure that every process has heard of it'));
  }
}
