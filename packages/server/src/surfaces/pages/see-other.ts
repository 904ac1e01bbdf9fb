import type { HttpIn, HttpOut } from '../http.js';

/** On to another page by GET (RFC 9110, section 15.4.4). Nobody keeps it: it may set a cookie. */
export function seeOther(request: Pick<HttpIn, 'requestId'>, location: string, headers: Readonly<Record<string, string>> = {}): HttpOut {
  return { status: 303, headers: { location, 'cache-control': 'no-store', 'x-request-id': request.requestId, ...headers }, body: null };
}
