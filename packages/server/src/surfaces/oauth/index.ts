import { originOf } from '../../domain/origin.js';
import { leftBehind } from '../../services/left-behind.js';
import type { HttpIn, HttpOut, Surface } from '../http.js';
import { failurePageOut } from '../pages/index.js';
import { authorize } from './authorize.js';
import { consent } from './consent.js';
import { loadLibrary } from './load.js';
import { METADATA_PATHS, metadataOf } from './metadata.js';
import type { OauthOptions } from './options.js';
import { type OauthFault, faultOf, faultOut, jsonOut } from './out.js';
import { expired, problemOut } from './problems.js';
import { CONSENT_PATH, type Library, ROUTES, openLibrary } from './provider.js';
import { register } from './register.js';
import { aboutToken, token } from './token.js';

export type { Authorization, OauthOptions } from './options.js';

export interface OauthSurface extends Surface {
  /** Whether what is at this path is this surface's. */
  serves(path: string): boolean;
  /** Whether pages of every origin may ask here: nothing that a browser adds by itself counts. */
  open(path: string): boolean;
  /** A failure that was found before, or that nobody foresaw: for people as a page, for programs in the words of OAuth. */
  refuse: OauthOptions['refuse'];
}

interface Route {
  readonly methods: readonly string[];
  readonly open: boolean;
  /** For people. */
  readonly page?: true;
  readonly handle: (request: HttpIn, issuer: string) => Promise<HttpOut>;
}

/** Somebody took it back while the program asked. */
const ENDED: OauthFault = { status: 400, error: 'invalid_grant', text: 'What this was given for has ended.' };

/** In development each name of this machine is an issuer of its own. */
const ISSUERS = 8;

/** The authorization server: OAuth 2.1 for programs, pages for the people who let them in. */
export function createOauthSurface(options: OauthOptions): OauthSurface {
  const routes = routesOf(options, librariesOf(options));
  const routeAt = (path: string): Route | undefined => routes.get(path.startsWith(CONSENT_PATH) && path.length > CONSENT_PATH.length ? CONSENT_PATH : path);
  return {
    name: 'oauth',
    serves: (path) => path !== CONSENT_PATH && routeAt(path) !== undefined,
    open: (path) => routeAt(path)?.open === true,
    refuse: (failure, request) =>
      routeAt(request.path)?.page ? failurePageOut(request, failure, { platform: options.platform.title }) : faultOut(request, 'oauth', faultOf(failure)),
    async handle(request) {
      const route = routeAt(request.path);
      if (route === undefined) return options.refuse({ code: 'unknown_route', text: 'There is nothing at this address.' }, request);
      if (!route.methods.includes(request.method)) return wrongMethod(request, route.methods);
      try {
        return await route.handle(request, originOf(request, options.publicUrl));
      } catch (error) {
        if (leftBehind(error) !== undefined) return route.page ? problemOut(request, 'oauth', options, expired) : faultOut(request, 'oauth', ENDED);
        const outage = options.outOfReach(error);
        if (outage === undefined) throw error;
        const headers = { 'retry-after': String(Math.ceil(outage.retryAfterSeconds)) };
        const fault = { status: 503, error: 'temporarily_unavailable', text: 'The database is out of reach right now. Try again shortly.', headers };
        return route.page ? problemOut(request, 'oauth', options, fault) : faultOut(request, 'oauth', fault);
      }
    },
  };
}

function routesOf(options: OauthOptions, libraryOf: (issuer: string) => Promise<Library>): ReadonlyMap<string, Route> {
  const read = (handle: Route['handle']): Route => ({ methods: ['GET', 'HEAD'], open: true, handle });
  const post = (open: boolean, handle: Route['handle']): Route => ({ methods: ['POST'], open, handle });
  const page = (handle: Route['handle']): Route => ({ methods: ['GET', 'POST'], open: false, page: true, handle });
  return new Map<string, Route>([
    [ROUTES.authorization, page(async (request, issuer) => authorize(request, issuer, await libraryOf(issuer), options))],
    [CONSENT_PATH, page(async (request, issuer) => consent(request, await libraryOf(issuer), options))],
    [ROUTES.token, post(true, (request, issuer) => token(request, issuer, () => libraryOf(issuer), options))],
    [ROUTES.registration, post(true, (request) => register(request, options))],
    [ROUTES.revocation, post(true, (request, issuer) => aboutToken(request, 'revocation', () => libraryOf(issuer), options))],
    [ROUTES.introspection, post(false, (request, issuer) => aboutToken(request, 'introspection', () => libraryOf(issuer), options))],
    [ROUTES.jwks, read(async (request) => jsonOut(request, 'oauth_jwks', 200, await options.signingKeys.published(), BRIEFLY_KEPT))],
    ...METADATA_PATHS.map(([path, form]): [string, Route] => [path, read(async (request, issuer) => described(request, issuer, form, options))]),
  ]);
}

const BRIEFLY_KEPT = { headers: { 'cache-control': 'public, max-age=60' } };

function wrongMethod(request: HttpIn, methods: readonly string[]): HttpOut {
  return faultOut(request, 'oauth', { status: 405, error: 'invalid_request', text: `Use ${methods.join(' or ')}.`, headers: { allow: methods.join(', ') } });
}

/** Whoever reads this goes on to register and to authorize: what that needs is loaded meanwhile. */
function described(request: HttpIn, issuer: string, form: 'oauth' | 'openid', { scopes, documents, log }: OauthOptions): HttpOut {
  loadLibrary().catch((error: unknown) => log({ event: 'authorization_server_not_loaded', error }));
  return jsonOut(request, 'oauth_metadata', 200, metadataOf(issuer, { scopes, documents, form }), BRIEFLY_KEPT);
}

function librariesOf(options: OauthOptions): (issuer: string) => Promise<Library> {
  const known = new Map<string, Promise<Library>>();
  return (issuer) => {
    const opened = known.get(issuer);
    if (opened !== undefined) return opened;
    if (known.size >= ISSUERS) known.clear();
    const opening = openLibrary(issuer, options);
    known.set(issuer, opening);
    opening.catch(() => known.delete(issuer));
    return opening;
  };
}
