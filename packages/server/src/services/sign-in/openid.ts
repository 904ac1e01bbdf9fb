import { brief } from '@gatehouse/contract';
import {
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  type CustomFetch,
  type IDToken,
  allowInsecureRequests,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
} from 'openid-client';
import { readEmail } from '../../domain/email.js';
import { Discovered } from './discovered.js';
import { NAME_LENGTH, type SignInProvider, SUBJECT_LENGTH, type Tokens, type Vouched } from './provider.js';

export interface OpenIdOptions {
  readonly id: string;
  readonly label: string;
  /** As its discovery document names it (OpenID Connect Discovery 1.0, section 4). */
  readonly issuer: string;
  readonly clientId: string;
  /** How we show who we are at its token endpoint. */
  readonly authentication: ClientAuth;
  readonly posted: boolean;
  readonly parameters: Readonly<Record<string, string>>;
  /** Whether `email_verified` may be the word `true` too. */
  readonly wordForTrue?: true;
  /** Called before its token endpoint is asked. */
  readonly prepare?: () => Promise<void>;
  readonly fetch: CustomFetch;
  readonly now: () => number;
}

/** A provider by OpenID Connect. Its ID tokens are checked by their signature too, though they come from it over TLS. */
export function openIdProvider(options: OpenIdOptions): SignInProvider {
  const { id, label, posted, parameters, prepare } = options;
  const discovered = new Discovered(() => discover(options), options.now);
  return {
    id,
    label,
    posted,
    parameters,
    idToken: true,
    async configuration() {
      await prepare?.();
      return discovered.get();
    },
    identify: async (tokens) => vouchedBy(tokens, options),
  };
}

function discover({ issuer, clientId, authentication, fetch }: OpenIdOptions): Promise<Configuration> {
  const url = new URL(issuer);
  // Such an issuer is on this machine, or the settings would not have been taken.
  const execute = url.protocol === 'http:' ? [allowInsecureRequests, enableNonRepudiationChecks] : [enableNonRepudiationChecks];
  return discovery(url, clientId, undefined, authentication, { [customFetch]: fetch, execute });
}

/** A secret in the way that the provider says it takes (OpenID Connect Discovery 1.0, section 3: by default HTTP Basic). */
export function secretAs(secret: string): ClientAuth {
  const basic = ClientSecretBasic(secret);
  const post = ClientSecretPost(secret);
  return (server, client, body, headers) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    return methods.includes('client_secret_basic') || !methods.includes('client_secret_post')
      ? basic(server, client, body, headers)
      : post(server, client, body, headers);
  };
}

function vouchedBy(tokens: Tokens, { wordForTrue }: OpenIdOptions): Vouched | undefined {
  const claims = tokens.claims();
  if (claims === undefined || claims.sub === '' || claims.sub.length > SUBJECT_LENGTH) return undefined;
  const email = typeof claims.email === 'string' ? readEmail(claims.email) : undefined;
  const name = nameIn(claims);
  const identity = {
    subject: claims.sub,
    ...(email === undefined ? {} : { email }),
    emailVerified: email !== undefined && (claims.email_verified === true || (wordForTrue === true && claims.email_verified === 'true')),
    ...(name === undefined ? {} : { name }),
  };
  return { issuer: claims.iss, identity, issuedAt: claims.iat * 1000 };
}

function nameIn({ name }: IDToken): string | undefined {
  const trimmed = typeof name === 'string' ? name.trim() : '';
  return trimmed === '' ? undefined : brief(trimmed, NAME_LENGTH);
}
