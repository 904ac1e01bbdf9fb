import { redirectTarget } from '../../domain/redirect-uri.js';
import type { HttpIn, HttpOut } from '../http.js';
import { onwardOut, pageOut, problemPage } from '../pages/index.js';
import { seeOther } from '../pages/see-other.js';
import type { OauthOptions } from './options.js';

/** The program is told, by way of the person's browser. */
export function sentBack(
  request: HttpIn,
  operation: string,
  location: string,
  { platform }: Pick<OauthOptions, 'platform'>,
  headers: Readonly<Record<string, string>> = {},
): HttpOut {
  const code = errorIn(location)?.error;
  const log = { operation, ...(code === undefined ? {} : { code }) };
  if (!isFormInBrowser(request, location)) return { ...seeOther(request, location, headers), log };
  const view = { platform: platform.title, title: 'Back to the program', url: location };
  return { ...onwardOut(request, view, { 'referrer-policy': 'no-referrer', ...headers }), log };
}

/** Who asked, and who is asked: where nobody is signed in, nobody. */
export interface Between {
  readonly client: string;
  readonly user: string | undefined;
}

/**
 * The same without a word from the person, which is always an error. Anybody can register a page of theirs, and lead people to it from our
 * address: so to a page that is not of a program which this person has let in, they go by a click (RFC 9700, section 4.11.2).
 */
export async function sentBackUnasked(
  request: HttpIn,
  operation: string,
  location: string,
  between: Between,
  options: OauthOptions,
  headers: Readonly<Record<string, string>> = {},
): Promise<HttpOut> {
  if (!location.startsWith('https:') || (await hasLetIn(between, options))) return sentBack(request, operation, location, options, headers);
  const { error = '', text = error } = errorIn(location) ?? {};
  const page = problemPage({
    platform: options.platform.title,
    title: 'This program asked in a way that cannot be answered',
    text: `${text} (${error})`,
    next: 'Go back to it only if you have just come from there.',
    link: { href: location, text: `Go back to ${redirectTarget(location).host}` },
    requestId: request.requestId,
  });
  return pageOut(request, { ...page, status: 400, headers: { 'referrer-policy': 'no-referrer', ...headers }, log: { operation, code: error } });
}

async function hasLetIn({ client, user }: Between, { store }: OauthOptions): Promise<boolean> {
  return user !== undefined && (await store.grants.list(user)).some((grant) => grant.client === client);
}

/** RFC 6749, section 4.1.2.1; behind a `#` where the program asked for what we do not have. */
function errorIn(location: string): { readonly error: string; readonly text?: string } | undefined {
  if (!URL.canParse(location)) return undefined;
  const { search, hash } = new URL(location);
  const told = new URLSearchParams(search.slice(1) || hash.slice(1));
  const error = told.get('error');
  const text = told.get('error_description');
  return error === null ? undefined : { error, ...(text === null ? {} : { text }) };
}

/** A program's own scheme leads nowhere else, and is opened for the click that asked for it. */
function isFormInBrowser(request: HttpIn, location: string): boolean {
  return request.method === 'POST' && request.header('sec-fetch-dest') === 'document' && /^https?:/.test(location);
}
