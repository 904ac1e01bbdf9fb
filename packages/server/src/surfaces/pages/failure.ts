import { type Failure, briefly, catalogueEntry } from '@gatehouse/contract';
import type { HttpIn, HttpOut } from '../http.js';
import { pageOut } from './page.js';
import { problemPage } from './problem.js';
import type { ProblemView } from './views.js';

/** A failure as a page: the same status, text and next step that a program gets. */
export function failurePageOut(
  request: Pick<HttpIn, 'requestId'>,
  failure: Failure,
  { platform, link = null, headers = {} }: Partial<Pick<ProblemView, 'link'>> & { readonly platform: string; readonly headers?: Record<string, string> },
): HttpOut {
  const { code, text, next, retryAfterSeconds } = briefly(failure);
  const { status, title } = catalogueEntry(code);
  const content = problemPage({ platform, title, text, next: next ?? null, link, requestId: request.requestId });
  const retry: Record<string, string> = retryAfterSeconds === undefined ? {} : { 'retry-after': String(Math.max(1, Math.ceil(retryAfterSeconds))) };
  return pageOut(request, { ...content, status, headers: { ...retry, ...headers }, log: { code } });
}
