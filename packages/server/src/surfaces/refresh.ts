import { type Failure, isoSeconds } from '@gatehouse/contract';
import type { Caller, Resolution } from '../domain/principal.js';
import type { SessionCookie } from '../domain/session-cookie.js';
import { type UnavailableError, unavailable } from '../domain/unavailable-error.js';
import { callerOf } from './caller.js';
import type { HttpIn, HttpOut, Surface } from './http.js';
import { notAllowed } from './not-allowed.js';

export const REFRESH_PATH = '/api/v1/auth/refresh';

type Refused = Exclude<Resolution, { is: 'ok' | 'foreign' }>;

export interface RefreshOptions {
  /** @throws what says that the database is out of reach */
  readonly refresh: (token: string) => Promise<{ readonly is: 'ok'; readonly token: string; readonly expiresAt: number } | Refused>;
  readonly denial: (resolution: Refused, caller: Caller) => Failure | Promise<Failure>;
  readonly outOfReach: (error: unknown) => UnavailableError | undefined;
  readonly refuse: (failure: Failure, request: HttpIn) => HttpOut;
  readonly cookie: SessionCookie;
  readonly now: () => number;
}

/**
 * `POST /api/v1/auth/refresh`: another token for the same session. No operation, for it is about the very token that came, and gives a
 * cookie back where that came as one.
 */
export function createRefreshSurface({ refresh, denial, outOfReach, refuse, cookie, now }: RefreshOptions): Surface {
  const refused = async (resolution: Refused, caller: Caller, request: HttpIn): Promise<HttpOut> => refuse(await denial(resolution, caller), request);
  return {
    name: 'refresh',
    async handle(request) {
      if (request.method !== 'POST') return notAllowed(request, 'POST', refuse);
      const caller = callerOf(request);
      const [only, another] = caller.presented;
      if (only === undefined) return refused({ is: 'refused', reason: 'missing' }, caller, request);
      if (another !== undefined) return refused({ is: 'refused', reason: 'ambiguous' }, caller, request);
      if (only.via === 'x-api-key') return refused({ is: 'refused', reason: 'malformed' }, caller, request);
      try {
        const refreshed = await refresh(only.value);
        if (refreshed.is !== 'ok') return await refused(refreshed, caller, request);
        const { token, expiresAt } = refreshed;
        const given: Record<string, string> = only.via === 'cookie' ? { 'set-cookie': cookie.give(token, (expiresAt - now()) / 1000) } : {};
        return {
          status: 200,
          headers: { 'content-type': 'application/json; charset=utf-8', 'x-request-id': request.requestId, ...given },
          body: JSON.stringify({ token, expires_at: isoSeconds(expiresAt) }),
          log: { operation: 'auth_refresh' },
        };
      } catch (error) {
        const outage = outOfReach(error);
        if (outage === undefined) throw error;
        return refuse(unavailable(outage, false), request);
      }
    },
  };
}
