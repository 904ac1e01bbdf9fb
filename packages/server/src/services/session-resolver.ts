import type { RefusalReason, Resolution, Resolver } from '../domain/principal.js';
import type { SessionGrant, SessionStore } from '../store/sessions.js';
import type { Principals } from './principals.js';

export interface SessionResolverOptions {
  readonly sessions: SessionStore;
  readonly principals: Principals;
}

/** 32 bytes as hex, and nothing before them: whatever looks so is a session's, for every other credential has a prefix. */
const TOKEN = /^[0-9a-f]{64}$/;

/** People's sessions: as a cookie, or as a bearer token. */
export function sessionResolver({ sessions, principals }: SessionResolverOptions): Resolver {
  return {
    kind: 'session',
    accepts: ['authorization', 'cookie', 'message'],
    resolve({ value, via, hash }, now) {
      // In the cookie nothing else can be meant.
      if (!TOKEN.test(value)) return via === 'cookie' ? { is: 'refused', reason: 'malformed' } : { is: 'foreign' };
      return sessions.findByHash(hash).then((grant) => judged(grant, now, principals));
    },
  };
}

function judged(grant: SessionGrant | undefined, now: number, principals: Principals): Resolution {
  const reason = faultOf(grant, now);
  if (grant === undefined || reason !== undefined) return { is: 'refused', reason: reason ?? 'unknown' };
  const { session, role, plan, goodUntil } = grant;
  const { tenant, user, id } = session;
  return { is: 'ok', principal: principals.forPerson({ tenant, user, role: role ?? '', plan, kind: 'session', credential: id, expiresAt: goodUntil }) };
}

/** Why a token is not taken, if it is not. */
export function faultOf(grant: SessionGrant | undefined, now: number): RefusalReason | undefined {
  if (grant === undefined) return 'unknown';
  if (grant.revokedAt !== null) return 'revoked';
  if (grant.expiresAt <= now) return 'expired';
  if (grant.goodUntil <= now) return grant.replaced ? 'rotated' : 'expired';
  return grant.role === null ? 'no_membership' : undefined;
}
