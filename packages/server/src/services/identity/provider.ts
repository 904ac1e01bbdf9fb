import type { JWTPayload } from 'jose';

/** What a provider's token says about its bearer. */
export interface Identity {
  readonly subject: string;
  /** Lower case. Used only where it is verified. */
  readonly email?: string;
  readonly emailVerified: boolean;
  readonly name?: string;
  /** The organisation that the bearer acts for: the tenant, instead of the bearer's own space. */
  readonly organization?: { readonly id: string; readonly name?: string; readonly role: IdentityRole };
}

/** What a provider can say of somebody's place in an organisation. The platform's own role names stand behind it. */
export type IdentityRole = 'admin' | 'member';

/** An issuer whose JWTs are accepted as a person's credential. */
export interface IdentityProvider {
  /** Compared exactly with `iss`; its discovery or JWKS address derives from it unless `jwksUrl` says otherwise. */
  readonly issuer: string;
  /** Where its keys are. Absent: what its discovery document names (OpenID Connect Discovery 1.0, section 4). */
  readonly jwksUrl?: string;
  /** Must be in `aud`. Absent: a token that names an audience is meant for somebody else (RFC 7519, section 4.1.3). */
  readonly audience?: string;
  /** `azp` must be one of these. Absent: not looked at. */
  readonly authorizedParties?: readonly string[];
  /** Values of the header's `typ` that are accepted, lower case, without `application/`; a token without one is as well. */
  readonly types: readonly string[];
  /** Clock tolerance for `nbf` and `iat`. A token has expired at its `exp`, exactly. */
  readonly leewaySeconds: number;
  /** Reads the claims of a verified token; a string is the reason why they do not do. */
  identify(claims: JWTPayload): Identity | string;
}
