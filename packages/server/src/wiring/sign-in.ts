import { randomBytes, randomUUID } from 'node:crypto';
import type { Core } from '../adapters/core.js';
import type { Logger } from '../adapters/log.js';
import type { Config } from '../config.js';
import { attemptCookieOf } from '../domain/attempt-cookie.js';
import { Seal } from '../domain/seal.js';
import type { SessionCookie } from '../domain/session-cookie.js';
import { isSignInPath } from '../domain/sign-in.js';
import type { Internals } from '../open-store.js';
import type { Platform } from '../runtime/platform.js';
import type { Runtime } from '../runtime/types.js';
import type { Egress } from '../services/egress.js';
import { Accounts } from '../services/identity/accounts.js';
import type { Limits } from '../services/limits/limits.js';
import type { Mailer } from '../services/mail.js';
import type { Outage } from '../services/outage.js';
import type { SessionService } from '../services/sessions.js';
import { type SignInService, createSignIn } from '../services/sign-in/index.js';
import type { UserService } from '../services/users.js';
import type { Vault } from '../services/vault.js';
import type { Store } from '../store/store.js';
import type { Authorization } from '../surfaces/oauth/index.js';
import { waitingBehind } from '../surfaces/oauth/waiting.js';
import { createSignInSurface } from '../surfaces/sign-in/index.js';

export interface SignInWiring {
  readonly authorization: Pick<Authorization, 'clients'>;
  readonly options: {
    readonly platform: Platform;
    readonly config: Pick<Config, 'development' | 'publicUrl' | 'signIn'>;
    readonly logger: Pick<Logger, 'log'>;
    /** @default standard error */
    readonly print?: (text: string) => void;
  };
  readonly store: Store;
  readonly vault: Vault;
  readonly users: UserService;
  readonly sessions: SessionService;
  readonly limits: Limits;
  readonly outage: Outage;
  readonly egress: Egress;
  readonly mailer: Mailer | undefined;
  readonly outside: Internals['outside'];
  readonly runtime: Runtime;
  readonly cookie: SessionCookie;
  readonly now: () => number;
}

export interface SignInPages {
  /** The same core, with the pages to sign in on beside it. */
  readonly around: (core: Core) => Core;
  readonly close: () => Promise<void>;
}

/** Pages where people sign in, where the platform has them. Outermost, for they mind cookies and origins themselves, and answer with pages. */
export async function wireSignIn(wiring: SignInWiring): Promise<SignInPages> {
  const { options, authorization, store, outage, runtime, cookie, now } = wiring;
  const { platform, config } = options;
  if (platform.signIn === false) return { around: (core) => core, close: async () => {} };
  const signIn = await serviceOf(wiring, platform.signIn.newcomers);
  const surface = createSignInSurface({
    title: platform.title,
    signIn,
    cookie,
    attemptCookie: attemptCookieOf(config.publicUrl),
    publicUrl: config.publicUrl,
    authenticate: (caller) => runtime.authenticate(caller),
    denial: (resolution, caller) => runtime.denial(resolution, caller),
    outOfReach: (error) => outage.note(error),
    waiting: waitingBehind(store, authorization.clients),
    now,
  });
  return {
    around: (core) => ({
      ...core,
      takesFormsOfOthers: (path) => surface.takesFormsOfOthers(path) || core.takesFormsOfOthers?.(path) === true,
      refuse: (failure, request) => (isSignInPath(request.path) ? surface.refuse(failure, request) : core.refuse(failure, request)),
      handle: (request) => (isSignInPath(request.path) ? surface.handle(request) : core.handle(request)),
    }),
    close: () => signIn.close(),
  };
}

function serviceOf({ options, vault, outage, outside = {}, ...means }: SignInWiring, newcomers: 'welcome' | 'refused'): Promise<SignInService> {
  const { platform, config, logger, print = (text) => process.stderr.write(text) } = options;
  const { log } = logger;
  const { store, now } = means;
  const { ownerRole: owner, adminRole: admin, memberRole: member } = platform.tenancy;
  return createSignIn({
    ...means,
    ...outside,
    providers: config.signIn.providers,
    accounts: new Accounts({ store, roles: { owner, admin, member }, now, newId: randomUUID, log }),
    seal: new Seal(vault.subKey('sign-in'), randomBytes),
    newcomers,
    platform: platform.title,
    print: config.development ? print : undefined,
    random: randomBytes,
    failed: (event, error) => outage.note(error) ?? log({ event, error }),
    log,
  });
}
