import type { Failure } from '@gatehouse/contract';
import type { Core } from '../adapters/core.js';
import { isSafe } from '../domain/session-cookie.js';
import type { Platform } from '../runtime/platform.js';
import type { HttpIn } from '../surfaces/http.js';
import { ACCOUNT_PATH, failurePageOut, seeOther } from '../surfaces/pages/index.js';
import { DOCS_ROOT } from '../surfaces/reference/pages.js';

/**
 * What is at an address that is nobody's: a page for who goes there in a browser, with a way on; for programs what they get elsewhere.
 * Whoever types the name of this server alone is led on at once.
 */
export function nothingHere({ title, signIn, reference }: Platform, next: string, refuse: Core['refuse']): Core['handle'] {
  const failure: Failure = { code: 'unknown_route', text: 'There is nothing at this address.' };
  const docs = reference.page ? { href: DOCS_ROOT, text: `How programs use ${title}` } : null;
  const link = signIn === false ? docs : { href: ACCOUNT_PATH, text: 'Your account' };
  return (request) => {
    if (!isVisit(request)) return refuse({ ...failure, next }, request);
    return request.path === '/' && link !== null ? seeOther(request, link.href) : failurePageOut(request, failure, { platform: title, link });
  };
}

/** Fetch Metadata Request Headers, section 2.1: browsers say so over https and on this machine, and no script can. */
function isVisit(request: HttpIn): boolean {
  return isSafe(request) && request.header('sec-fetch-dest') === 'document';
}
