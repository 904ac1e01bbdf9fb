import type { Presented, RefusalReason, Resolution, Resolver } from '../domain/principal.js';
import { within } from '../domain/rights.js';
import { ACCESS_TOKEN_PREFIX } from '../domain/token-format.js';
import type { TokenGrant, TokenStore } from '../store/tokens.js';
import { readJwt } from './identity/jwt.js';
import type { LastUsed } from './last-used.js';
import type { Principals } from './principals.js';

export interface TokenResolverOptions {
  readonly tokens: Pick<TokenStore, 'findByHash'>;
  readonly principals: Principals;
  /** Of grants. */
  readonly lastUsed: LastUsed;
  /** Whether a token that is for this resource is for us (RFC 8707). */
  readonly isAudience: (resource: string) => boolean;
  /** Whether the operator has shut a program out: what it was given before is worth nothing then. */
  readonly isBlocked: (client: string) => boolean;
  /** Whether a JWT that says it is from this issuer may be from us. Absent: none is. */
  readonly isIssuer?: (issuer: string) => boolean;
  /** What tokens begin with that people make by hand, good over MCP alone. Absent: there are none. */
  readonly byHand?: string | undefined;
  /** Whether nobody else has that issuer: what we do not know is nobody's then. */
  readonly aloneThere: boolean;
}

/**
 * Access tokens that we gave out ourselves. They are looked up by their hash, JWTs too: one that was altered in any way is another, and
 * one whose grant or key has ended is known to have.
 */
export function tokenResolver(options: TokenResolverOptions): Resolver {
  const { tokens, aloneThere } = options;
  return {
    kind: 'token',
    accepts: ['authorization', 'message'],
    resolve(presented, now) {
      const claim = claimOn(presented, options);
      if (claim === 'none') return FOREIGN;
      return tokens.findByHash(presented.hash).then((found) => {
        if (found === undefined && claim === 'perhaps' && !aloneThere) return FOREIGN;
        return judged(found, now, claim === 'by hand', options);
      });
    },
  };
}

const FOREIGN: Resolution = { is: 'foreign' };

function claimOn({ value }: Presented, { isIssuer, byHand }: TokenResolverOptions): 'ours' | 'by hand' | 'perhaps' | 'none' {
  if (value.startsWith(ACCESS_TOKEN_PREFIX)) return 'ours';
  if (byHand !== undefined && value.startsWith(byHand)) return 'by hand';
  const jwt = isIssuer === undefined ? 'foreign' : readJwt(value);
  if (typeof jwt === 'string') return 'none';
  const issuer = jwt.claims?.iss;
  return typeof issuer === 'string' && isIssuer?.(issuer) === true ? 'perhaps' : 'none';
}

function judged(found: TokenGrant | undefined, now: number, byHand: boolean, options: TokenResolverOptions): Resolution {
  const { principals, lastUsed } = options;
  const reason = faultOf(found, now, options);
  if (found === undefined || reason !== undefined) return { is: 'refused', reason: reason ?? 'unknown' };
  const { token, grant, key, role, plan } = found;
  const { tenant, id } = token;
  if (grant !== null) {
    if (grant.lastUsedAt === null) lastUsed.first(grant.id, now);
    const agent = { client: grant.client, name: grant.clientName, ...(grant.clientHost === null ? {} : { host: grant.clientHost }) };
    const credential = { id, grant: grant.id, expiresAt: token.expiresAt };
    // Whoever made it by hand made it for good: no consent page widens it.
    if (byHand)
      return {
        is: 'ok',
        principal: principals.forToken({
          ...{ tenant, user: grant.user, role, plan, ofKey: [token.scopes, grant.scopes], agent },
          credential: { ...credential, surface: 'mcp' },
        }),
      };
    return {
      is: 'ok',
      principal: principals.forToken({ tenant, user: grant.user, role, plan, credential, granted: within(token.scopes, grant.scopes), agent }),
    };
  }
  if (key === null) return { is: 'refused', reason: 'unknown' };
  const credential = { id, key: key.id, expiresAt: Math.min(token.expiresAt, key.expiresAt ?? token.expiresAt) };
  return { is: 'ok', principal: principals.forToken({ tenant, user: key.user, role, plan, credential, ofKey: [token.scopes, key.scopes] }) };
}

/** Why a token is not taken, if it is not. What it acts under is asked in the same words as itself. */
function faultOf(found: TokenGrant | undefined, now: number, { isAudience, isBlocked }: TokenResolverOptions): RefusalReason | undefined {
  if (found === undefined) return 'unknown';
  const { token, grant, key, revokedAt, role } = found;
  if (revokedAt !== null || (grant !== null && grant.revokedAt !== null) || (key !== null && key.revokedAt !== null)) return 'revoked';
  if (token.expiresAt <= now || (key !== null && key.expiresAt !== null && key.expiresAt <= now)) return 'expired';
  if ((key !== null && key.disabledAt !== null) || (grant !== null && isBlocked(grant.client))) return 'disabled';
  if (!isAudience(token.audience)) return 'wrong_audience';
  const user = grant?.user ?? key?.user ?? null;
  return user !== null && role === null ? 'no_membership' : undefined;
}
