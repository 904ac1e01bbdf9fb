import { ownPath } from '../../domain/own-path.js';
import { cookiesNamed } from '../../domain/session-cookie.js';
import type { Visitor } from '../../domain/sign-in.js';
import type { HttpIn } from '../http.js';
import { formIn } from '../pages/form.js';

/** Far more than any of our forms has, and than a provider answers. */
const FORM_BYTES = 16_384;

/** The fields of a form; or what is wrong with it. */
export function fieldsOf(request: HttpIn): URLSearchParams | 'payload_too_large' | 'unsupported_media_type' {
  return request.body.length > FORM_BYTES ? 'payload_too_large' : (formIn(request) ?? 'unsupported_media_type');
}

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
