import { randomBytes, randomUUID } from 'node:crypto';
import type { Core } from '../adapters/core.js';
import type { GatehouseOptions } from '../app.js';
import { attemptCookieOf } from '../domain/attempt-cookie.js';
import { Seal } from '../domain/seal.js';
import type { SessionCookie } from '../domain/session-cookie.js';
import { isSignInPath } from '../domain/sign-in.js';
import type { Runtime } from '../runtime/types.js';
import type { Egress } from '../services/egress.js';
import { Accounts } from '../services/identity/accounts.js';
import type { Limits } from '../services/limits/limits.js';
import type { Outage } from '../services/outage.js';
import type { SessionService } from '../services/sessions.js';
import type { ProviderPlaces } from '../services/sign-in/configured.js';
import { createSignIn } from '../services/sign-in/index.js';
import type { UserService } from '../services/users.js';
import type { Vault } from '../services/vault.js';
import type { Store } from '../store/store.js';
import { createSignInSurface } from '../surfaces/sign-in/index.js';

export interface SignInWiring {
  readonly options: GatehouseOptions;
  readonly store: Store;
  readonly vault: Vault;
  readonly users: UserService;
  readonly sessions: SessionService;
  readonly limits: Limits;
  readonly outage: Outage;
  readonly egress: Egress;
  readonly places: ProviderPlaces | undefined;
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
export async function wireSignIn({
  options,
  store,
  vault,
  users,
  sessions,
  limits,
  outage,
  egress,
  places,
  runtime,
  cookie,
  now,
}: SignInWiring): Promise<SignInPages> {
  const { platform, config, logger, print = (text) => process.stderr.write(text) } = options;
  const { log } = logger;
  if (platform.signIn === false) return { around: (core) => core, close: async () => {} };
  const { ownerRole: owner, adminRole: admin, memberRole: member } = platform.tenancy;
  const accounts = new Accounts({ store, roles: { owner, admin, member }, now, newId: randomUUID, log });
  const signIn = await createSignIn({
    store,
    users,
    accounts,
    sessions,
    limits,
    egress,
    seal: new Seal(vault.subKey('sign-in'), randomBytes),
    mail: config.signIn.mail,
    providers: config.signIn.providers,
    ...(places === undefined ? {} : { places }),
    newcomers: platform.signIn.newcomers,
    platform: platform.title,
    print: config.development ? print : undefined,
    random: randomBytes,
    now,
    failed: (event, error) => outage.note(error) ?? log({ event, error }),
    log,
  });
  const surface = createSignInSurface({
    title: platform.title,
    signIn,
    cookie,
    attemptCookie: attemptCookieOf(config.publicUrl),
    publicUrl: config.publicUrl,
    authenticate: (caller) => runtime.authenticate(caller),
    denial: (resolution, caller) => runtime.denial(resolution, caller),
    outOfReach: (error) => outage.note(error),
    now,
  });
  return {
    around: (core) => ({
      ...core,
      takesFormsOfOthers: (path) => surface.takesFormsOfOthers(path),
      refuse: (failure, request) => (isSignInPath(request.path) ? surface.refuse(failure, request) : core.refuse(failure, request)),
      handle: (request) => (isSignInPath(request.path) ? surface.handle(request) : core.handle(request)),
    }),
    close: () => signIn.close(),
  };
}
