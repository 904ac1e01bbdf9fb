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
  rate_limited: 'This was tried too often',
};

/** A failure as a page: the same status, text and next step that a program gets. */
export function failurePageOut(
  request: Pick<HttpIn, 'requestId'>,
  failure: Failure,
  { platform, link = null, headers = {} }: Partial<Pick<ProblemView, 'link'>> & { readonly platform: string; readonly headers?: Record<string, string> },
): HttpOut {
  const { code, text, next, retryAfterSeconds } = briefly(failure);
  const { status, title } = catalogueEntry(code);
  const content = problemPage({ platform, title: TITLES[code] ?? title, text, next: next ?? null, link, requestId: request.requestId });
  const retry: Record<string, string> = retryAfterSeconds === undefined ? {} : { 'retry-after': String(Math.max(1, Math.ceil(retryAfterSeconds))) };
  return pageOut(request, { ...content, status, headers: { ...retry, ...headers }, log: { code } });
}
