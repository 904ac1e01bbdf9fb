import type { JWTPayload } from 'jose';
import type { RefusalReason, Resolution, Resolver } from '../../domain/principal.js';
import type { Egress } from '../egress.js';
import type { Principals } from '../principals.js';
import type { AccountsOptions } from './accounts.js';
import { fetchKeys } from './fetch-keys.js';
import { IssuerKeys } from './issuer-keys.js';
import { readJwt } from './jwt.js';
import { personsOf } from './persons.js';
import type { IdentityProvider } from './provider.js';
import { sharingWork } from './sharing-work.js';
import { type Trusted, type Verification, verifyJwt } from './verify-jwt.js';

export interface IdpResolverOptions extends AccountsOptions {
  readonly providers: readonly IdentityProvider[];
  readonly principals: Principals;
  readonly egress: Egress;
}

/**
 * People's tokens from identity providers: compact JWTs that come as bearer tokens. Asks the issuer only for its
 * keys, and those are kept.
 */
export function createIdpResolver(options: IdpResolverOptions): Resolver {
  const { providers, principals } = options;
  const trusted = trustedIssuers(options);
  const personOf = personsOf(options);
  const verify = sharingWork();

  const admit = async ({ claims, expiresAt }: Verification & { is: 'verified' }, provider: IdentityProvider): Promise<Resolution> => {
    const found = await personOf(claims, provider);
    if (typeof found === 'string') return refused(found);
    const { user, tenant, member, subject } = found;
    const credential = `${provider.issuer}#${subject}`;
    const person = { tenant: tenant.id, user: user.id, role: member.role, plan: tenant.plan, kind: 'idp' as const, credential, expiresAt };
    return { is: 'ok', principal: principals.forPerson(person) };
  };

  return {
    kind: 'idp',
    accepts: ['authorization', 'message'],
    resolve(presented, now) {
      const jwt = readJwt(presented.value);
      if (jwt === 'foreign') return FOREIGN;
      if (jwt === 'too_long') return refused('malformed');
      const issuer = issuerOf(jwt.claims);
      const known = issuer === undefined ? undefined : trusted.get(issuer);
      if (known === undefined) return refused(providers.length === 0 ? 'not_configured' : issuer === undefined ? 'malformed' : 'wrong_issuer');
      return verify(presented, () => verifyJwt(jwt, known, now)).then((result) => (result.is === 'verified' ? admit(result, known.provider) : result));
    },
  };
}

const FOREIGN: Resolution = { is: 'foreign' };

function refused(reason: RefusalReason): Resolution {
  return { is: 'refused', reason };
}

function issuerOf(claims: JWTPayload | undefined): string | undefined {
  return typeof claims?.iss === 'string' ? claims.iss : undefined;
}

function trustedIssuers({ providers, egress, now, log }: IdpResolverOptions): ReadonlyMap<string, Trusted> {
  const trusted = new Map<string, Trusted>();
  for (const provider of providers) {
    const { issuer } = provider;
    if (trusted.has(issuer)) throw new Error(`The identity provider ${issuer} is there twice`);
    trusted.set(issuer, { provider, keys: new IssuerKeys({ issuer, fetch: () => fetchKeys(egress, provider), now, log }) });
  }
  return trusted;
}
