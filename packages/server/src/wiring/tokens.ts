import { randomBytes } from 'node:crypto';
import type { Failure, Operation } from '@gatehouse/contract';
import type { Core } from '../adapters/core.js';
import type { Config } from '../config.js';
import { blockedBy, isForUs, resourceOf } from '../domain/authorization.js';
import { isLoopbackOrigin } from '../domain/origin.js';
import type { Resolver } from '../domain/principal.js';
import { defaultScopesOf, servedScopes } from '../domain/served-scopes.js';
import type { Platform } from '../runtime/platform.js';
import { GrantService } from '../services/grants.js';
import { type ExternalResolverOptions, externalResolver } from '../services/identity/external-resolver.js';
import { LastUsed } from '../services/last-used.js';
import type { Outage } from '../services/outage.js';
import type { Principals } from '../services/principals.js';
import { tokenResolver } from '../services/token-resolver.js';
import type { Store } from '../store/store.js';
import { type ChallengeOf, challenges } from '../surfaces/challenge.js';
import type { HttpIn, HttpOut } from '../surfaces/http.js';
import { createProtectedResourceSurface } from '../surfaces/protected-resource.js';
import { DOCS_ROOT } from '../surfaces/reference/pages.js';

export interface TokensWiring {
  readonly platform: Platform;
  readonly config: Pick<Config, 'publicUrl' | 'development' | 'settings' | 'blockedClients'>;
  readonly store: Store;
  readonly principals: Principals;
  /** What external tokens are checked with, and their bearers found or made. */
  readonly identity: Omit<ExternalResolverOptions, 'authorization' | 'principals' | 'development'>;
  readonly outage: Outage;
}

export interface Tokens {
  readonly grants: GrantService;
  readonly grantsUsed: LastUsed;
  /** None where no token is good here. */
  readonly resolvers: readonly Resolver[];
}

/** What takes OAuth tokens, and ends what they act under. */
export function wireTokens({ platform, config, store, principals, identity, outage }: TokensWiring): Tokens {
  const { publicUrl, development } = config;
  const { now, log } = identity;
  const grantsUsed = new LastUsed(store.grants, log, outage, 'grants_last_used');
  const { authorization } = platform;
  const prefix = authorization.kind === 'own' ? authorization.tokensByHand : undefined;
  // In development any name of this machine is ours, and this is one.
  const audience = resourceOf(publicUrl ?? 'http://localhost');
  const byHand = prefix === undefined ? undefined : { prefix, audience, random: randomBytes, newId: identity.newId };
  const grants = new GrantService({ store, lastUsed: grantsUsed, now, byHand });
  if (authorization.kind === 'none') return { grants, grantsUsed, resolvers: [] };
  if (authorization.kind === 'external') return { grants, grantsUsed, resolvers: [externalResolver({ ...identity, authorization, principals, development })] };
  const isIssuer = publicUrl === undefined ? isLoopbackOrigin : (issuer: string) => issuer === publicUrl;
  const own = tokenResolver({
    tokens: store.tokens,
    principals,
    lastUsed: grantsUsed,
    isAudience: (resource) => isForUs(resource, publicUrl),
    isBlocked: blockedBy(config.blockedClients),
    byHand: prefix,
    ...(authorization.accessTokens === 'jwt' ? { isIssuer } : {}),
    // In development an identity provider may be on this machine as well.
    aloneThere: publicUrl !== undefined,
  });
  return { grants, grantsUsed, resolvers: [own] };
}

/** What a platform with OAuth tells those who look for it. */
export interface Advertised {
  readonly challengeOf: ChallengeOf;
  /** The same core, with the protected resource's metadata beside it. */
  readonly around: (core: Core) => Core;
}

export function wireAdvertisement(platform: Platform, { publicUrl }: Pick<Config, 'publicUrl'>, operations: readonly Operation[]): Advertised {
  const { authorization } = platform;
  if (authorization.kind === 'none' || !platform.mcpBy.includes('token')) return { challengeOf: challenges(undefined), around: (core) => core };
  const scopes = servedScopes(platform.scopes, operations);
  return {
    challengeOf: challenges({ publicUrl, defaultScopes: defaultScopesOf(authorization, scopes) }),
    around(core) {
      const surface = createProtectedResourceSurface({
        publicUrl,
        issuer: authorization.kind === 'external' ? authorization.issuer : undefined,
        scopes,
        title: platform.title,
        documentation: platform.reference.page ? DOCS_ROOT : undefined,
        refuse: (failure: Failure, request: HttpIn): HttpOut => core.refuse(failure, request),
      });
      return {
        ...core,
        isPublic: (path) => surface.serves(path) || core.isPublic?.(path) === true,
        handle: (request) => (surface.serves(request.path) ? surface.handle(request) : core.handle(request)),
      };
    },
  };
}
