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
  /** Reads what the provider tells by itself, at `POST /api/v1/webhooks`. Absent: it tells nothing. */
  readonly webhook?: (message: WebhookMessage, now: number) => WebhookReading;
}

/** A request as it came: what is signed are its bytes. */
export interface WebhookMessage {
  /** One header by its lower-case name. */
  header(name: string): string | undefined;
  readonly body: Uint8Array;
}

/** `forged`: not from the provider, or not of now. `malformed`: from the provider, and not to be understood. */
export type WebhookReading =
  | { readonly is: 'events'; readonly events: readonly ProviderEvent[] }
  | { readonly is: 'forged' | 'malformed'; readonly reason: string };

/** What has happened at the provider. `at`: Unix milliseconds. */
export type ProviderEvent =
  | { readonly is: 'user_deleted'; readonly subject: string; readonly at: number }
  /** null: has none, or none that is verified. */
  | { readonly is: 'user_updated'; readonly subject: string; readonly email: string | null; readonly name: string | null }
  | { readonly is: 'membership_deleted'; readonly subject: string; readonly organization: string; readonly at: number }
  | { readonly is: 'organization_deleted'; readonly organization: string; readonly at: number };
