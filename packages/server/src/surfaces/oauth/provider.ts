import { generateKeyPairSync, timingSafeEqual } from 'node:crypto';
import type { EventEmitter } from 'node:events';
import type { Configuration, KoaContextWithOIDC, Provider } from 'oidc-provider';
import { resourceOf } from '../../domain/authorization.js';
import { sha256 } from '../../domain/presented.js';
import { isTokenFault } from '../../services/authorization/answers.js';
import { CLIENT_AUTH_METHODS } from '../../services/authorization/registration.js';
import { SIGNING_ALGORITHM } from '../../services/authorization/signing-keys.js';
import type { Store } from '../../store/store.js';
import { adapters } from './adapter.js';
import { currentCall } from './calls.js';
import { type Loaded, loadLibrary } from './load.js';
import type { Authorization } from './options.js';

/** What the library is asked, and what it answered. */
export interface Asked {
  readonly method: 'GET' | 'POST';
  /** Path and query. */
  readonly url: string;
  readonly form?: URLSearchParams;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/** The library for one issuer, behind an interface of our own: requests in, answers out, and the interactions that wait for a person. */
export interface Library {
  ask(asked: Asked): Promise<Answered>;
  /** A request for authorization that waits for its person; undefined where there is none, or no longer. */
  waiting(uid: string): Promise<Waiting | undefined>;
  /** What the person said. Answers what the person's browser is sent. */
  settle(uid: string, decision: Decision): Promise<Answered>;
}

export interface Waiting {
  readonly client: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
}

export type Decision = { readonly denied: true } | { readonly user: string; readonly grant: string; readonly scopes: readonly string[] };

export const ROUTES = {
  authorization: '/oauth/authorize',
  token: '/oauth/token',
  registration: '/oauth/register',
  revocation: '/oauth/revoke',
  introspection: '/oauth/introspect',
  jwks: '/oauth/jwks',
} as const;
export const CONSENT_PATH = '/oauth/consent/';

/** How long a person has to sign in and to answer. */
export const INTERACTION_SECONDS = 3600;
const CODE_SECONDS = 60;
/** An assertion is remembered for as long as it is good, so that it is taken once. */
const LONGEST_ASSERTION_SECONDS = 3600;

export interface LibraryOptions extends Authorization {
  readonly store: Store;
}

/** Everything but a person's own decision and the making of tokens is the library's: what it checks, in which order, and how it answers. */
export async function openLibrary(issuer: string, options: LibraryOptions): Promise<Library> {
  const { Provider, errors, interactionPolicy, inject } = await loadLibrary();
  const { clients, now, machineNow, log, store } = options;
  const { Check, Prompt, base } = interactionPolicy;
  const policy = base();
  policy.clear();
  policy.add(new Prompt({ name: 'login' }, new Check('signed_out', 'nobody is signed in', 'login_required', () => currentCall().user === undefined)));
  // Always: a program that anybody can pass itself off as must not be let in without its person (RFC 8252, section 8.6).
  policy.add(
    new Prompt({ name: 'consent' }, new Check('consent', 'a person has to allow it', 'consent_required', ({ oidc }) => oidc.result?.consent === undefined)),
  );
  const provider = new Provider(issuer, {
    ...configuration(issuer, options, errors),
    adapter: adapters({ store, clients, issuer, now, machineNow, log }, errors),
    interactions: { policy, url: (_ctx, { uid }) => CONSENT_PATH + uid },
  });
  // The address that was called is told by our own headers, which say what our own server found out.
  provider.proxy = true;
  useOwnTokens(provider, issuer, options);
  registerRefresh(provider, issuer, options, errors);
  watch(provider);
  return libraryOver(provider, inject);
}

function configuration(
  issuer: string,
  { scopes, tokens, fetch, machineNow }: LibraryOptions,
  { InvalidTarget, InvalidClientAuth }: Loaded['errors'],
): Configuration {
  return {
    // It signs what we never issue, ID tokens; but it wants a key.
    jwks: { keys: [generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })] },
    clientDefaults: { id_token_signed_response_alg: SIGNING_ALGORITHM, grant_types: ['authorization_code'], response_types: ['code'] },
    clientAuthMethods: CLIENT_AUTH_METHODS,
    assertJwtClientAuthClaimsAndHeader: async (_ctx, { exp }) => {
      if (Number(exp) > machineNow() / 1000 + LONGEST_ASSERTION_SECONDS) throw new InvalidClientAuth('the assertion is good for too long');
    },
    scopes: [],
    claims: {},
    responseTypes: ['code'],
    pkce: { required: () => true },
    rotateRefreshToken: true,
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    expiresWithSession: async () => false,
    revokeGrantPolicy: () => true,
    allowOmittingSingleRegisteredRedirectUri: false,
    fetch: fetch as never,
    routes: ROUTES,
    ttl: {
      AccessToken: tokens.accessSeconds,
      AuthorizationCode: CODE_SECONDS,
      Interaction: INTERACTION_SECONDS,
      Session: INTERACTION_SECONDS,
      Grant: INTERACTION_SECONDS,
      RefreshToken: INTERACTION_SECONDS,
    },
    findAccount: async (_ctx, id) => ({ accountId: id, claims: async () => ({ sub: id }) }),
    loadExistingGrant: async ({ oidc }) => {
      const id = oidc.result?.consent?.grantId;
      return id === undefined ? undefined : oidc.provider.Grant.find(id);
    },
    renderError: (ctx, out) => {
      ctx.body = out;
    },
    features: features(issuer, { scopes, tokens }, InvalidTarget),
  };
}

/** What of the library is used: of its many parts, three. */
function features(
  issuer: string,
  { scopes, tokens }: Pick<LibraryOptions, 'scopes' | 'tokens'>,
  InvalidTarget: Loaded['errors']['InvalidTarget'],
): NonNullable<Configuration['features']> {
  const resource = resourceOf(issuer);
  return {
    devInteractions: { enabled: false },
    userinfo: { enabled: false },
    rpInitiatedLogout: { enabled: false },
    dPoP: { enabled: false },
    pushedAuthorizationRequests: { enabled: false },
    clientCredentials: { enabled: false },
    revocation: { enabled: true, allowedPolicy: async (_ctx, client, token) => token.clientId === client.clientId },
    introspection: { enabled: true, allowedPolicy: async (_ctx, client, token) => token.clientId === client.clientId },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => resource,
      useGrantedResource: () => true,
      getResourceServerInfo: (_ctx, asked) => {
        if (asked !== resource) throw new InvalidTarget();
        return { scope: scopes.join(' '), audience: resource, accessTokenFormat: 'opaque', accessTokenTTL: tokens.accessSeconds };
      },
    },
  };
}

/** Tokens are made by our own issuer, and secrets compared by their hash. */
function useOwnTokens(provider: Provider, issuer: string, { tokens, store }: LibraryOptions): void {
  const held = async (id: string | undefined) => {
    const { grant } = currentCall();
    return grant?.id === id ? grant : store.grants.find(id ?? '');
  };
  provider.AccessToken.prototype.save = async function save() {
    const grant = await held(this.grantId);
    if (grant === undefined) throw new Error('A code was redeemed without its grant');
    const { tenant, id, client, user } = grant;
    const scopes = (this.scope ?? '').split(' ');
    return tokens.access({ tenant, client, grant: id, key: null, subject: user, scopes, issuer, audience: resourceOf(issuer) });
  };
  provider.RefreshToken.prototype.save = async function save() {
    const grant = await held(this.grantId);
    if (grant === undefined) throw new Error('A code was redeemed without its grant');
    return tokens.refresh({ client: grant.client, grant: grant.id, scopes: grant.scopes, audience: resourceOf(issuer) });
  };
  provider.Client.prototype.compareClientSecret = function compareClientSecret(presented: string) {
    return this.clientSecret !== undefined && timingSafeEqual(Buffer.from(sha256(presented)), Buffer.from(this.clientSecret));
  };
}

/** The refresh grant is ours: the library's knows no grace, and would end what a lost answer only repeats. */
function registerRefresh(provider: Provider, issuer: string, { refresh }: LibraryOptions, errors: Loaded['errors']): void {
  const handler = async (ctx: KoaContextWithOIDC): Promise<void> => {
    const { client, params } = ctx.oidc;
    const { refresh_token: token, scope, resource } = params ?? {};
    if (typeof token !== 'string' || client === undefined) throw new errors.InvalidRequest("missing required parameter 'refresh_token'");
    const scopes = typeof scope === 'string' ? scope.split(' ') : undefined;
    const audience = typeof resource === 'string' ? resource : undefined;
    const answer = await refresh.refresh({ token, client: client.clientId, scopes, audience, from: issuer });
    if (isTokenFault(answer)) {
      currentCall().reason = answer.reason;
      throw new errors.CustomOIDCProviderError(answer.error, answer.text);
    }
    ctx.body = answer;
  };
  provider.registerGrantType('refresh_token', handler as never, ['refresh_token', 'scope', 'resource'], ['resource']);
}

/** What it has to say about failures goes with the request that met them. */
function watch(provider: Provider): void {
  const refused = (_ctx: unknown, error: Error): void => {
    if ('error_detail' in error && typeof error.error_detail === 'string') currentCall().reason ??= error.error_detail;
  };
  const surprised = (error: unknown): void => {
    currentCall().surprise ??= error;
  };
  const asked = ({ oidc }: KoaContextWithOIDC): void => {
    if (oidc.client !== undefined) currentCall().askedBy = oidc.client.clientId;
  };
  provider.on('grant.success', asked);
  provider.on('grant.error', (ctx, error) => {
    asked(ctx);
    refused(ctx, error);
  });
  provider.on('authorization.error', refused);
  provider.on('revocation.error', refused);
  provider.on('introspection.error', refused);
  provider.on('server_error', (_ctx, error) => surprised(error));
  const emitter: EventEmitter = provider;
  // Without a listener it would be printed.
  emitter.on('error', surprised);
}

function libraryOver(provider: Provider, inject: Loaded['inject']): Library {
  const { issuer } = provider;
  const { host, protocol } = new URL(issuer);
  const dispatch = provider.callback();
  const ask: Library['ask'] = async ({ method, url, form, headers = {} }) => {
    const call = currentCall();
    const {
      statusCode,
      headers: answered,
      payload,
    } = await inject(dispatch, {
      method,
      url,
      headers: {
        ...headers,
        host,
        accept: 'application/json',
        'x-forwarded-proto': protocol.slice(0, -1),
        ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      ...(form === undefined ? {} : { payload: form.toString() }),
    });
    if (call.surprise !== undefined) throw call.surprise;
    const lines = Object.entries(answered).map(([name, value]): [string, string | undefined] => [name, value === undefined ? undefined : String(value)]);
    return { status: statusCode, headers: Object.fromEntries(lines), body: payload };
  };
  return {
    ask,
    async waiting(uid) {
      const { client_id: client, redirect_uri: redirectUri, scope } = (await provider.Interaction.find(uid))?.params ?? {};
      if (typeof client !== 'string' || typeof redirectUri !== 'string') return undefined;
      return { client, redirectUri, scopes: typeof scope === 'string' ? scope.split(' ') : [] };
    },
    async settle(uid, decision) {
      const interaction = await provider.Interaction.find(uid);
      if (interaction === undefined) throw new Error('A decision without its request');
      if ('denied' in decision) {
        interaction.result = { error: 'access_denied', error_description: 'The person did not allow it.' };
      } else {
        const { user, grant, scopes } = decision;
        interaction.result = { login: { accountId: user }, consent: { grantId: grant } };
        interaction.params = { ...interaction.params, scope: scopes.join(' ') };
      }
      await interaction.save(CODE_SECONDS);
      return ask({ method: 'GET', url: `${ROUTES.authorization}/${uid}`, headers: { cookie: `${provider.cookieName('resume')}=${uid}` } });
    },
  };
}
