import type { JWTPayload } from 'jose';
import type { RefusalReason } from '../../domain/principal.js';
import { type Account, Accounts, type AccountsOptions } from './accounts.js';
import { NewestClaims } from './newest-claims.js';
import type { IdentityProvider } from './provider.js';
import { MAX_SUBJECT_LENGTH } from './read-claims.js';

export interface Person extends Account {
  readonly subject: string;
}

/** Who the bearer of a verified token is: found by its claims, or made of them. Or why nobody. */
export function personsOf(options: AccountsOptions): (claims: JWTPayload, provider: IdentityProvider) => Promise<Person | RefusalReason> {
  const accounts = new Accounts(options);
  const newest = new NewestClaims();
  return async (claims, provider) => {
    const identity = provider.identify(claims);
    if (typeof identity === 'string') {
      options.log({ event: 'identity_refused', issuer: provider.issuer, reason: identity });
      return 'bad_claims';
    }
    const { subject } = identity;
    if (subject.trim() === '' || subject.length > MAX_SUBJECT_LENGTH) return 'bad_claims';
    const issuedAt = claims.iat ?? 0;
    const account = await accounts.settle(provider.issuer, identity, Math.floor(issuedAt * 1000), (tenant, user) => newest.isNewest(tenant, user, issuedAt));
    return account === undefined ? 'no_membership' : { ...account, subject };
  };
}
