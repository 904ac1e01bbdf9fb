/** A person's sign-in here. Times are Unix milliseconds. No token of it is anywhere. */
export interface SessionRecord {
  readonly id: string;
  /** The space that it acts in. */
  readonly tenant: string;
  readonly user: string;
  /** What it came of: `cli`, or how the person signed in. */
  readonly createdBy: string;
  readonly createdAt: number;
  readonly refreshedAt: number;
  /** When its newest token expires, and with it the session, unless it is refreshed before. */
  readonly expiresAt: number;
  /** When it ends, however often it is refreshed. */
  readonly endsAt: number;
  readonly userAgent: string | null;
}

/** A token by its hash, with its session and what bounds it: the user's role and the tenant's plan, as they are now. */
export interface SessionGrant {
  readonly session: Pick<SessionRecord, 'id' | 'tenant' | 'user' | 'endsAt'>;
  /** When it is not taken any more: when it expires, or shortly after it was replaced. */
  readonly goodUntil: number;
  readonly expiresAt: number;
  readonly replaced: boolean;
  readonly revokedAt: number | null;
  /** null: the user is no member of the tenant (any more). */
  readonly role: string | null;
  readonly plan: string | null;
}

export interface NewToken {
  /** SHA-256, lower-case hex. */
  readonly hash: string;
  readonly expiresAt: number;
}

export type IssuedSuccessor = Pick<SessionGrant, 'expiresAt' | 'replaced'>;

/** Sessions and their tokens. Each verb may be repeated, and a repeat finishes what was cut off before. */
export interface SessionStore {
  /** One indexed statement; committed state only, also inside a unit of work. */
  findByHash(hash: string): Promise<SessionGrant | undefined>;
  create(session: SessionRecord, token: NewToken): Promise<void>;
  /**
   * Puts a successor in the place of a token, which is taken until `oldUntil` still. Of several at once, with one successor, all are
   * answered the same: when that expires, and whether it has a successor itself by now. undefined: it is another session's.
   */
  replace(session: string, old: string, next: NewToken, at: number, oldUntil: number): Promise<IssuedSuccessor | undefined>;
  /** Of this user; undefined where there is none, or it has ended by `now`. */
  find(user: string, id: string, now: number): Promise<SessionRecord | undefined>;
  /** A user's, newest first, without what has ended by `now`. */
  list(user: string, now: number): Promise<readonly SessionRecord[]>;
  /** For the operator: the user whose it is. */
  userOf(id: string): Promise<string | undefined>;
  /** `unknown`: there is none of this user's, or it has been revoked before. */
  revoke(user: string, id: string, at: number): Promise<'revoked' | 'unknown'>;
  /** Answers how many there were. */
  revokeAll(user: string, at: number): Promise<number>;
  /** It acts in another tenant of the user's from now on. `unknown`: the session has ended, or the user is no member there. */
  switchTo(user: string, id: string, tenant: string): Promise<'switched' | 'unknown'>;
  /** Forgets tokens that expired before, and sessions of which no token is left; at most some hundreds at once. Answers whether there may be more. */
  forget(before: number): Promise<boolean>;
}
