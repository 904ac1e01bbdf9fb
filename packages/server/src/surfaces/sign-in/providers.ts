import { originOf } from '../../domain/origin.js';
import { PROVIDER_PATH, type ProviderButton } from '../../domain/sign-in.js';
import type { HttpIn, HttpOut } from '../http.js';
import type { Desk } from './desk.js';
import { failureOf, providerDown, tooOften } from './outcome.js';
import { cookiesOf, nextIn, visitorOf } from './request.js';

export const callbackOf = ({ id }: ProviderButton): string => `${PROVIDER_PATH}${id}/callback`;

/** `POST /sign-in/with/<provider>`: on to it. */
export async function begin(request: HttpIn, fields: URLSearchParams, provider: ProviderButton, desk: Desk): Promise<HttpOut> {
  const { signIn, publicUrl, cookie, attemptCookie } = desk.options;
  const redirectUri = originOf(request, publicUrl) + callbackOf(provider);
  const next = nextIn(fields);
  const begun = await signIn.begin(provider.id, next, redirectUri, visitorOf(request, cookie.name));
  if (begun.is === 'limited') return desk.refuse(tooOften(begun.retryAfterSeconds), request, next);
  if (begun.is === 'unavailable') return desk.refuse(providerDown(provider.label), request, next);
  const given = attemptCookie.give(begun.sealed, begun.seconds, provider.posted);
  return desk.onward(request, { url: begun.url, title: `On to ${provider.label}` }, { 'set-cookie': given });
}

/** `/sign-in/with/<provider>/callback`: back from it, by a link, or by a form from its page. Whatever comes of it, the attempt is over. */
export async function finish(request: HttpIn, answer: URLSearchParams, provider: ProviderButton, desk: Desk): Promise<HttpOut> {
  const { signIn, cookie, attemptCookie } = desk.options;
  const came = await signIn.finish(provider.id, answer, cookiesOf(request, attemptCookie.name), visitorOf(request, cookie.name));
  if (came.is === 'in') return desk.letIn(request, came, 'redirect', attemptCookie.take);
  const failure = came.is === 'unavailable' ? providerDown(provider.label) : failureOf(came.fault, provider.label);
  return desk.refuse(failure, request, came.next, { 'set-cookie': attemptCookie.take });
}
