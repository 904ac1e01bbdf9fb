import { ClientSecretPost } from 'openid-client';
import type { RandomBytes } from '../../domain/key-format.js';
import { sha256 } from '../../domain/presented.js';
import type { Seal } from '../../domain/seal.js';
import type { SignIn } from '../../domain/sign-in.js';
import type { Store } from '../../store/store.js';
import type { Egress } from '../egress.js';
import { egressFetch } from '../egress-fetch.js';
import type { Accounts } from '../identity/accounts.js';
import type { Limits } from '../limits/limits.js';
import { type MailOptions, createMailer } from '../mail.js';
import type { SessionService } from '../sessions.js';
import type { UserService } from '../users.js';
import { APPLE_ISSUER, type AppleKey, appleSecret } from './apple.js';
import { Arrivals } from './arrivals.js';
import { GITHUB, type GitHubPlace, gitHubProvider } from './github.js';
import { LINK_MINUTES, Links } from './links.js';
import { openIdProvider, secretAs } from './openid.js';
import type { SignInProvider } from './provider.js';
import { Providers } from './providers.js';

interface Client {
  readonly clientId: string;
  readonly clientSecret: string;
}

export type ProviderSettings =
  | ({ readonly kind: 'oidc'; readonly issuer: string; readonly name: string } & Client)
  | ({ readonly kind: 'google' | 'github' } & Client)
  | ({ readonly kind: 'apple' } & AppleKey);

/** Where well-known providers are: elsewhere only in tests. */
export interface ProviderPlaces {
  readonly google?: string;
  readonly apple?: string;
  readonly github?: GitHubPlace;
}

export interface SignInOptions {
  readonly store: Pick<Store, 'users' | 'tenants' | 'links' | 'artifacts'>;
  readonly users: UserService;
  readonly accounts: Accounts;
  readonly sessions: SessionService;
  readonly limits: Pick<Limits, 'take'>;
  readonly egress: Egress;
  readonly seal: Seal;
  readonly mail: Omit<MailOptions, 'log'> | undefined;
  readonly providers: readonly ProviderSettings[];
  readonly places?: ProviderPlaces;
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

/** How people sign in: by links, and with providers. */
export function createSignIn(options: SignInOptions): SignInService {
  const { store, mail, newcomers, sessions, log } = options;
  const arrivals = new Arrivals(options);
  const links = new Links({ ...options, store: store.links, arrivals, mailer: mail === undefined ? undefined : createMailer({ ...mail, log }) });
  const list = options.providers.map((settings) => providerOf(settings, options));
  const providers = new Providers({ ...options, store: store.artifacts, providers: list, arrivals });
  return {
    linksBy: links.by,
    linkMinutes: LINK_MINUTES,
    newcomers,
    providers: list.map(({ id, label, posted }) => ({ id, label, posted })),
    askLink: (email, next, origin, address) => links.ask(email, next, origin, address),
    linkOf: (token) => links.find(token),
    redeemLink: (token, visitor) => links.redeem(token, visitor),
    begin: (provider, next, redirectUri, visitor) => providers.begin(provider, next, redirectUri, visitor),
    finish: (provider, answer, sealed, visitor) => providers.finish(provider, answer, sealed, visitor),
    async signOut(tokens) {
      for (const token of tokens) await sessions.endByHash(sha256(token));
    },
    close: () => links.close(),
  };
}

function providerOf(settings: ProviderSettings, { egress, places = {}, now }: SignInOptions): SignInProvider {
  const base = { fetch: egressFetch(egress), now, posted: false, clientId: settings.clientId };
  switch (settings.kind) {
    case 'github':
      return gitHubProvider({ ...base, clientSecret: settings.clientSecret, place: places.github ?? GITHUB, egress });
    case 'google': {
      // Its default is whoever is signed in there.
      const parameters = { scope: 'openid email profile', prompt: 'select_account' };
      const issuer = places.google ?? 'https://accounts.google.com';
      return openIdProvider({ ...base, id: 'google', label: 'Google', issuer, authentication: ClientSecretPost(settings.clientSecret), parameters });
    }
    case 'apple': {
      const issuer = places.apple ?? APPLE_ISSUER;
      // Whoever asks Apple for more than who it is gets the answer by a form only.
      const parameters = { scope: 'openid email' };
      return openIdProvider({ ...base, ...appleSecret(settings, issuer, now), id: 'apple', label: 'Apple', issuer, posted: true, wordForTrue: true, parameters });
    }
    case 'oidc': {
      const parameters = { scope: 'openid email profile' };
      return openIdProvider({ ...base, id: 'oidc', label: settings.name, issuer: settings.issuer, authentication: secretAs(settings.clientSecret), parameters });
    }
  }
}
