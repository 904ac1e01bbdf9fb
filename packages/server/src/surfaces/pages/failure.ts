import { type ErrorCode, type Failure, briefly, catalogueEntry } from '@gatehouse/contract';
import type { HttpIn, HttpOut } from '../http.js';
import { pageOut } from './page.js';
import { problemPage } from './problem.js';
import type { ProblemView } from './views.js';

/** What a person reads first, where the catalogue's words are for programs. */
const TITLES: Partial<Record<ErrorCode, string>> = {
  malformed_request: 'This was not understood',
  invalid_input: 'This cannot be done',
  unsupported_media_type: 'This was not understood',
  payload_too_large: 'This is too much at once',
  unauthenticated: 'Sign in first',
  invalid_credential: 'Sign in again',
  forbidden: 'This is not allowed',
  origin_not_allowed: 'This came from another site',
  not_found: 'This does not work any more',
  method_not_allowed: 'This is no page to go to',
  conflict: 'This cannot be done',
  rate_limited: 'This was tried too often',
};

/** What mostly helps a person. The catalogue's own steps speak of ids, headers and credentials. */
const NEXT: Partial<Record<ErrorCode, string>> = {
  forbidden: 'Ask whoever runs this.',
  not_found: 'Check the address, or ask whoever gave it to you.',
  unknown_route: 'Check the address.',
  internal: 'Try again. If it happens again, report it.',
  rate_limited: 'Try again later.',
  unavailable: 'Try again shortly.',
  timed_out: 'Try again shortly.',
};

/** Of methods a person knows nothing: they have come to where a form is sent, by reloading or going back. */
const NO_PAGE = { text: 'There is nothing to see here: this address only takes what a form sends.', next: 'Go back, and use the form again.' };

/** A failure as a page: the status, text and request id that a program gets, and a next step for a person. */
export function failurePageOut(
  request: Pick<HttpIn, 'requestId'>,
  failure: Failure,
  { platform, link = null, headers = {} }: Partial<Pick<ProblemView, 'link'>> & { readonly platform: string; readonly headers?: Record<string, string> },
): HttpOut {
  const { code, retryAfterSeconds } = failure;
  const { status, title } = catalogueEntry(code);
  const { text, next } = code === 'method_not_allowed' ? NO_PAGE : { text: briefly(failure).text, next: failure.next ?? NEXT[code] ?? null };
  const content = problemPage({ platform, title: TITLES[code] ?? title, text, next, link, requestId: request.requestId });
  const retry: Record<string, string> = retryAfterSeconds === undefined ? {} : { 'retry-after': String(Math.max(1, Math.ceil(retryAfterSeconds))) };
  return pageOut(request, { ...content, status, headers: { ...retry, ...headers }, log: { code } });
}
