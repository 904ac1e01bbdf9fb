import { randomUUID } from 'node:crypto';
import { rightsOver } from '../domain/rights.js';
import type { Resolver } from '../domain/principal.js';
import { Authenticator } from '../services/authenticate.js';
import { createIdpResolver } from '../services/identity/idp-resolver.js';
import { keyResolver } from '../services/key-resolver.js';
import { LastUsed } from '../services/last-used.js';
import { makePrincipals } from '../services/principals.js';
import { serviceKeyResolver } from '../services/service-keys.js';
import { sessionResolver } from '../services/session-resolver.js';
import type { Operation } from '@gatehouse/contract';
import type { Egress } from '../services/egress.js';
import { type TokensWiring, wireTokens } from './tokens.js';

/** A generation of cached principals; at most twice as many are held. */
const CACHED_PRINCIPALS = 100_000;

export interface CredentialsWiring extends Pick<TokensWiring, 'platform' | 'config' | 'store' | 'outage'> {
  readonly operations: readonly Operation[];
  readonly egress: Egress;
  readonly now: () => number;
  readonly log: (event: object) => void;
}

/** Who a credential stands for: every kind that is taken here, in the order in which they are asked. */
export function wireCredentials({ platform, config, store, outage, operations, egress, now, log }: CredentialsWiring) {
  const {
    tenancy,
    keys: { prefix, servicePrefix, accept },
  } = platform;
  const principals = makePrincipals(tenancy, rightsOver(operations));
  const lastUsed = new LastUsed(store.keys, log, outage);
  const providers = platform.identity({ settings: config.settings, development: config.development });
  const roles = { owner: tenancy.ownerRole, admin: tenancy.adminRole, member: tenancy.memberRole };
  const identity = { providers, store, egress, now, newId: randomUUID, roles, log };
  const { grants, grantsUsed, resolvers: ofTokens } = wireTokens({ platform, config, store, principals, identity, outage });
  const resolvers: readonly Resolver[] = [
    keyResolver({ prefix, accept, keys: store.keys, principals, lastUsed }),
    ...(servicePrefix === undefined ? [] : [serviceKeyResolver({ prefix: servicePrefix, accept, keys: store.serviceKeys, principals })]),
    sessionResolver({ sessions: store.sessions, principals }),
    ...ofTokens,
    createIdpResolver({ ...identity, principals }),
  ];
  const authenticator = new Authenticator({ resolvers, changes: store.changes, lastUsed, grantsUsed, now, cacheSize: CACHED_PRINCIPALS, outage });
  return { principals, lastUsed, grants, grantsUsed, providers, authenticator };
}
