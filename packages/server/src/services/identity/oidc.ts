import type { JWTPayload } from 'jose';
import { checkIssuerUrl } from './issuer-url.js';
import type { Identity, IdentityProvider } from './provider.js';
import { emailIn, nameIn } from './read-claims.js';

export interface OidcOptions {
  /** Exactly as in the tokens' `iss`. */
  readonly issuer: string;
  /** What the tokens' `aud` must contain. */
  readonly audience: string;
  /** `azp` must be one of these, where given. */
  readonly authorizedParties?: readonly string[] | undefined;
  /** @default the `jwks_uri` of the issuer's discovery document */
  readonly jwksUrl?: string | undefined;
  /** @default `sub` */
  readonly userId?: (claims: JWTPayload) => string | undefined;
  /** The organisation that the bearer acts for. @default none: the bearer's own space */
  readonly tenant?: (claims: JWTPayload) => Identity['organization'];
  /** For `nbf` and `iat`. @default 5 */
  readonly leewaySeconds?: number;
  /** Bound to loopback without a public URL. @default false */
  readonly development?: boolean;
  /** The setting that the issuer came from, for errors. @default 'issuer' */
  readonly setting?: string;
}

/**
 * Accepts ID tokens, and JWT access tokens (RFC 9068), of one OpenID Connect issuer.
 * @throws Error that names the setting which does not do
 */
export function oidc(options: OidcOptions): IdentityProvider {
  const { development = false, setting = 'issuer', userId = subjectOf, tenant } = options;
  const issuer = checkIssuerUrl(setting, options.issuer, development);
  if (options.audience === '') throw new Error(`The audience of ${issuer} must not be empty`);
  if (options.authorizedParties?.length === 0) throw new Error(`The authorized parties of ${issuer} name nobody`);
  return {
    issuer,
    audience: options.audience,
    ...(options.jwksUrl === undefined ? {} : { jwksUrl: checkIssuerUrl('jwksUrl', options.jwksUrl, development) }),
    ...(options.authorizedParties === undefined ? {} : { authorizedParties: options.authorizedParties }),
    // Others, such as `logout+jwt`, are signed with the same keys for the same audience, and say something else.
    types: ['jwt', 'at+jwt'],
    leewaySeconds: options.leewaySeconds ?? 5,
    identify(claims) {
      const subject = userId(claims);
      if (subject === undefined) return 'no user id';
      const organization = tenant?.(claims);
      return { subject, ...emailIn(claims), ...nameIn(claims), ...(organization === undefined ? {} : { organization }) };
    },
  };
}

function subjectOf(claims: JWTPayload): string | undefined {
  return claims.sub;
}
