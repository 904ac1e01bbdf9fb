import type { Failure } from '@gatehouse/contract';
import type { Core } from '../adapters/core.js';
import { isSafe } from '../domain/session-cookie.js';
import type { Platform } from '../runtime/platform.js';
import type { HttpIn } from '../surfaces/http.js';
import { ACCOUNT_PATH, failurePageOut } from '../surfaces/pages/index.js';
import { DOCS_ROOT } from '../surfaces/reference/pages.js';

/** What is at an address that is nobody's: a page for who goes there in a browser, with a way on; for programs what they get elsewhere. */
export function nothingHere({ title, signIn, reference }: Platform, next: string, refuse: Core['refuse']): Core['handle'] {
  const failure: Failure = { code: 'unknown_route', text: 'There is nothing at this address.' };
  const docs = reference.page ? { href: DOCS_ROOT, text: `How programs use ${title}` } : null;
  const link = signIn === false ? docs : { href: ACCOUNT_PATH, text: 'Your account' };
  return (request) =>
    isVisit(request)
      ? failurePageOut(request, { ...failure, text: 'There is no such page.' }, { platform: title, link })
      : refuse({ ...failure, next }, request);
}

/** Fetch Metadata Request Headers, section 2.1: browsers say so over https and on this machine, and no script can. */
function isVisit(request: HttpIn): boolean {
  return isSafe(request) && request.header('sec-fetch-dest') === 'document';
}
