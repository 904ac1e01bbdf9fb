import { brief } from '@gatehouse/contract';
import {
  type ClientAuth,
  ClientError,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  type CustomFetch,
  allowInsecureRequests,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
} from 'openid-client';
import { readEmail } from '../../domain/email.js';
import { textFault } from '../../domain/text.js';
import { Discovered } from './discovered.js';
import { NAME_LENGTH, ProviderUnavailable, type SignInProvider, SUBJECT_LENGTH, type Tokens, type Vouched } from './provider.js';

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
    identify: async (tokens) => vouchedBy(tokens, await discovered.get(), options),
  };
}

async function discover({ issuer, clientId, authentication, fetch }: OpenIdOptions): Promise<Configuration> {
  const url = new URL(issuer);
  // Such an issuer is on this machine, or the settings would not have been taken.
  const insecure = url.protocol === 'http:';
  const execute = insecure ? [allowInsecureRequests, enableNonRepudiationChecks] : [enableNonRepudiationChecks];
  const configuration = await discovery(url, clientId, undefined, authentication, { [customFetch]: fetch, execute }).catch((cause: unknown) => {
    // All that is given is settled by now, but for what the document says.
    throw cause instanceof ClientError ? cause : new ProviderUnavailable('its discovery document cannot be used', { cause });
  });
  const { authorization_endpoint, token_endpoint, jwks_uri } = configuration.serverMetadata();
  for (const [name, endpoint] of Object.entries({ authorization_endpoint, token_endpoint, jwks_uri })) {
    const does = endpoint !== undefined && URL.canParse(endpoint) && ['https:', insecure ? 'http:' : ''].includes(new URL(endpoint).protocol);
    if (!does) throw new ProviderUnavailable(`its discovery document has no ${name} that does`);
  }
  return configuration;
}

/** A secret in the way that the provider says it takes (OpenID Connect Discovery 1.0, section 3: by default HTTP Basic). */
export function secretAs(secret: string): ClientAuth {
  const basic = ClientSecretBasic(secret);
  const post = ClientSecretPost(secret);
  return (server, client, body, headers) => {
    const said: unknown = server.token_endpoint_auth_methods_supported;
    const methods = Array.isArray(said) ? said : ['client_secret_basic'];
    // Servers differ in what of HTTP Basic they decode (RFC 6749, section 2.3.1).
    return methods.includes('client_secret_post') ? post(server, client, body, headers) : basic(server, client, body, headers);
  };
}

async function vouchedBy(tokens: Tokens, configuration: Configuration, { wordForTrue }: OpenIdOptions): Promise<Vouched | undefined> {
  const claims = tokens.claims();
  if (claims === undefined || claims.sub === '' || claims.sub.length > SUBJECT_LENGTH || textFault(claims.sub) !== undefined) return undefined;
  const { email: claimed, email_verified: verified, name: called } = await personIn(claims, tokens, configuration);
  const email = typeof claimed === 'string' ? readEmail(claimed) : undefined;
  const name = typeof called === 'string' && textFault(called) === undefined ? called.trim() : '';
  const identity = {
    subject: claims.sub,
    emailVerified: email !== undefined && (verified === true || (wordForTrue === true && verified === 'true')),
    ...(email === undefined ? {} : { email }),
    ...(name === '' ? {} : { name: brief(name, NAME_LENGTH) }),
  };
  return { issuer: claims.iss, identity, issuedAt: Math.floor(claims.iat * 1000) };
}

/** A strict provider says who somebody is only when it is asked with the access token (OpenID Connect Core 1.0, section 5.4). */
async function personIn(claims: Person & { readonly sub: string }, { access_token: token }: Tokens, configuration: Configuration): Promise<Person> {
  if (claims.email !== undefined || configuration.serverMetadata().userinfo_endpoint === undefined) return claims;
  return fetchUserInfo(configuration, token, claims.sub);
}

interface Person {
  readonly email?: unknown;
  readonly email_verified?: unknown;
  readonly name?: unknown;
}
