import type { Failure } from '@gatehouse/contract';
import { INVITATION_PATH } from '../../domain/invitation.js';
import { PROVIDER_PATH, SIGN_IN_PATH, type SignedIn } from '../../domain/sign-in.js';
import { callerOf } from '../caller.js';
import type { HttpIn, HttpOut } from '../http.js';
import { failurePageOut } from '../pages/failure.js';
import { onwardOut } from '../pages/onward.js';
import { pageOut } from '../pages/page.js';
import { seeOther } from '../pages/see-other.js';
import { signInPage } from '../pages/sign-in.js';
import type { Wrong } from '../pages/views.js';
import { HOME, type SignInSurfaceOptions } from './options.js';
import { withNext } from './request.js';

type Headers = Readonly<Record<string, string>>;

/** What all pages of signing in have in common. */
export class Desk {
  readonly options: SignInSurfaceOptions;

  constructor(options: SignInSurfaceOptions) {
    this.options = options;
  }

  /** The page to sign in on. */
  async page(
    request: HttpIn,
    next: string | null,
    more: { readonly status?: number; readonly headers?: Headers; readonly wrong?: Wrong } = {},
  ): Promise<HttpOut> {
    const { title, signIn, waiting } = this.options;
    const { wrong, ...page } = more;
    const content = signInPage({
      platform: title,
      action: SIGN_IN_PATH,
      next,
      invited: next?.startsWith(`${INVITATION_PATH}?`) ?? false,
      forClient: next === null ? null : ((await waiting?.(next)) ?? null),
      email: signIn.linksBy !== undefined,
      providers: signIn.providers.map(({ id, label }) => ({ action: PROVIDER_PATH + id, label })),
      wrong,
    });
    return pageOut(request, { ...content, ...page });
  }

  /** A page that says what happened, and leads to another try. */
  refuse(failure: Failure, request: Pick<HttpIn, 'requestId'>, next: string | null = null, headers: Headers = {}): HttpOut {
    const link = { href: withNext(SIGN_IN_PATH, next), text: 'Sign in' };
    return failurePageOut(request, failure, { platform: this.options.title, link, titles: TITLES, headers });
  }

  /** The same for what somebody may try often, to find what is somebody else's: counted against the address. */
  async denied(failure: Failure, request: HttpIn): Promise<HttpOut> {
    const counted = await this.options.denial({ is: 'refused', reason: 'unknown' }, callerOf(request));
    return this.refuse(counted.code === 'rate_limited' ? counted : failure, request);
  }

  /** On to another page, after a form. */
  onward(request: HttpIn, to: { readonly url: string; readonly title: string }, headers: Headers): HttpOut {
    return onwardOut(request, { platform: this.options.title, ...to }, headers);
  }

  /** The session's cookie, and on to where the person wanted to go. */
  letIn(request: HttpIn, { token, expiresAt, next }: Extract<SignedIn, { is: 'in' }>, how: 'page' | 'redirect', taken?: string): HttpOut {
    const { cookie, now } = this.options;
    const headers = { 'set-cookie': cookie.give(token, (expiresAt - now()) / 1000) };
    const to = next ?? HOME;
    const out = how === 'page' ? this.onward(request, { url: to, title: 'You are signed in' }, headers) : seeOther(request, to, headers);
    return { ...out, ...(taken === undefined ? {} : { cookies: [taken] }), log: { operation: 'sign_in' } };
  }
}

/** A link is all that is looked for here, and whatever else does not go well, nobody comes in. */
const TITLES = { not_found: 'This link does not work any more', forbidden: 'You are not signed in', invalid_input: 'You are not signed in' };
