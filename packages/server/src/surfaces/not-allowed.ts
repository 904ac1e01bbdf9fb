import type { Failure } from '@gatehouse/contract';
import type { HttpIn, HttpOut } from './http.js';

/** The answer to a method that is not served here, with those that are (RFC 9110, section 15.5.6). `allowed`: `GET, POST` */
export function notAllowed(request: HttpIn, allowed: string, refuse: (failure: Failure, request: HttpIn) => HttpOut): HttpOut {
  const out = refuse({ code: 'method_not_allowed', text: `${request.method} is not allowed here.`, next: `Use ${allowed}.` }, request);
  return { ...out, headers: { ...out.headers, allow: allowed } };
}
