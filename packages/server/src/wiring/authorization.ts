import { randomBytes, randomUUID } from 'node:crypto';
import type { Operation } from '@gatehouse/contract';
import type { Core } from '../adapters/core.js';
import type { Config } from '../config.js';
import { type OwnAuthorization, blockedBy } from '../domain/authorization.js';
import { Seal } from '../domain/seal.js';
import { defaultScopesOf, servedScopes } from '../domain/served-scopes.js';
import { KeyClients } from '../services/authorization/client-credentials.js';
import { Clients, registrationBucket } from '../services/authorization/clients.js';
import { Consent } from '../services/authorization/consent.js';
import { ClientDocuments } from '../services/authorization/documents.js';
import { TokenIssuer } from '../services/authorization/issue.js';
import { RefreshGrant } from '../services/authorization/refresh.js';
import { SecretSigner } from '../services/authorization/secret-signer.js';
import { SigningKeys } from '../services/authorization/signing-keys.js';
import { egressFetch } from '../services/egress-fetch.js';
import type { Egress } from '../services/egress.js';
import { KeptAnswers } from '../services/kept-answers.js';
import type { Vault } from '../services/vault.js';
import type { Platform } from '../runtime/platform.js';
import type { Store } from '../store/store.js';
import { type Authorization, type OauthOptions, type OauthSurface, createOauthSurface } from '../surfaces/oauth/index.js';
import { ROUTES } from '../surfaces/oauth/provider.js';

const DAY_MS = 86_400_000;

export interface AuthorizationWiring {
  readonly platform: Platform;
  readonly config: Pick<Config, 'publicUrl' | 'development' | 'blockedClients' | 'clientDocuments'>;
  readonly store: Store;
  readonly vault: Vault;
  readonly egress: Egress;
  readonly operations: readonly Operation[];
  readonly now: () => number;
  readonly log: (event: object) => void;
}

/** What gives out tokens. It is there for the command line where another server does so, too, and asked for nothing. */
export function wireAuthorization({ platform, config, store, vault, egress, operations, now, log }: AuthorizationWiring): Authorization {
  const own: OwnAuthorization = platform.authorization.kind === 'own' ? platform.authorization : { kind: 'own' };
  const scopes = servedScopes(platform.scopes, operations);
  const accessSeconds = own.accessTokenSeconds ?? 3600;
  const signingKeys = new SigningKeys({
    store: store.signingKeys,
    seal: new Seal(vault.subKey('signing keys'), randomBytes),
    now,
    tokenMs: accessSeconds * 1000,
  });
  const documents = new ClientDocuments({ egress, taken: config.clientDocuments, now, allowLoopback: config.development, log });
  const clients = new Clients({ store, documents, blocked: blockedBy(config.blockedClients), random: randomBytes, newId: randomUUID, now });
  const tokens = new TokenIssuer({
    store,
    format: own.accessTokens ?? 'opaque',
    keys: own.signing === 'HS256' ? new SecretSigner(vault.subKey('access tokens')) : signingKeys,
    accessSeconds,
    refreshMs: grantDays(platform) * DAY_MS,
    random: randomBytes,
    newId: randomUUID,
    now,
  });
  return {
    clients,
    documents: config.clientDocuments,
    consent: new Consent({ store, clients, tenancy: platform.tenancy, scopes, defaults: defaultScopesOf(own, scopes), newId: randomUUID, now }),
    tokens,
    refresh: new RefreshGrant({ store, issuer: tokens, key: vault.subKey('oauth refresh'), now, log }),
    keyClients: new KeyClients({ keys: store.keys, issuer: tokens, scopes, now }),
    signingKeys,
    scopes,
    fetch: egressFetch(egress),
    now,
    machineNow: Date.now,
    log,
  };
}

export interface OauthWiring extends Pick<OauthOptions, 'store' | 'publicUrl' | 'cookie' | 'authenticate' | 'denial' | 'take' | 'outOfReach'> {
  readonly platform: Platform;
  readonly vault: Vault;
  readonly authorization: Authorization;
}

/** The authorization server, where it is our own. */
export function wireOauth({ platform, vault, authorization, ...rest }: OauthWiring, refuse: OauthOptions['refuse']): OauthSurface | undefined {
  if (platform.authorization.kind !== 'own') return undefined;
  return createOauthSurface({
    ...authorization,
    ...rest,
    platform,
    interactionKey: vault.subKey('oauth interactions'),
    answers: new KeptAnswers({
      kind: 'Answer',
      store: rest.store.artifacts,
      seal: new Seal(vault.subKey('oauth answers'), randomBytes),
      now: authorization.now,
    }),
    grantDays: grantDays(platform),
    registrationBucket,
    refuse,
  });
}

/** The same core, with the authorization server beside it. */
export function withOauth(core: Core, oauth: OauthSurface | undefined): Core {
  if (oauth === undefined) return core;
  return {
    ...core,
    isPublic: (path) => oauth.open(path) || core.isPublic?.(path) === true,
    // Some programs ask by a form (RFC 6749, section 3.1).
    takesFormsOfOthers: (path) => path === ROUTES.authorization || core.takesFormsOfOthers?.(path) === true,
    refuse: (failure, request) => (oauth.serves(request.path) ? oauth.refuse(failure, request) : core.refuse(failure, request)),
    handle: (request) => (oauth.serves(request.path) ? oauth.handle(request) : core.handle(request)),
  };
}

function grantDays({ authorization }: Platform): number {
  return (authorization.kind === 'own' ? authorization.refreshTokenDays : undefined) ?? 30;
}
