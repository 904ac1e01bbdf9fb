import type { Instant } from '../fleet/lease.js';
import { type Effect, type Member, beatMessage } from '../fleet/member.js';
import { CHANNEL } from '../fleet/messages.js';
import { SIGNAL_CHANNEL } from '../fleet/signal-messages.js';
import type { Row } from '../fleet/watch.js';
import { UnavailableError } from '../../domain/unavailable-error.js';
import { type QueryResult, Session } from './session.js';

export interface FleetSessionsOptions {
  readonly url: string;
  readonly log: (event: object) => void;
  readonly now: () => Instant;
  /** Runs what tells the member something, and sees to what follows from it. */
  readonly turn: (run: (member: Member) => void) => void;
  /** Hears what processes signal to each other. */
  readonly signal: (message: string) => void;
}

const STATEMENT_SECONDS = 2;
const CONNECT_SECONDS = 3;
const FIRST_PATIENCE_MS = 50;
const MOST_PATIENCE_MS = 1_000;
/** Listening again within this time counts as failing again. */
const LASTING_MS = 10_000;
const GOODBYE_MS = 500;

/** Beats need not reach the disk: after a crash every process begins anew. Without the row there are no rows. */
const BEAT = `with moved as (update gatehouse_processes set beat = $2 where id = $1 returning 1),
  told as materialized (select pg_notify('${CHANNEL}', $3), set_config('synchronous_commit', 'off', true) from moved)
select id, beat from told cross join gatehouse_processes`;
const ASK = `with told as materialized (select count(pg_notify('${CHANNEL}', message)) from unnest($1::text[]) as message)
select id, beat from told left join gatehouse_processes on true`;
const TELL = `select pg_notify('${CHANNEL}', message) from unnest($1::text[]) as message`;
const SIGNAL = `select pg_notify('${SIGNAL_CHANNEL}', message) from unnest($1::text[]) as message`;
const REGISTER = `with former as (delete from gatehouse_processes where id = any($2::text[])) insert into gatehouse_processes (id, beat) values ($1, 0)`;
const BURY = 'delete from gatehouse_processes where id = $1 and beat = $2';
const LEAVE = 'delete from gatehouse_processes where id = any($1::text[])';

/**
 * The two sessions of a process in the fleet: one that listens, and one for statements. Two, so that hearing one's own beat shows
 * that what others notify is heard too. Each is opened again when it has ended.
 */
export class FleetSessions {
  readonly #options: FleetSessionsOptions;
  readonly #timers = new Set<NodeJS.Timeout>();
  #statements: Session | undefined;
  #wanted = false;
  #whenOpen: (() => void)[] = [];
  #listener: { session?: Session } | undefined;
  #listenedAt = Number.NEGATIVE_INFINITY;
  #restarts = 0;
  #closed = false;

  constructor(options: FleetSessionsOptions) {
    this.#options = options;
  }

  /** Opens the session for statements, where that has not been asked for. */
  open(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    void this.#openStatements(0);
  }

  /** Ends the session that listens, and opens another: with patience where that was only just done. */
  listen(): void {
    this.open();
    const former = this.#listener;
    const listener = {};
    this.#listener = listener;
    former?.session?.destroy();
    const { mono } = this.#options.now();
    this.#restarts = mono - this.#listenedAt > LASTING_MS ? 0 : this.#restarts + 1;
    this.#listenedAt = mono;
    if (this.#restarts === 0) void this.#openListener(listener, 0);
    else this.#later(this.#restarts, () => this.#openListener(listener, 0));
  }

  /** Statements go to the session that is open now, in order, or fail. */
  carryOut(effect: Effect): Promise<void> {
    return this.#statementOf(effect).catch((error: unknown) => {
      if (this.#closed) return;
      if (this.#statements?.alive === true) this.#options.log({ event: 'store.fleet_statement_failed', statement: effect.do, error });
      this.#options.turn((member) => member.failed(effect, this.#options.now()));
    });
  }

  /** Signals to every process, in order. Waits for the session where it is only being opened. */
  async signal(messages: readonly string[]): Promise<void> {
    if (this.#closed) throw new UnavailableError('The store is closed');
    this.open();
    if (this.#statements === undefined) await new Promise<void>((resolve) => this.#whenOpen.push(resolve));
    await this.#query(SIGNAL, [messages], 'gatehouse_signal');
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    const listener = this.#listener?.session;
    this.#listener = undefined;
    for (const go of this.#whenOpen.splice(0)) go();
    await Promise.all([goodbye(listener), goodbye(this.#statements)]);
  }

  async #statementOf(effect: Effect): Promise<void> {
    const { turn, now } = this.#options;
    switch (effect.do) {
      case 'sound':
        await this.#query(TELL, [[beatMessage(effect.id, 0)]], 'gatehouse_tell');
        return;
      case 'ack':
        await this.#query(TELL, [effect.messages], 'gatehouse_tell');
        return;
      case 'register':
        await this.#query(REGISTER, [effect.id, effect.former], 'gatehouse_register');
        turn((member) => member.registered(effect.id));
        return;
      case 'beat': {
        const rows = rowsOf(await this.#query(BEAT, [effect.id, effect.beat, beatMessage(effect.id, effect.beat)], 'gatehouse_beat'));
        turn((member) => member.beaten(effect.id, effect.beat, rows.length === 0 ? undefined : rows, now()));
        return;
      }
      case 'ask': {
        const rows = rowsOf(await this.#query(ASK, [effect.messages], 'gatehouse_ask'));
        turn((member) => member.asked(rows, now()));
        return;
      }
      case 'bury': {
        const { rowCount } = await this.#query(BURY, [effect.id, effect.beat], 'gatehouse_bury');
        turn((member) => member.buried(effect.id, rowCount === 1));
        return;
      }
      case 'leave':
        await this.#query(LEAVE, [effect.ids], 'gatehouse_leave');
    }
  }

  async #query(text: string, values: readonly unknown[], name: string): Promise<QueryResult> {
    if (this.#statements === undefined) throw new Error('There is no session for statements');
    return this.#statements.query(text, values, name);
  }

  async #openStatements(failures: number): Promise<void> {
    const { url, turn, now } = this.#options;
    try {
      const session = await Session.open({ ...limits(url), applicationName: 'gatehouse fleet', onEnd: () => this.#statementsEnded() });
      if (this.#closed) return await session.close();
      this.#statements = session;
      for (const go of this.#whenOpen.splice(0)) go();
      turn((member) => member.sessionOpened(now()));
    } catch (error) {
      this.#failed(error, failures);
      this.#later(failures, () => this.#openStatements(failures + 1));
    }
  }

  #statementsEnded(): void {
    this.#statements = undefined;
    if (this.#closed) return;
    this.#options.turn((member) => member.sessionEnded());
    this.#later(0, () => this.#openStatements(1));
  }

  async #openListener(listener: { session?: Session }, failures: number): Promise<void> {
    if (this.#closed || this.#listener !== listener) return;
    const { url, turn, now, signal } = this.#options;
    const isCurrent = (): boolean => this.#listener === listener;
    try {
      const session = await Session.open({
        ...limits(url),
        applicationName: 'gatehouse listen',
        onNotify: (channel, payload) => {
          if (!isCurrent()) return;
          if (channel === SIGNAL_CHANNEL) signal(payload);
          else turn((member) => member.heard(payload, now()));
        },
        onEnd: () => {
          if (isCurrent() && listener.session !== undefined) turn((member) => member.deaf());
        },
      });
      if (this.#closed || !isCurrent()) return session.destroy();
      await session.query(`listen ${CHANNEL}`);
      await session.query(`listen ${SIGNAL_CHANNEL}`);
      // What is to be told next needs it.
      if (this.#statements === undefined) await new Promise<void>((resolve) => this.#whenOpen.push(resolve));
      if (!isCurrent()) return session.destroy();
      if (!session.alive) throw new Error('The session that listens has ended at once');
      listener.session = session;
      turn((member) => member.listening(now()));
    } catch (error) {
      if (!isCurrent()) return;
      this.#failed(error, failures);
      this.#later(failures, () => this.#openListener(listener, failures + 1));
    }
  }

  #failed(error: unknown, failures: number): void {
    if (failures === 0 && !this.#closed) this.#options.log({ event: 'store.fleet_unreachable', error });
  }

  #later(failures: number, run: () => Promise<void>): void {
    if (this.#closed) return;
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        void run();
      },
      Math.min(MOST_PATIENCE_MS, FIRST_PATIENCE_MS * 2 ** failures),
    ).unref();
    this.#timers.add(timer);
  }
}

function limits(url: string): { url: string; connectTimeoutSeconds: number; statementTimeoutSeconds: number } {
  return { url, connectTimeoutSeconds: CONNECT_SECONDS, statementTimeoutSeconds: STATEMENT_SECONDS };
}

/** In order, unless nobody is at the other end any more. */
async function goodbye(session: Session | undefined): Promise<void> {
  const late = setTimeout(() => session?.destroy(), GOODBYE_MS);
  await session?.close();
  clearTimeout(late);
}

/** Where there is no process at all, the question is answered with one empty row. */
function rowsOf({ rows }: QueryResult): Row[] {
  return rows.flatMap(({ id, beat }) => (typeof id === 'string' && typeof beat === 'number' ? [{ id, beat }] : []));
}
