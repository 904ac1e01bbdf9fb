import { brief, isScope } from '@gatehouse/contract';
import type { JWTPayload } from 'jose';
import type { ExternalAuthorization } from '../../domain/authorization.js';
import type { RefusalReason, Resolution, Resolver } from '../../domain/principal.js';
import type { Egress } from '../egress.js';
import type { Principals } from '../principals.js';
import type { AccountsOptions } from './accounts.js';
import { fetchServerKeys } from './fetch-keys.js';
import { IssuerKeys } from './issuer-keys.js';
import { checkIssuerUrl } from './issuer-url.js';
import { readJwt } from './jwt.js';
import { oidc } from './oidc.js';
import { personsOf } from './persons.js';
import type { IdentityProvider } from './provider.js';
import { textClaim } from './read-claims.js';
import { sharingWork } from './sharing-work.js';
import { type Trusted, type Verification, verifyJwt } from './verify-jwt.js';

export interface ExternalResolverOptions extends AccountsOptions {
  readonly authorization: ExternalAuthorization;
  /** Whose tokens are a person's credential as well: what is not for our audience is left to them. */
  readonly providers: readonly IdentityProvider[];
  readonly principals: Principals;
  readonly egress: Egress;
  /** Bound to loopback without a public URL. */
  readonly development: boolean;
}

/**
 * JWT access tokens of another authorization server (RFC 9068). It is asked for its keys alone, and those are kept: what it revokes is good
 * here until it expires.
 * @throws Error where the issuer or the audience does not do
 */
export function externalResolver(options: ExternalResolverOptions): Resolver {
  const { providers, principals } = options;
  const { provider, keys } = trustedServer(options);
  const shared = providers.some(({ issuer }) => issuer === provider.issuer);
  const personOf = personsOf(options);
  const verify = sharingWork();

  const admit = async ({ claims, expiresAt }: Verification & { is: 'verified' }): Promise<Resolution> => {
    const granted = scopesIn(claims);
    // Without any it is no access token, but may be an ID token that was taken for one.
    if (granted === undefined) return refused('bad_claims');
    const client = clientIn(claims);
    const person = await personOf(claims, provider);
    if (typeof person === 'string') return refused(person);
    const { user, tenant, member, subject } = person;
    const id = `${provider.issuer}#${subject}${client === undefined ? '' : `#${client}`}`;
    const bearer = { tenant: tenant.id, user: user.id, role: member.role, plan: tenant.plan, credential: { id, expiresAt }, granted };
    return { is: 'ok', principal: principals.forToken(client === undefined ? bearer : { ...bearer, agent: { client, name: client } }) };
  };

  return {
    kind: 'token',
    accepts: ['authorization', 'message'],
    resolve(presented, now) {
      const jwt = readJwt(presented.value);
      if (typeof jwt === 'string' || jwt.claims?.iss !== provider.issuer) return FOREIGN;
      if (shared && !names(jwt.claims, provider.audience)) return FOREIGN;
      return verify(presented, () => verifyJwt(jwt, { provider, keys }, now)).then((result) => (result.is === 'verified' ? admit(result) : result));
    },
  };
}

const FOREIGN: Resolution = { is: 'foreign' };
const CLIENT_LENGTH = 255;

/** `client_id` as RFC 9068, section 2.2 has it; else what OpenID Connect calls it. */
function clientIn(claims: JWTPayload): string | undefined {
  const client = textClaim(claims, 'client_id') ?? textClaim(claims, 'azp');
  return client === undefined ? undefined : brief(client, CLIENT_LENGTH);
}

function refused(reason: RefusalReason): Resolution {
  return { is: 'refused', reason };
}

/** Types as in `oidc`: by far not all servers write `at+jwt`. */
function trustedServer({ authorization, egress, development, now, log }: ExternalResolverOptions): Trusted {
  const issuer = checkIssuerUrl('authorization.issuer', authorization.issuer, development);
  const provider = oidc({ issuer, audience: authorization.audience, development, setting: 'authorization.issuer' });
  return { provider, keys: new IssuerKeys({ issuer, fetch: () => fetchServerKeys(egress, issuer), now, log }) };
}

function names({ aud }: JWTPayload, audience: string | undefined): boolean {
  return Array.isArray(aud) ? aud.some((one) => one === audience) : aud === audience;
}

/** `scope` as RFC 9068, section 2.2.3 has it, or `scp`, a text or a list. What is not of our grammar, `*` above all, says nothing here. */
function scopesIn({ scope, scp }: JWTPayload): readonly string[] | undefined {
  const said = scope ?? scp;
  const list: unknown = typeof said === 'string' ? said.split(' ') : said;
  return Array.isArray(list) ? list.filter((one): one is string => typeof one === 'string' && isScope(one)) : undefined;
}
