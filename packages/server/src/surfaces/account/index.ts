import { type Failure, Refusal, refuse } from '@gatehouse/contract';
import type { Caller, Principal, Resolution } from '../../domain/principal.js';
import { INVITATION_PATH } from '../../domain/invitation.js';
import { type SessionCookie, isFromOwnPage, isSafe } from '../../domain/session-cookie.js';
import { type UnavailableError, unavailable } from '../../domain/unavailable-error.js';
import { callerOf } from '../caller.js';
import type { HttpIn, HttpOut, Surface } from '../http.js';
import { notAllowed } from '../not-allowed.js';
import { ACCOUNT_PATH, DISCONNECT_PATH, END_SESSION_PATH, SIGN_OUT_EVERYWHERE_PATH, accountPage } from '../pages/account.js';
import { FOREIGN_FORM, failurePageOut } from '../pages/failure.js';
import { formIn } from '../pages/form.js';
import { pageOut } from '../pages/page.js';
import { seeOther } from '../pages/see-other.js';
import { LEAVE_PATH, SWITCH_PATH } from '../pages/spaces.js';
import { type InvitationOptions, acceptInvitation, invitedStranger, showInvitation } from './invitation.js';
import { type Access, type Wording, viewOf } from './view.js';

export type { Access } from './view.js';

export interface AccountOptions extends InvitationOptions {
  readonly platform: Wording;
  readonly authenticate: (caller: Caller) => Resolution | Promise<Resolution>;
  /** What a person may see and end. @throws what says that the database is out of reach */
  readonly accessFor: (principal: Principal, caller: Caller) => Access;
  readonly outOfReach: (error: unknown) => UnavailableError | undefined;
  readonly cookie: SessionCookie;
  readonly publicUrl: string | undefined;
}

/** What a notice may say, by what stands in the URL: no text of others is ever shown. */
const NOTICES: ReadonlyMap<string, string> = new Map([
  ['disconnected', 'The app is disconnected. It has no access any more.'],
  ['ended', 'You are signed out there.'],
  ['gone', 'That had ended already.'],
  ['switched', 'You have switched to that space.'],
  ['left', 'You have left that space.'],
  ['joined', 'You have joined. Switch to the new space to work in it.'],
]);

/** Who asks for what. */
interface Asking {
  readonly access: Access;
  /** In which the session acts. */
  readonly tenant: string | null;
  readonly form: URLSearchParams;
  readonly request: HttpIn;
  readonly options: AccountOptions;
}

/** What a form asks for. Answers where to go on to. */
type Act = (asking: Asking) => Promise<HttpOut>;

const ACTS: ReadonlyMap<string, Act> = new Map([
  [DISCONNECT_PATH, async ({ access, form, request }) => noted(request, 'disconnected', await disconnect(access, form))],
  [END_SESSION_PATH, async ({ access, form, request }) => noted(request, 'ended', await access.sessions.revoke(form.get('session') ?? ''))],
  [
    SIGN_OUT_EVERYWHERE_PATH,
    async ({ access, request, options: { cookie, signInPath } }) => {
      await access.sessions.signOutEverywhere();
      return seeOther(request, signInPath, { 'set-cookie': cookie.take });
    },
  ],
]);

/** Where a space may have several members. */
const SHARED_ACTS: ReadonlyMap<string, Act> = new Map([
  [SWITCH_PATH, async ({ access, form, request }) => noted(request, 'switched', await access.memberships.switchTo(form.get('tenant') ?? ''))],
  // Another page may have switched since this one was shown.
  [LEAVE_PATH, async ({ access, tenant, form, request }) => noted(request, 'left', form.get('tenant') === tenant ? await access.memberships.leave() : GONE)],
  [INVITATION_PATH, ({ access, form, request }) => acceptInvitation(request, access, form)],
]);

export interface AccountSurface extends Surface {
  serves(path: string): boolean;
  /** What the transport found wrong, as a page. */
  refuse(failure: Failure, request: Pick<HttpIn, 'requestId'>): HttpOut;
}

/**
 * The page where a person sees, and ends, what has access to the account: `GET /account`, and a form for each ending; and the one on which
 * an invitation is accepted. By cookie alone.
 */
export function createAccountSurface(options: AccountOptions): AccountSurface {
  const { platform, outOfReach } = options;
  const refusePage: AccountSurface['refuse'] = (failure, request) => failurePageOut(request, failure, { platform: platform.title, link: BACK, titles: TITLES });
  const { shared } = platform.tenancy;
  const acts = new Map([...ACTS, ...(shared ? SHARED_ACTS : [])]);
  const pages = new Set(shared ? [ACCOUNT_PATH, INVITATION_PATH] : [ACCOUNT_PATH]);
  return {
    name: 'account',
    refuse: refusePage,
    serves: (path) => pages.has(path) || acts.has(path),
    async handle(request) {
      const { path, method } = request;
      const act = method === 'POST' ? acts.get(path) : undefined;
      const allowed = [...(pages.has(path) ? ['GET', 'HEAD'] : []), ...(acts.has(path) ? ['POST'] : [])];
      if (!allowed.includes(method)) return notAllowed(request, allowed.join(', '), refusePage);
      if (!isSafe(request) && !isFromOwnPage(request, options.publicUrl)) return refusePage(FOREIGN_FORM, request);
      try {
        return (await answerOf(request, act, options)) ?? refusePage(NO_INVITATION, request);
      } catch (error) {
        if (error instanceof Refusal) return refusePage(error.failure, request);
        const outage = outOfReach(error);
        if (outage === undefined) throw error;
        return refusePage(unavailable(outage, act !== undefined), request);
      }
    },
  };
}

/** undefined: there is no such invitation for this person. */
async function answerOf(request: HttpIn, act: Act | undefined, options: AccountOptions): Promise<HttpOut | undefined> {
  const caller = callerOf(request);
  const resolution = await options.authenticate(caller);
  if (resolution.is === 'unavailable') throw refuse('unavailable', OUT_OF_REACH, { retryAfterSeconds: resolution.retryAfterSeconds });
  const invited = act === undefined && request.path === INVITATION_PATH;
  if (resolution.is !== 'ok' || resolution.principal.credential.kind !== 'session')
    return invited ? invitedStranger(request, options) : toSignIn(request, options);
  const { principal } = resolution;
  const access = options.accessFor(principal, caller);
  if (invited) return showInvitation(request, access, options);
  if (act === undefined) return shown(request, access, principal.tenant, options);
  return act({ access, tenant: principal.tenant, form: formIn(request) ?? new URLSearchParams(), request, options });
}

const OUT_OF_REACH = 'It cannot be known right now who you are.';
const BACK = { href: ACCOUNT_PATH, text: 'Your account' };
/** An invitation is all that is looked for here. */
const TITLES = { not_found: 'This invitation does not work' };

const GONE = refuse('not_found');
const NO_INVITATION: Failure = {
  code: 'not_found',
  text: 'There is no such invitation for you: it may have been accepted or withdrawn, or its time is over.',
  next: 'Sign in with the e-mail address that was invited, or ask for another invitation.',
};

async function shown(request: HttpIn, access: Access, tenant: string | null, { platform }: AccountOptions): Promise<HttpOut> {
  const done = NOTICES.get(new URLSearchParams(request.query).get('done') ?? '') ?? null;
  return pageOut(request, { ...accountPage(await viewOf(access, platform, tenant, done)), log: { operation: 'account' } });
}

function toSignIn(request: HttpIn, { signInPath }: AccountOptions): HttpOut {
  return seeOther(request, `${signInPath}?next=${encodeURIComponent(ACCOUNT_PATH)}`);
}

/** All that the program was allowed: that it has no access any more is what is said then. */
async function disconnect({ grants }: Access, form: URLSearchParams): Promise<undefined | Refusal> {
  const ended = await grants.revokeClient(form.get('client') ?? '');
  if (ended instanceof Refusal) return ended;
  return ended === 0 ? GONE : undefined;
}

/** What is unknown has ended, as far as this person is concerned: the list that follows shows how things are. */
function noted(request: HttpIn, notice: string, answer: object | undefined): HttpOut {
  if (answer instanceof Refusal && answer.failure.code !== 'not_found') throw answer;
  return seeOther(request, `${ACCOUNT_PATH}?done=${answer instanceof Refusal ? 'gone' : notice}`);
}
