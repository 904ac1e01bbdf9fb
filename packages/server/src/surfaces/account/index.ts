import { type Failure, Refusal } from '@gatehouse/contract';
import type { Caller, Principal, Resolution } from '../../domain/principal.js';
import { type SessionCookie, isFromOwnPage, isSafe } from '../../domain/session-cookie.js';
import { unavailable } from '../../runtime/run.js';
import { callerOf } from '../caller.js';
import type { HttpIn, HttpOut, Surface } from '../http.js';
import { notAllowed } from '../not-allowed.js';
import { ACCOUNT_PATH, DISCONNECT_PATH, END_SESSION_PATH, SIGN_OUT_EVERYWHERE_PATH, accountPage } from '../pages/account.js';
import { failurePageOut } from '../pages/failure.js';
import { formIn } from '../pages/form.js';
import { pageOut } from '../pages/page.js';
import { seeOther } from '../pages/see-other.js';
import { type Access, viewOf } from './view.js';

export type { Access } from './view.js';

export interface AccountOptions {
  /** The platform's title, and what its scopes are in words. */
  readonly platform: { readonly title: string; readonly scopeTexts: Readonly<Record<string, string>> };
  readonly authenticate: (caller: Caller) => Resolution | Promise<Resolution>;
  /** What a person may see and end. @throws what says that the database is out of reach */
  readonly accessFor: (principal: Principal, caller: Caller) => Access;
  readonly outOfReach: (error: unknown) => Parameters<typeof unavailable>[0] | undefined;
  readonly cookie: SessionCookie;
  readonly publicUrl: string | undefined;
  /** The page to sign in on, which takes `next`. */
  readonly signInPath: string;
}

/** What a notice may say, by what stands in the URL: no text of others is ever shown. */
const NOTICES: ReadonlyMap<string, string> = new Map([
  ['disconnected', 'The app is disconnected. It has no access any more.'],
  ['ended', 'You are signed out there.'],
  ['gone', 'That had ended already.'],
]);

/** What a form asks for. Answers where to go on to. */
type Act = (access: Access, form: URLSearchParams, options: AccountOptions, request: HttpIn) => Promise<HttpOut>;

const ACTS: ReadonlyMap<string, Act> = new Map([
  [DISCONNECT_PATH, async ({ grants }, form, _options, request) => noted(request, 'disconnected', await grants.revoke(form.get('grant') ?? ''))],
  [END_SESSION_PATH, async ({ sessions }, form, _options, request) => noted(request, 'ended', await sessions.revoke(form.get('session') ?? ''))],
  [
    SIGN_OUT_EVERYWHERE_PATH,
    async ({ sessions }, _form, { cookie, signInPath }, request) => {
      await sessions.signOutEverywhere();
      return seeOther(request, signInPath, { 'set-cookie': cookie.take });
    },
  ],
]);

export interface AccountSurface extends Surface {
  serves(path: string): boolean;
  /** What the transport found wrong, as a page. */
  refuse(failure: Failure, request: Pick<HttpIn, 'requestId'>): HttpOut;
}

/** The page where a person sees, and ends, what has access to the account: `GET /account`, and a form for each ending. By cookie alone. */
export function createAccountSurface(options: AccountOptions): AccountSurface {
  const { platform, outOfReach } = options;
  const refuse: AccountSurface['refuse'] = (failure, request) => failurePageOut(request, failure, { platform: platform.title, link: BACK });
  return {
    name: 'account',
    refuse,
    serves: (path) => path === ACCOUNT_PATH || ACTS.has(path),
    async handle(request) {
      const act = ACTS.get(request.path);
      const allowed = act === undefined ? ['GET', 'HEAD'] : ['POST'];
      if (!allowed.includes(request.method)) return notAllowed(request, allowed.join(', '), refuse);
      if (!isSafe(request) && !isFromOwnPage(request, options.publicUrl)) return refuse(FOREIGN, request);
      try {
        const caller = callerOf(request);
        const resolution = await options.authenticate(caller);
        if (resolution.is === 'unavailable')
          return refuse({ code: 'unavailable', text: OUT_OF_REACH, retryAfterSeconds: resolution.retryAfterSeconds }, request);
        if (resolution.is !== 'ok' || resolution.principal.credential.kind !== 'session') return toSignIn(request, options);
        const access = options.accessFor(resolution.principal, caller);
        return act === undefined ? await shown(request, access, options) : await act(access, formIn(request) ?? new URLSearchParams(), options, request);
      } catch (error) {
        const outage = outOfReach(error);
        if (outage === undefined) throw error;
        return refuse(unavailable(outage, act !== undefined), request);
      }
    },
  };
}

const OUT_OF_REACH = 'It cannot be known right now who you are.';
const BACK = { href: ACCOUNT_PATH, text: 'Your account' };
const FOREIGN: Failure = {
  code: 'origin_not_allowed',
  text: 'This was asked for by a page of another site.',
  next: 'Do it on your account page.',
};

async function shown(request: HttpIn, access: Access, { platform }: AccountOptions): Promise<HttpOut> {
  const done = NOTICES.get(new URLSearchParams(request.query).get('done') ?? '') ?? null;
  return pageOut(request, { ...accountPage(await viewOf(access, platform, done)), log: { operation: 'account' } });
}

function toSignIn(request: HttpIn, { signInPath }: AccountOptions): HttpOut {
  return seeOther(request, `${signInPath}?next=${encodeURIComponent(ACCOUNT_PATH)}`);
}

/** What is unknown has ended, as far as this person is concerned: the list that follows shows how things are. */
function noted(request: HttpIn, notice: string, refusal: Refusal | undefined): HttpOut {
  if (refusal instanceof Refusal && refusal.failure.code !== 'not_found') throw refusal;
  return seeOther(request, `${ACCOUNT_PATH}?done=${refusal === undefined ? notice : 'gone'}`);
}
