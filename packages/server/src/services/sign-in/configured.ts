import { ClientSecretPost } from 'openid-client';
import type { ProviderSettings } from '../../domain/sign-in-settings.js';
import type { Egress } from '../egress.js';
import { egressFetch } from '../egress-fetch.js';
import { APPLE_ISSUER, appleSecret } from './apple.js';
import { GITHUB, type GitHubPlace, gitHubProvider } from './github.js';
import { openIdProvider, secretAs } from './openid.js';
import type { SignInProvider } from './provider.js';
import { Providers, type ProvidersOptions } from './providers.js';

/** Where well-known providers are: elsewhere only in tests. */
export interface ProviderPlaces {
  readonly google?: string;
  readonly apple?: string;
  readonly github?: GitHubPlace;
}

export interface ConfiguredOptions extends Omit<ProvidersOptions, 'providers'> {
  readonly settings: readonly ProviderSettings[];
  readonly places: ProviderPlaces;
  readonly egress: Egress;
}

/** The providers that the settings name. */
export function configuredProviders({ settings, ...options }: ConfiguredOptions): Providers {
  return new Providers({ ...options, providers: settings.map((one) => providerOf(one, options)) });
}

function providerOf(settings: ProviderSettings, { egress, places, now }: Omit<ConfiguredOptions, 'settings'>): SignInProvider {
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
      return openIdProvider({
        ...base,
        ...appleSecret(settings, issuer, now),
        id: 'apple',
        label: 'Apple',
        issuer,
        posted: true,
        wordForTrue: true,
        parameters,
      });
    }
    case 'oidc': {
      const parameters = { scope: 'openid email profile' };
      return openIdProvider({
        ...base,
        id: 'oidc',
        label: settings.name,
        issuer: settings.issuer,
        authentication: secretAs(settings.clientSecret),
        parameters,
      });
    }
  }
}
