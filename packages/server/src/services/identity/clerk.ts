import type { JWTPayload } from 'jose';
import { clerkEvents } from './clerk-events.js';
import { checkIssuerUrl } from './issuer-url.js';
import type { Identity, IdentityProvider, IdentityRole } from './provider.js';
import { emailIn, nameIn, textClaim } from './read-claims.js';

export interface ClerkOptions {
  /** The instance's Frontend API URL: `https://clerk.example.com`. */
  readonly issuer: string;
  /** Origins whose sign-ins are accepted, as a list or separated by commas. Required but in development. */
  readonly authorizedParties?: string | readonly string[] | undefined;
  /** Only where session tokens are customised to carry `aud`. */
  readonly audience?: string | undefined;
  /** The signing secret of its webhook, `whsec_…`. Absent: it tells nothing, and nothing is listened to. */
  readonly webhookSecret?: string | undefined;
  /** Bound to loopback without a public URL. @default false */
  readonly development?: boolean;
  /** For `nbf` and `iat`. @default 5 */
  readonly leewaySeconds?: number;
}

/**
 * Accepts the session tokens of one Clerk instance, versions 1 and 2. An organisation, where one is active, is the
 * tenant: `o.id` in version 2, `org_id` in version 1.
 * @throws Error that names `CLERK_ISSUER`, `CLERK_AUTHORIZED_PARTIES` or `CLERK_WEBHOOK_SECRET` where they do not do
 */
export function clerk(options: ClerkOptions): IdentityProvider {
  const development = options.development ?? false;
  const issuer = checkIssuerUrl('CLERK_ISSUER', options.issuer.replace(/\/+$/, ''), development);
  const parties = partiesFrom(options.authorizedParties);
  if (parties === undefined && !development) {
    throw new Error('CLERK_AUTHORIZED_PARTIES is required: the origins whose sign-ins are accepted, such as https://app.example.com');
  }
  return {
    issuer,
    jwksUrl: `${issuer}/.well-known/jwks.json`,
    ...(parties === undefined ? {} : { authorizedParties: parties }),
    ...(options.audience === undefined ? {} : { audience: options.audience }),
    // Clerk's OAuth access tokens (`at+jwt`) have the same issuer and keys, but were given to third parties.
    types: ['jwt'],
    leewaySeconds: options.leewaySeconds ?? 5,
    identify,
    ...(options.webhookSecret === undefined ? {} : { webhook: clerkEvents(options.webhookSecret) }),
  };
}

/** `undefined` where nothing is set. What is set but names nobody is a mistake, never a free pass. */
function partiesFrom(setting: ClerkOptions['authorizedParties']): readonly string[] | undefined {
  if (setting === undefined || setting === '') return undefined;
  const given = typeof setting === 'string' ? setting.split(',') : setting;
  const parties = given.map((party) => party.trim().replace(/\/+$/, '')).filter((party) => party !== '');
  if (parties.length === 0) throw new Error('CLERK_AUTHORIZED_PARTIES names no origin');
  return parties;
}

type Organization = NonNullable<Identity['organization']>;

function identify(claims: JWTPayload): Identity | string {
  const { sub = '', sts = 'active' } = claims;
  // A pending session has steps left, such as a second factor to set up: Clerk's own libraries hold it for signed out.
  if (sts !== 'active') return 'the session is not active';
  const organization = organizationIn(claims);
  if (typeof organization === 'string') return organization;
  return { subject: sub, ...emailIn(claims), ...nameIn(claims), ...(organization === undefined ? {} : { organization }) };
}

function organizationIn(claims: JWTPayload): Organization | undefined | string {
  const compact = claims.o ?? undefined;
  const flat = claims.org_id ?? undefined;
  if (compact !== undefined && (typeof compact !== 'object' || compact === null)) return 'o is not an object';
  const compactId = compact === undefined ? undefined : Reflect.get(compact, 'id');
  if (compactId !== undefined && flat !== undefined && compactId !== flat) return 'o.id and org_id differ';
  if (claims.v === 2) {
    return compact === undefined ? undefined : organization(compactId, textClaim(compact, 'slg'), textClaim(compact, 'rol') === 'admin' ? 'admin' : 'member');
  }
  const role = textClaim(claims, 'org_role');
  return flat === undefined ? undefined : organization(flat, textClaim(claims, 'org_slug'), role === 'admin' || role === 'org:admin' ? 'admin' : 'member');
}

function organization(id: unknown, slug: string | undefined, role: IdentityRole): Organization | string {
  if (typeof id !== 'string' || id === '' || id.length > 255) return 'the organisation has no usable id';
  return { id, role, ...(slug === undefined ? {} : { name: slug }) };
}
