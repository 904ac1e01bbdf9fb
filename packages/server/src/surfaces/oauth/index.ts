import { originOf } from '../../domain/origin.js';
import type { HttpIn, HttpOut, Surface } from '../http.js';
import { authorize } from './authorize.js';
import { consent } from './consent.js';
import { loadLibrary } from './load.js';
import { metadataAt, metadataOf } from './metadata.js';
import type { OauthOptions } from './options.js';
import { faultOut, jsonOut } from './out.js';
import { CONSENT_PATH, type Library, ROUTES, openLibrary } from './provider.js';
import { register } from './register.js';
import { aboutToken, token } from './token.js';

export type { Authorization, OauthOptions } from './options.js';

export interface OauthSurface extends Surface {
  /** Whether what is at this path is this surface's. */
  serves(path: string): boolean;
  /** Whether pages of every origin may ask here: nothing that a browser adds by itself counts. */
  open(path: string): boolean;
}

type Route = (request: HttpIn, issuer: string) => Promise<HttpOut>;

/** In development each name of this machine is an issuer of its own. */
const ISSUERS = 8;

/** The authorization server: OAuth 2.1 for programs, pages for the people who let them in. */
export function createOauthSurface(options: OauthOptions): OauthSurface {
  const { publicUrl, signingKeys, outOfReach } = options;
  const libraryOf = librariesOf(options);
  const routes: Readonly<Record<string, { readonly methods: readonly string[]; readonly open: boolean; readonly handle: Route }>> = {
    [ROUTES.authorization]: {
      methods: ['GET', 'POST'],
      open: false,
      handle: async (request, issuer) => authorize(request, issuer, await libraryOf(issuer), options),
    },
    [ROUTES.token]: { methods: ['POST'], open: true, handle: (request, issuer) => token(request, issuer, () => libraryOf(issuer), options) },
    [ROUTES.registration]: { methods: ['POST'], open: true, handle: (request) => register(request, options) },
    [ROUTES.revocation]: { methods: ['POST'], open: true, handle: (request, issuer) => aboutToken(request, 'revocation', () => libraryOf(issuer), options) },
    [ROUTES.introspection]: {
      methods: ['POST'],
      open: false,
      handle: (request, issuer) => aboutToken(request, 'introspection', () => libraryOf(issuer), options),
    },
    [ROUTES.jwks]: {
      methods: ['GET', 'HEAD'],
      open: true,
      handle: async (request) => jsonOut(request, 'oauth_jwks', 200, await signingKeys.published(), { headers: { 'cache-control': 'public, max-age=60' } }),
    },
  };
  const routeAt = (path: string) => {
    if (path.startsWith(CONSENT_PATH) && path.length > CONSENT_PATH.length)
      return { methods: ['GET', 'POST'], open: false, handle: (async (request, issuer) => consent(request, await libraryOf(issuer), options)) satisfies Route };
    const form = metadataAt(path);
    if (form !== undefined)
      return { methods: ['GET', 'HEAD'], open: true, handle: (async (request, issuer) => described(request, issuer, form, options)) satisfies Route };
    return Object.hasOwn(routes, path) ? routes[path] : undefined;
  };
  return {
    name: 'oauth',
    serves: (path) => routeAt(path) !== undefined,
    open: (path) => routeAt(path)?.open === true,
    async handle(request) {
      const route = routeAt(request.path);
      if (route === undefined) return options.refuse({ code: 'unknown_route', text: 'There is nothing at this address.' }, request);
      if (!route.methods.includes(request.method)) return wrongMethod(request, route.methods);
      try {
        return await route.handle(request, originOf(request, publicUrl));
      } catch (error) {
        const outage = outOfReach(error);
        if (outage === undefined) throw error;
        const headers = { 'retry-after': String(Math.ceil(outage.retryAfterSeconds)) };
        return faultOut(request, 'oauth', {
          status: 503,
          error: 'temporarily_unavailable',
          text: 'The database is out of reach right now. Try again shortly.',
          headers,
        });
      }
    },
  };
}

function wrongMethod(request: HttpIn, methods: readonly string[]): HttpOut {
  return faultOut(request, 'oauth', { status: 405, error: 'invalid_request', text: `Use ${methods.join(' or ')}.`, headers: { allow: methods.join(', ') } });
}

/** Whoever reads this goes on to register and to authorize: what that needs is loaded meanwhile. */
function described(request: HttpIn, issuer: string, form: 'oauth' | 'openid', { scopes, log }: OauthOptions): HttpOut {
  loadLibrary().catch((error: unknown) => log({ event: 'authorization_server_not_loaded', error }));
  return jsonOut(request, 'oauth_metadata', 200, metadataOf(issuer, scopes, form), { headers: { 'cache-control': 'public, max-age=60' } });
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
