import { problemPage, pageOut } from '../pages/index.js';
import type { HttpIn, HttpOut } from '../http.js';
import type { OauthOptions } from './options.js';
import type { OauthFault } from './out.js';

const TITLES: Readonly<Record<string, readonly [title: string, text: string, next: string]>> = {
  invalid_client: [
    'This program is not known here',
    'It may have registered long ago without being let in, or somebody removed it.',
    'Go back to the program, remove this server there and add it again. It then registers anew.',
  ],
  unread_document: [
    'Nothing is known of this program',
    'It says where it is described, and what is there could not be read or does not do.',
    'Try again in a minute. If that does not help, tell whoever runs this server: its log says why.',
  ],
  invalid_redirect_uri: [
    'This program wants its answer sent somewhere else',
    'The address that it named is none of those that it registered, so nothing was sent there.',
    'Go back to the program, remove this server there and add it again.',
  ],
  rate_limited: ['This is asked too often', 'Programs have asked very often from your network.', 'Wait some minutes, then connect the program again.'],
  temporarily_unavailable: ['This cannot be done right now', 'The database is out of reach.', 'Try again in a moment.'],
  expired: [
    'This request is over',
    'It was answered already, took too long, or was begun in another browser. Or this browser keeps no cookies.',
    'Go back to the program and connect it again.',
  ],
  origin: [
    'This did not come from this page',
    'Your browser sent the answer from another site, so it was not taken.',
    'Go back to the program and connect it again.',
  ],
};

/** A page for people. What the program did wrong is said in its own words, for whoever writes it. */
export function problemOut(
  request: HttpIn,
  operation: string,
  { platform }: Pick<OauthOptions, 'platform'>,
  { status, error, text, headers }: OauthFault,
): HttpOut {
  const [title, said, next] = TITLES[error] ?? ['This program asked in a way that cannot be answered', `${text} (${error})`, 'Tell whoever makes the program.'];
  const page = problemPage({ platform: platform.title, title, text: said, next, link: null, requestId: request.requestId });
  return pageOut(request, { ...page, status, log: { operation, code: error }, ...(headers === undefined ? {} : { headers }) });
}

export function tooOften(seconds: number): OauthFault {
  return { status: 429, error: 'rate_limited', text: 'too often', headers: { 'retry-after': String(Math.ceil(seconds)) } };
}

export const expired = { status: 400, error: 'expired', text: 'expired' } as const satisfies OauthFault;
export const foreignPage = { status: 403, error: 'origin', text: 'origin' } as const satisfies OauthFault;
