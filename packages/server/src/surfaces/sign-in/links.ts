import { LINK_PATH, SIGN_IN_PATH } from '../../domain/sign-in.js';
import type { HttpIn, HttpOut } from '../http.js';
import { linkPage, linkSentPage } from '../pages/sign-in.js';
import { pageOut } from '../pages/page.js';
import { originOf } from '../../domain/origin.js';
import type { Desk } from './desk.js';
import { NOT_SENT, NO_LINKS, failureOf, tooOften } from './outcome.js';
import { nextIn, visitorOf, withNext } from './request.js';

/** `POST /sign-in`: a link to this address. */
export async function askLink(request: HttpIn, fields: URLSearchParams, desk: Desk): Promise<HttpOut> {
  const { signIn, title, publicUrl } = desk.options;
  if (signIn.linksBy === undefined) return desk.refuse(NO_LINKS, request);
  const next = nextIn(fields);
  const typed = (fields.get('email') ?? '').slice(0, 254);
  const asked = await signIn.askLink(typed, next, originOf(request, publicUrl), request.address);
  switch (asked.is) {
    case 'malformed':
      return desk.page(request, next, { status: 400, wrong: { text: 'Enter an e-mail address, such as ann@example.com.', typed } });
    case 'limited':
      return desk.refuse(tooOften(asked.retryAfterSeconds), request, next);
    case 'not_sent':
      return desk.refuse(NOT_SENT, request, next);
    case 'on_its_way': {
      const more = { printed: signIn.linksBy === 'terminal', ifKnown: signIn.newcomers === 'refused', again: withNext(SIGN_IN_PATH, next) };
      const content = linkSentPage({ platform: title, email: typed.trim(), minutes: signIn.linkMinutes, ...more });
      return pageOut(request, { ...content, log: { operation: 'sign_in_link' } });
    }
  }
}

/** `GET /sign-in/link`: a button. Programs that look into mails press none. */
export async function showLink(request: HttpIn, desk: Desk): Promise<HttpOut> {
  const { signIn, title } = desk.options;
  const token = new URLSearchParams(request.query).get('token') ?? '';
  const link = await signIn.linkOf(token);
  if (link === undefined) return desk.denied(failureOf('no_link'), request);
  return pageOut(request, linkPage({ platform: title, ...link, action: LINK_PATH, token }));
}

/** `POST /sign-in/link`: signs in. */
export async function redeemLink(request: HttpIn, fields: URLSearchParams, desk: Desk): Promise<HttpOut> {
  const { signIn, cookie } = desk.options;
  const came = await signIn.redeemLink(fields.get('token') ?? '', fields.get('once') ?? '', visitorOf(request, cookie.name));
  if (came.is === 'in') return desk.letIn(request, came, 'page');
  const failure = failureOf(came.is === 'refused' ? came.fault : 'no_link');
  return came.is === 'refused' && came.fault === 'no_link' ? desk.denied(failure, request) : desk.refuse(failure, request, came.next);
}
