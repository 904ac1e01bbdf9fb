import type { Failure } from '@gatehouse/contract';
import { isFromOwnPage } from '../../domain/session-cookie.js';
import { LINK_PATH, type ProviderButton, SIGN_IN_PATH } from '../../domain/sign-in.js';
import { unavailable } from '../../domain/unavailable-error.js';
import { callerOf } from '../caller.js';
import type { HttpIn, HttpOut, Surface } from '../http.js';
import { notAllowed } from '../not-allowed.js';
import { SIGN_OUT_PATH } from '../pages/account.js';
import { FOREIGN_FORM } from '../pages/failure.js';
import { readForm } from '../pages/form.js';
import { seeOther } from '../pages/see-other.js';
import { Desk } from './desk.js';
import { askLink, redeemLink, showLink } from './links.js';
import { HOME, type SignInSurfaceOptions } from './options.js';
import { begin, callbackOf, finish } from './providers.js';
import { cookiesOf, nextIn, visitorOf } from './request.js';

export type { SignInSurfaceOptions } from './options.js';

type Get = (request: HttpIn, desk: Desk) => Promise<HttpOut>;
type Post = (request: HttpIn, fields: URLSearchParams, desk: Desk) => Promise<HttpOut>;

interface Route {
  readonly get?: Get;
  /** A GET that is used up by being asked, so that HEAD is none. */
  readonly once?: true;
  readonly post?: Post;
  /** Its form is sent by a page of somebody else's. */
  readonly posted?: true;
}

export interface SignInSurface extends Surface {
  /** A failure that was found before, as a page. */
  refuse(failure: Failure, request: Pick<HttpIn, 'requestId'>): HttpOut;
  /** Whether pages of others send forms there. */
  takesFormsOfOthers(path: string): boolean;
}

/**
 * Where people sign in and out: pages and forms. Every form must come from a page of our own, with a cookie or without, so that no other
 * site signs anybody in as somebody else (login CSRF); what a provider leads back to is held to the browser that set out instead.
 */
export function createSignInSurface(options: SignInSurfaceOptions): SignInSurface {
  const desk = new Desk(options);
  const routes = routesOf(options.signIn.providers);
  const refuse = (failure: Failure, request: HttpIn): HttpOut => desk.refuse(failure, request);
  return {
    name: 'sign-in',
    refuse: (failure, request) => desk.refuse(failure, request),
    takesFormsOfOthers: (path) => routes.get(path)?.posted === true,
    async handle(request) {
      const route = routes.get(request.path);
      if (route === undefined) return refuse({ code: 'unknown_route', text: 'There is no such page.' }, request);
      try {
        return (await answerOf(request, route, desk)) ?? notAllowed(request, allowed(route), refuse);
      } catch (error) {
        const outage = options.outOfReach(error);
        if (outage === undefined) throw error;
        return refuse(unavailable(outage, false), request);
      }
    },
  };
}

/** undefined: this method is not served there. */
async function answerOf(request: HttpIn, { get, once, post, posted }: Route, desk: Desk): Promise<HttpOut | undefined> {
  const { method } = request;
  if (get !== undefined && (method === 'GET' || (method === 'HEAD' && once === undefined))) return get(request, desk);
  if (method !== 'POST' || post === undefined) return undefined;
  if (posted === undefined && !isFromOwnPage(request, desk.options.publicUrl)) return desk.refuse(FOREIGN_FORM, request);
  const fields = readForm(request);
  return fields instanceof URLSearchParams ? post(request, fields, desk) : desk.refuse(fields, request);
}

function allowed({ get, once, post }: Route): string {
  return [get !== undefined && 'GET', get !== undefined && once === undefined && 'HEAD', post !== undefined && 'POST']
    .filter((name) => name !== false)
    .join(', ');
}

function routesOf(providers: readonly ProviderButton[]): ReadonlyMap<string, Route> {
  return new Map<string, Route>([
    [SIGN_IN_PATH, { get: showPage, post: askLink }],
    [LINK_PATH, { get: showLink, post: redeemLink }],
    [SIGN_OUT_PATH, { post: signOut }],
    ...providers.flatMap((provider): [string, Route][] => {
      const back: Route = provider.posted
        ? { posted: true, post: (request, fields, desk) => finish(request, fields, provider, desk) }
        : { once: true, get: (request, desk) => finish(request, new URLSearchParams(request.query), provider, desk) };
      return [
        [callbackOf(provider).replace(/\/callback$/, ''), { post: (request, fields, desk) => begin(request, fields, provider, desk) }],
        [callbackOf(provider), back],
      ];
    }),
  ]);
}

/** `GET /sign-in`: whoever is signed in goes straight on, unless `other=1` says that it is to be somebody else. A cookie that is no good goes. */
async function showPage(request: HttpIn, desk: Desk): Promise<HttpOut> {
  const { cookie, authenticate } = desk.options;
  const query = new URLSearchParams(request.query);
  const next = nextIn(query);
  if (cookiesOf(request, cookie.name).length === 0) return desk.page(request, next);
  const caller = callerOf(request);
  const resolution = await authenticate({ ...caller, presented: caller.presented.filter(({ via }) => via === 'cookie') });
  if (resolution.is === 'unavailable')
    return desk.refuse({ code: 'unavailable', text: 'It cannot be known right now who you are.', retryAfterSeconds: resolution.retryAfterSeconds }, request);
  if (resolution.is !== 'ok') return desk.page(request, next, { headers: { 'set-cookie': cookie.take } });
  return query.get('other') === '1' ? desk.page(request, next) : seeOther(request, next ?? HOME);
}

/** `POST /sign-out`. */
async function signOut(request: HttpIn, _fields: URLSearchParams, desk: Desk): Promise<HttpOut> {
  const { signIn, cookie } = desk.options;
  await signIn.signOut(visitorOf(request, cookie.name).former);
  return { ...seeOther(request, SIGN_IN_PATH, { 'set-cookie': cookie.take }), log: { operation: 'sign_out' } };
}
