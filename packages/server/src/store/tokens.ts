import type { KeyRecord } from '../domain/records.js';
import type { GrantRecord } from './grants.js';

/** An access token, without its value. Times are Unix milliseconds. */
export interface AccessTokenRecord {
  /** SHA-256 of the token, lower-case hex. */
  readonly hash: string;
  /** Not secret: what logs and audit call it. */
  readonly id: string;
  readonly tenant: string;
  readonly client: string;
  /** What it acts under: a person's grant, or an API key that was traded for it (client credentials). One of them. */
  readonly grant: string | null;
  readonly key: string | null;
  /** Within those of the grant or the key. */
  readonly scopes: readonly string[];
  /** The resource that it is for (RFC 8707). */
  readonly audience: string;
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** A token with all that bounds it, as that is now: looked up by one indexed statement, like a key. */
export interface TokenGrant {
  readonly token: AccessTokenRecord;
  readonly grant: Pick<GrantRecord, 'id' | 'user' | 'client' | 'clientName' | 'clientHost' | 'scopes' | 'lastUsedAt' | 'revokedAt'> | null;
  readonly key: Pick<KeyRecord, 'id' | 'user' | 'scopes' | 'expiresAt' | 'disabledAt' | 'revokedAt'> | null;
  readonly revokedAt: number | null;
  /** Of the grant's or the key's user in the tenant; null: no member (any more). */
  readonly role: string | null;
  readonly plan: string | null;
}

export interface RefreshTokenRecord {
  readonly hash: string;
  readonly grant: string;
  readonly client: string;
  readonly scopes: readonly string[];
  readonly audience: string;
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** A refresh token as it stands. */
export interface RefreshState {
  readonly token: RefreshTokenRecord;
  readonly grant: Pick<GrantRecord, 'id' | 'tenant' | 'user' | 'client' | 'scopes' | 'revokedAt'>;
  /** null: its user is no member of the tenant (any more). */
  readonly role: string | null;
  /** SHA-256 of what replaced it, and until when it is answered with that all the same. */
  readonly replacedBy: string | null;
  readonly goodUntil: number;
}

/** Access and refresh tokens. Each verb may be repeated, and a repeat finishes what was cut off before. */
export interface TokenStore {
  findByHash(hash: string): Promise<TokenGrant | undefined>;
  /** @throws {ConstraintError} where its grant or key is there no more */
  createAccess(token: AccessTokenRecord): Promise<void>;
  /**
   * One token, of whichever kind. A refresh token ends its grant as well. `unknown`: there is none of this client's. The answer says what
   * cached principals depended on: the grant or the key. `token` is the token's id; a refresh token has none but its grant's.
   */
  revoke(hash: string, client: string, at: number): Promise<{ readonly grant: string | null; readonly key: string | null; readonly token: string } | 'unknown'>;
  createRefresh(token: RefreshTokenRecord): Promise<void>;
  findRefresh(hash: string): Promise<RefreshState | undefined>;
  /**
   * Puts the successor in the place of a token, which is answered with it until `oldUntil` still. Compare and swap: of several at once,
   * with the one successor that derives from the token, all are answered `replaced`; `ended`: the grant has been revoked, or another successor came first.
   */
  replaceRefresh(old: string, next: RefreshTokenRecord, oldUntil: number): Promise<'replaced' | 'ended'>;
  /** Forgets what expired before, at most some hundreds at once. Answers whether there may be more. */
  forget(before: number): Promise<boolean>;
}
