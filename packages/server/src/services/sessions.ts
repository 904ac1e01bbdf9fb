import { createHmac } from 'node:crypto';
import { type Refusal, brief, refuse } from '@gatehouse/contract';
import type { RandomBytes } from '../domain/key-format.js';
import { sha256 } from '../domain/presented.js';
import type { RefusalReason } from '../domain/principal.js';
import type { SessionRecord } from '../store/sessions.js';
import type { Store } from '../store/store.js';
import { leftBehind } from './left-behind.js';
import { faultOf } from './session-resolver.js';
import { Upkeep } from './upkeep.js';

const TOKEN_MS = 3_600_000;
/** A session ends then, however often it was refreshed. */
const SESSION_MS = 30 * 86_400_000;
/** How long a token that was replaced is taken still: whoever sent it before the answer came is not turned away. */
const OVERLAP_MS = 30_000;
/** How many successors are gone along at most, each at a cost, where a token was refreshed again and again within the overlap. */
const MOST_STEPS = 16;
const USER_AGENT_LENGTH = 200;
const SWEEP_MS = 600_000;
/** What has ended is known for so long, so that the log can say why it is refused. */
const KNOWN_MS = 86_400_000;

export interface SessionsOptions {
  readonly store: Pick<Store, 'sessions' | 'changes'>;
  /** 32 bytes of which nobody else knows: successors derive from it. */
  readonly key: Uint8Array;
  readonly random: RandomBytes;
  readonly newId: () => string;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Takes note of what went wrong beside the calls. */
  readonly failed: (event: string, error: unknown) => void;
  readonly log: (event: object) => void;
}

/** A token as it is handed out: nowhere else is it whole. */
export interface IssuedToken {
  readonly token: string;
  /** Unix milliseconds. */
  readonly expiresAt: number;
}

export interface MintedSession extends IssuedToken {
  readonly session: SessionRecord;
}

export type Refreshed = ({ readonly is: 'ok' } & IssuedToken) | { readonly is: 'refused'; readonly reason: RefusalReason };

/** The life of people's sessions. Every ending settles after the barrier. */
export class SessionService {
  readonly #options: SessionsOptions;
  readonly #upkeep: Upkeep;

  constructor(options: SessionsOptions) {
    this.#options = options;
    this.#upkeep = new Upkeep({ everyMs: SWEEP_MS, sweep: () => this.sweep(), failed: (error) => options.failed('session_upkeep_failed', error) });
  }

  /** A new session of a member of the tenant. Who asks for it has made sure who that is. */
  async mint(of: {
    readonly tenant: string;
    readonly user: string;
    readonly createdBy: string;
    readonly userAgent?: string | undefined;
  }): Promise<MintedSession> {
    const { store, random, newId, now } = this.#options;
    const at = now();
    const token = Buffer.from(random(32)).toString('hex');
    const expiresAt = at + TOKEN_MS;
    const session: SessionRecord = {
      id: newId(),
      tenant: of.tenant,
      user: of.user,
      createdBy: of.createdBy,
      createdAt: at,
      refreshedAt: at,
      expiresAt,
      endsAt: at + SESSION_MS,
      userAgent: of.userAgent === undefined ? null : brief(of.userAgent, USER_AGENT_LENGTH),
    };
    await store.sessions.create(session, { hash: sha256(token), expiresAt });
    return { session, token, expiresAt };
  }

  /**
   * A successor in the place of this token. It derives from the token, so that all who ask with the same one within the overlap get the
   * same. Who asks with one that was replaced longer ago shows that two hold it: the session ends (RFC 9700, section 4.14.2).
   */
  async refresh(token: string): Promise<Refreshed> {
    const { store, now } = this.#options;
    const at = now();
    const grant = await store.sessions.findByHash(sha256(token));
    const reason = faultOf(grant, at);
    if (grant === undefined || reason !== undefined) {
      if (reason === 'rotated' && grant !== undefined) await this.#endReplayed(grant.session, at);
      return { is: 'refused', reason: reason ?? 'unknown' };
    }
    const { id, endsAt } = grant.session;
    // One that is deleted meanwhile is unknown.
    const issued = await this.#succeed(id, token, Math.min(at + TOKEN_MS, endsAt), at).catch(unlessLeftBehind);
    await store.changes.barrier([`session:${id}`]);
    return issued === undefined ? { is: 'refused', reason: 'unknown' } : { is: 'ok', ...issued };
  }

  /** Of this user; undefined where there is none, or it has ended. */
  find(user: string, id: string): Promise<SessionRecord | undefined> {
    return this.#options.store.sessions.find(user, id, this.#options.now());
  }

  /** Newest first, without what has ended. */
  list(user: string): Promise<readonly SessionRecord[]> {
    return this.#options.store.sessions.list(user, this.#options.now());
  }

  /** The user whose session it is. */
  userOf(id: string): Promise<string | undefined> {
    return this.#options.store.sessions.userOf(id);
  }

  /** Unknown, foreign and already ended sessions are alike: not found. */
  async revoke(user: string, id: string): Promise<undefined | Refusal> {
    const { store, now } = this.#options;
    const outcome = await store.sessions.revoke(user, id, now());
    // One that was stored, but not confirmed by every process, is asked for again: it too ends behind the barrier.
    if (outcome === 'unknown' && (await store.sessions.userOf(id)) !== user) return unknownSession();
    await store.changes.barrier([`session:${id}`]);
    return outcome === 'unknown' ? unknownSession() : undefined;
  }

  /** Ends the session that this is a token of, by its SHA-256, where there is one: whoever holds a token may. */
  async endByHash(hash: string): Promise<void> {
    const grant = await this.#options.store.sessions.findByHash(hash);
    if (grant !== undefined) await this.revoke(grant.session.user, grant.session.id);
  }

  /** Ends all that a user has; answers how many there were. */
  async revokeAll(user: string): Promise<number> {
    const { store, now } = this.#options;
    const count = await store.sessions.revokeAll(user, now());
    await store.changes.barrier([`user:${user}`]);
    return count;
  }

  /** Forgets what ended more than a day ago. */
  async sweep(): Promise<void> {
    const { store, now } = this.#options;
    while (await store.sessions.forget(now() - KNOWN_MS));
  }

  /** Settles when nothing is under way beside the calls any more. */
  close(): Promise<void> {
    return this.#upkeep.close();
  }

  /** The successor, or where that was refreshed meanwhile, its own and so on: nobody is given a token that is about to end, unless in a great hurry. */
  async #succeed(session: string, token: string, expiresAt: number, at: number): Promise<IssuedToken | undefined> {
    const { store, key } = this.#options;
    for (let old = token, steps = 1; ; steps += 1) {
      const next = createHmac('sha256', key).update(old).digest('hex');
      const issued = await store.sessions.replace(session, sha256(old), { hash: sha256(next), expiresAt }, at, at + OVERLAP_MS);
      if (issued === undefined) return undefined;
      if (!issued.replaced || steps === MOST_STEPS) return { token: next, expiresAt: issued.expiresAt };
      old = next;
    }
  }

  async #endReplayed({ user, id }: { readonly user: string; readonly id: string }, at: number): Promise<void> {
    const { store, log } = this.#options;
    await store.sessions.revoke(user, id, at);
    await store.changes.barrier([`session:${id}`]);
    log({ event: 'session_replayed', session: id, user });
  }
}

function unlessLeftBehind(error: unknown): undefined {
  if (leftBehind(error) === undefined) throw error;
}

function unknownSession(): Refusal {
  return refuse('not_found', 'There is no such session, or it has ended.');
}
