import { ownPath } from '../../domain/own-path.js';
import { cookiesNamed } from '../../domain/session-cookie.js';
import type { Visitor } from '../../domain/sign-in.js';
import type { HttpIn } from '../http.js';

/** Cookies that a browser may be given twice; a handful is all that is looked at. */
const COOKIES = 4;

export function cookiesOf(request: HttpIn, name: string): readonly string[] {
  return cookiesNamed(name, request.header('cookie') ?? '').slice(0, COOKIES);
}

export function visitorOf(request: HttpIn, sessionCookie: string): Visitor {
  return { address: request.address, userAgent: request.header('user-agent'), former: cookiesOf(request, sessionCookie).filter((token) => token !== '') };
}

/** Where to go on to, as the URL or the form says. */
export function nextIn(fields: URLSearchParams): string | null {
  return ownPath(fields.get('next'));
}

/** `?next=…`, or nothing. */
export function withNext(path: string, next: string | null): string {
  return next === null ? path : `${path}?next=${encodeURIComponent(next)}`;
}
