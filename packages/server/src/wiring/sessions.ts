import { type Operation, management } from '@gatehouse/contract';
import type { Core } from '../adapters/core.js';
import type { SessionCookie } from '../domain/session-cookie.js';
import type { Runtime } from '../runtime/types.js';
import type { Outage } from '../services/outage.js';
import type { SessionService } from '../services/sessions.js';
import { forOwnPages } from '../surfaces/own-pages.js';
import { REFRESH_PATH, createRefreshSurface } from '../surfaces/refresh.js';
import { REST_ROOT } from '../surfaces/rest/rest.js';

export interface SessionsWiring {
  readonly sessions: SessionService;
  readonly outage: Outage;
  /** Paths that change something by whatever method. */
  readonly changes: (path: string) => boolean;
  readonly cookie: SessionCookie;
  readonly publicUrl: string | undefined;
  readonly runtime: Runtime;
  readonly operations: readonly Operation[];
  readonly now: () => number;
}

const SIGN_OUTS: ReadonlySet<string> = new Set(
  [management.signOut, management.signOutEverywhere].flatMap(({ rest }) => (rest === null ? [] : [REST_ROOT + rest.path])),
);

/** The same with cookies held to our own pages, and `/api/v1/auth/refresh` beside it unless the platform has an operation there. */
export function withSessions(core: Core, { sessions, outage, changes, cookie, publicUrl, runtime, operations, now }: SessionsWiring): Core {
  const refresh = createRefreshSurface({
    refresh: (token) => sessions.refresh(token),
    denial: (resolution, caller) => runtime.denial(resolution, caller),
    outOfReach: (error) => outage.note(error),
    refuse: core.refuse,
    cookie,
    now,
  });
  const taken = operations.some(({ rest }) => rest !== null && REST_ROOT + rest.path === REFRESH_PATH);
  const handle: Core['handle'] = (request) => (!taken && request.path === REFRESH_PATH ? refresh.handle(request) : core.handle(request));
  return {
    ...core,
    handle: forOwnPages({
      cookie,
      publicUrl,
      changes,
      signsOut: ({ method, path }) => method === 'POST' && SIGN_OUTS.has(path),
      refuse: core.refuse,
      handle,
    }),
  };
}
