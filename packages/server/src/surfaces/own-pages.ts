import type { Failure } from '@gatehouse/contract';
import { originOf } from '../domain/origin.js';
import { type SessionCookie, comesByCookie, isFromOwnPage, isSafe } from '../domain/session-cookie.js';
import type { HttpIn, HttpOut } from './http.js';

export interface OwnPagesOptions {
  readonly cookie: SessionCookie;
  readonly publicUrl: string | undefined;
  /** Whatever its method is, a request to such a path may change something. */
  readonly changes: (path: string) => boolean;
  /** A request that signs its caller out: where that is done, the cookie goes. */
  readonly signsOut: (request: HttpIn) => boolean;
  readonly refuse: (failure: Failure, request: HttpIn) => HttpOut;
  readonly handle: (request: HttpIn) => HttpOut | Promise<HttpOut>;
}

/**
 * A browser sends a cookie for whichever page asks. So what may change something is done by cookie only where a page of our own asks:
 * `SameSite` alone lets a neighbouring port or host do so too.
 */
export function forOwnPages({ cookie, publicUrl, changes, signsOut, refuse, handle }: OwnPagesOptions): OwnPagesOptions['handle'] {
  const foreign = (request: HttpIn): HttpOut =>
    refuse(
      {
        code: 'origin_not_allowed',
        text: 'A session cookie changes something only for pages of this server.',
        next: `Send the header Origin: ${originOf(request, publicUrl)}, or the token as "Authorization: Bearer <token>".`,
      },
      request,
    );
  const taken = (out: HttpOut): HttpOut => (out.status < 300 ? { ...out, headers: { ...out.headers, 'set-cookie': cookie.take } } : out);
  return (request) => {
    if (request.header('cookie') === undefined || !comesByCookie(request, cookie)) return handle(request);
    if ((!isSafe(request) || changes(request.path)) && !isFromOwnPage(request, publicUrl)) return foreign(request);
    if (!signsOut(request)) return handle(request);
    const answer = handle(request);
    return answer instanceof Promise ? answer.then(taken) : taken(answer);
  };
}
