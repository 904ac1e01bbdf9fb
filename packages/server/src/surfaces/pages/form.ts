import type { HttpIn } from '../http.js';

/** The fields of a form as browsers send it (WHATWG URL, section 5.1); undefined where the body is none. */
export function formIn(request: Pick<HttpIn, 'header' | 'body'>): URLSearchParams | undefined {
  const [type = ''] = (request.header('content-type') ?? '').split(';', 1);
  return type.trim().toLowerCase() === 'application/x-www-form-urlencoded' ? new URLSearchParams(new TextDecoder().decode(request.body)) : undefined;
}
