import type { CredentialKind, Operation } from '@gatehouse/contract';

/** What a change is about, and what a cached principal depends on. */
export type Tag = `${'key' | 'grant' | 'session' | 'user' | 'role' | 'tenant' | 'plan' | 'client'}:${string}`;

export interface Credential {
  readonly kind: CredentialKind;
  /** The key's id, the session's id, the OAuth token's id, or the subject of an identity provider's token. Never the secret. */
  readonly id: string;
  /** What a person allowed the program that an OAuth token was given to. */
  readonly grant?: string;
  /** The API key that an OAuth token was traded for (RFC 6749, section 4.4). */
  readonly key?: string;
  /** Unix milliseconds; at this moment it has expired. */
  readonly expiresAt?: number;
  /** The one surface that it is good on. Absent: all. */
  readonly surface?: 'mcp';
}

/** What the caller may do: credential ∩ role ∩ plan, expanded to operations. Empty means nothing. */
export interface Rights {
  has(op: Operation): boolean;
  /** Whether it may not, but would if the person behind it allowed it more: within that person's role and the plan. */
  grantable(op: Operation): boolean;
  /** Whether a person allowed this to a program, and may allow it more. */
  readonly consented: boolean;
  /**
   * What to ask that person for where these scopes are missing: them, and all that is held, so that nothing is lost by it. undefined: no
   * consent would help (MCP, Authorization, Scope Challenge Handling).
   */
  stepUp(missing: readonly string[]): readonly string[] | undefined;
  /** Whether a scope asked for at key creation lies within what the caller holds. */
  covers(scope: string): boolean;
  /** The same for every caller who may call the same operations. */
  readonly cacheKey: string;
}

/** Who is calling. Immutable; made once per credential and change, then cached. */
export interface Principal {
  /** null: valid, but bound to no tenant. */
  readonly tenant: string | null;
  readonly user?: string;
  /** The user's role in the tenant. */
  readonly role?: string;
  readonly agent?: { readonly client: string; readonly name: string; readonly host?: string };
  readonly credential: Credential;
  readonly rights: Rights;
  readonly plan?: string;
  readonly dependsOn: readonly Tag[];
}

/**
 * What stands behind a credential and outlives it: OAuth tokens change by the hour, and what began with one goes on with the next. Not
 * secret.
 */
export function holderOf({ kind, id, grant, key }: Credential): string {
  return `${kind}:${grant ?? key ?? id}`;
}

/** A credential as it came in, with its hash, computed once. */
export interface Presented {
  readonly value: string;
  /** SHA-256, lower-case hex. */
  readonly hash: string;
  readonly via: 'authorization' | 'x-api-key' | 'cookie' | 'message';
  /** The surface that it came by, where some credentials are good there alone. */
  readonly surface?: 'mcp' | undefined;
}

/** Why a credential was refused: for the log and for the owner, never for the caller. */
export type RefusalReason =
  | 'missing'
  | 'ambiguous'
  | 'malformed'
  | 'unknown'
  | 'expired'
  | 'not_yet_valid'
  | 'revoked'
  | 'rotated'
  | 'disabled'
  | 'wrong_issuer'
  | 'wrong_audience'
  | 'bad_signature'
  | 'bad_claims'
  | 'not_configured'
  | 'no_membership';

export type Resolution =
  /** Not this resolver's kind of credential: ask the next. */
  | { readonly is: 'foreign' }
  | { readonly is: 'ok'; readonly principal: Principal }
  | { readonly is: 'refused'; readonly reason: RefusalReason }
  | { readonly is: 'unavailable'; readonly retryAfterSeconds: number };

/** One kind of credential. Answers synchronously where it can: no promise for a known one. */
export interface Resolver {
  readonly kind: CredentialKind;
  /** Where this kind may be presented. Anywhere else it is refused, known or not. */
  readonly accepts: readonly Presented['via'][];
  resolve(presented: Presented, now: number): Resolution | Promise<Resolution>;
}

/** Who calls, before it is known who that is. */
export interface Caller {
  readonly presented: readonly Presented[];
  /** The client's address, after trusted proxies. */
  readonly address: string;
  /** Reached over TLS, directly or through a trusted proxy. */
  readonly secure: boolean;
  readonly requestId: string;
}
