import { type ErrorCode, type Failure, briefly, catalogueEntry } from '@gatehouse/contract';
import type { HttpIn, HttpOut } from '../http.js';
import { type Content, pageOut } from './page.js';
import { problemPage } from './problem.js';
import type { ProblemView } from './views.js';

/** What a person reads first, where the catalogue's words are for programs. A surface may know better. */
const TITLES: Titles = {
  malformed_request: 'This was not understood',
  invalid_input: 'This cannot be done',
  unsupported_media_type: 'This was not understood',
  payload_too_large: 'This is too much at once',
  unauthenticated: 'Sign in first',
  invalid_credential: 'Sign in again',
  forbidden: 'This is not allowed',
  origin_not_allowed: 'This came from another site',
  not_found: 'There is no such page',
  unknown_route: 'There is no such page',
  method_not_allowed: 'This is no page to go to',
  conflict: 'This cannot be done',
  rate_limited: 'This was tried too often',
};

/** What mostly helps a person. The catalogue's own steps speak of ids, headers and credentials. */
const NEXT: Partial<Record<ErrorCode, string>> = {
  forbidden: 'Ask whoever runs this.',
  not_found: 'Check the address, or ask whoever gave it to you.',
  rate_limited: 'Try again later.',
  unavailable: 'Try again shortly.',
  timed_out: 'Try again shortly.',
};

/** Where a failure speaks of methods, origins and ids, whoever found it: a person has only followed a link or sent a form. */
const SAID: Partial<Record<ErrorCode, { readonly text: string; readonly next: string }>> = {
  // By reloading or going back.
  method_not_allowed: { text: 'There is nothing to see here: this address only takes what a form sends.', next: 'Go back, and use the form again.' },
  origin_not_allowed: { text: 'It was sent by a page of another site, so nothing was done.', next: 'Do it on our own page.' },
  unknown_route: { text: 'The address may be mistyped, or the page may be gone.', next: 'Check the address.' },
  internal: { text: 'It is on record.', next: 'Try again. If it happens again, report it.' },
};

/** A form that no page of ours has sent. */
export const FOREIGN_FORM: Failure = { code: 'origin_not_allowed', text: 'This was sent by a page of another site, so nothing was done.' };

type Titles = Readonly<Partial<Record<ErrorCode, string>>>;

interface FailureOptions extends Partial<Pick<ProblemView, 'link'>> {
  readonly platform: string;
  /** What these failures are called where they are met. */
  readonly titles?: Titles;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What of a failure a person is told. */
export function failurePage({ requestId }: Pick<HttpIn, 'requestId'>, failure: Failure, { platform, link = null, titles = {} }: FailureOptions): Content {
  const { code } = failure;
  const title = titles[code] ?? TITLES[code] ?? catalogueEntry(code).title;
  const { text, next = NEXT[code] ?? null } = SAID[code] ?? { text: briefly(failure).text, next: failure.next };
  return problemPage({ platform, title, text, next, link, requestId });
}

/** A failure as a page: the status and request id that a program gets, and a next step for a person. */
export function failurePageOut(request: Pick<HttpIn, 'requestId'>, failure: Failure, options: FailureOptions): HttpOut {
  const { code, retryAfterSeconds } = failure;
  const retry: Record<string, string> = retryAfterSeconds === undefined ? {} : { 'retry-after': String(Math.max(1, Math.ceil(retryAfterSeconds))) };
  const headers = { ...retry, ...options.headers };
  return pageOut(request, { ...failurePage(request, failure, options), status: catalogueEntry(code).status, headers, log: { code } });
}
