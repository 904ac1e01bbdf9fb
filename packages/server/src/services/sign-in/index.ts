import type { RandomBytes } from '../../domain/key-format.js';
import { sha256 } from '../../domain/presented.js';
import type { Seal } from '../../domain/seal.js';
import type { ProviderSettings } from '../../domain/sign-in-settings.js';
import type { SignIn } from '../../domain/sign-in.js';
import type { Store } from '../../store/store.js';
import type { Egress } from '../egress.js';
import type { Accounts } from '../identity/accounts.js';
import { KeptAnswers } from '../kept-answers.js';
import type { Limits } from '../limits/limits.js';
import type { Mailer } from '../mail.js';
import type { SessionService } from '../sessions.js';
import type { UserService } from '../users.js';
import { Arrivals } from './arrivals.js';
import type { ProviderPlaces } from './configured.js';
import { LINK_MINUTES, Links } from './links.js';
import type { Providers } from './providers.js';

export interface SignInOptions {
  readonly store: Pick<Store, 'users' | 'tenants' | 'links' | 'artifacts'>;
  readonly users: UserService;
  readonly accounts: Accounts;
  readonly sessions: SessionService;
  readonly limits: Pick<Limits, 'take'>;
  readonly egress: Egress;
  readonly seal: Seal;
  /** undefined: no mail is sent here. */
  readonly mailer: Mailer | undefined;
  readonly providers: readonly ProviderSettings[];
  readonly places?: ProviderPlaces;
  readonly patienceMs?: number | undefined;
  readonly newcomers: 'welcome' | 'refused';
  /** The platform's title. */
  readonly platform: string;
  /** Shows a link to whoever develops. undefined: in production. */
  readonly print: ((text: string) => void) | undefined;
  readonly random: RandomBytes;
  readonly now: () => number;
  readonly failed: (event: string, error: unknown) => void;
  readonly log: (event: object) => void;
}

export interface SignInService extends SignIn {
  /** Settles when nothing is under way beside the calls any more. */
  close(): Promise<void>;
}

/** How people sign in: by links, and with providers. What speaks to providers is loaded where there are any. */
export async function createSignIn(options: SignInOptions): Promise<SignInService> {
  const { store, newcomers, sessions } = options;
  const arrivals = new Arrivals(options);
  const answers = new KeptAnswers({ ...options, kind: 'SignedIn', store: store.artifacts });
  const links = new Links({ ...options, store: store.links, arrivals, answers });
  const providers = await providersOf(options, arrivals);
  return {
    linksBy: links.by,
    linkMinutes: LINK_MINUTES,
    newcomers,
    providers: providers?.buttons ?? [],
    askLink: (email, next, origin, address) => links.ask(email, next, origin, address),
    linkOf: (token) => links.find(token),
    redeemLink: (token, once, visitor) => links.redeem(token, once, visitor),
    begin: async (provider, next, redirectUri, visitor) => (await providers?.begin(provider, next, redirectUri, visitor)) ?? { is: 'unavailable' },
    finish: async (provider, answer, sealed, visitor) => (await providers?.finish(provider, answer, sealed, visitor)) ?? { is: 'unavailable', next: null },
    async signOut(tokens) {
      for (const token of tokens) await sessions.endByHash(sha256(token));
    },
    close: () => links.close(),
  };
}

async function providersOf({ providers: settings, places = {}, store, ...options }: SignInOptions, arrivals: Arrivals): Promise<Providers | undefined> {
  if (settings.length === 0) return undefined;
  const { configuredProviders } = await import('./configured.js');
  return configuredProviders({ ...options, settings, places, store: store.artifacts, arrivals });
}
