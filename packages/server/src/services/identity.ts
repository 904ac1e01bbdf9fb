import type { JWTPayload } from 'jose';

/** What a provider's token says about its bearer. */
export interface Identity {
  readonly subject: string;
  readonly email?: string;
  readonly emailVerified: boolean;
  readonly name?: string;
  /** The organisation that the bearer acts for: the tenant, instead of the bearer's own space. */
  readonly organization?: { readonly id: string; readonly name?: string; readonly role: string };
}

/** An issuer whose JWTs are accepted as a person's credential. */
export interface IdentityProvider {
  /** Compared exactly with `iss`; its discovery or JWKS address derives from it unless `jwksUrl` says otherwise. */
  readonly issuer: string;
  readonly jwksUrl: string;
  /** Checked exactly; at least one of the two is pinned. */
  readonly audience?: string;
  readonly authorizedParties?: readonly string[];
  /** Clock tolerance for `exp` and `nbf`. */
  readonly leewaySeconds: number;
  /** Reads the claims of a verified token; a string is the reason why they do not do. */
  identify(claims: JWTPayload): Identity | string;
}
