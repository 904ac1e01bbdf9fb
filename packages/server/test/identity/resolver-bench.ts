import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JWTPayload } from 'jose';
import { present } from '../../src/domain/presented.js';
import type { Presented, Principal, Resolution, Resolver } from '../../src/domain/principal.js';
import { rightsOver } from '../../src/domain/rights.js';
import { createEgress } from '../../src/services/egress.js';
import { createIdpResolver } from '../../src/services/identity/idp-resolver.js';
import type { IdentityProvider } from '../../src/services/identity/provider.js';
import { makePrincipals } from '../../src/services/principals.js';
import { defaultTenancy } from '../../src/services/tenancy.js';
import type { Driver } from '../../src/store/sqlite/driver.js';
import { openSqliteStore } from '../../src/store/sqlite/index.js';
import { loadDriver } from '../../src/store/sqlite/load-driver.js';
import type { Store } from '../../src/store/store.js';
import { IssuerServer, type SigningKey, sign } from './issuer-server.js';
import { TestClock } from './test-clock.js';

/** The resolver over a real store, with one issuer on loopback. Close it. */
export interface ResolverBench {
  readonly issuer: IssuerServer;
  readonly clock: TestClock;
  readonly store: Store;
  /** Another connection to the store's file, as an administrator has one. */
  readonly beside: Driver;
  readonly resolver: Resolver;
  readonly events: object[];
  /** Another resolver over the same store. */
  resolverFor(providers: readonly IdentityProvider[]): Resolver;
  /** Claims that do, plus or minus what is given; `undefined` takes a claim away. */
  claims(more?: object): JWTPayload;
  /** A token with those claims, signed by the issuer's first key unless another is given. */
  token(more?: object, key?: SigningKey, header?: object): Promise<string>;
  resolve(token: string, via?: Presented['via']): Promise<Resolution>;
  /** The principal of a token with those claims; fails where it is refused. */
  enter(more?: object): Promise<Principal>;
  close(): Promise<void>;
}

export interface BenchOptions {
  readonly keys: readonly SigningKey[];
  readonly providers: (issuer: string) => readonly IdentityProvider[];
}

export const PARTY = 'https://app.example.com';

export async function openBench({ keys, providers }: BenchOptions): Promise<ResolverBench> {
  const clock = new TestClock();
  const events: object[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'idp-'));
  const issuer = await IssuerServer.start(...keys);
  const store = await openSqliteStore({ path: join(folder, 'test.db'), tables: [], now: clock.now });
  const beside = (await loadDriver())(join(folder, 'test.db'), false);
  const resolverFor: ResolverBench['resolverFor'] = (accepted) =>
    createIdpResolver({
      providers: accepted,
      store,
      principals: makePrincipals(defaultTenancy, rightsOver([])),
      egress: createEgress({ allowLoopback: true }),
      now: clock.now,
      newId: randomUUID,
      roles: { owner: 'owner', admin: 'admin', member: 'member' },
      log: (event) => events.push(event),
    });
  const resolver = resolverFor(providers(issuer.url));
  const claims: ResolverBench['claims'] = (extra = {}) => {
    const base = { iss: issuer.url, sub: 'user_1', azp: PARTY, iat: clock.seconds(), nbf: clock.seconds(-10), exp: clock.seconds(60) };
    return Object.fromEntries(Object.entries({ ...base, ...extra }).filter(([, value]) => value !== undefined));
  };
  const [signer] = keys;
  const token: ResolverBench['token'] = async (extra, key = signer, header) => {
    if (key === undefined) throw new Error('No key to sign with');
    return sign(key, claims(extra), header);
  };
  const resolve: ResolverBench['resolve'] = async (value, via = 'authorization') => resolver.resolve(present(value, via), clock.now());
  return {
    issuer,
    clock,
    store,
    beside,
    resolver,
    resolverFor,
    events,
    claims,
    token,
    resolve,
    async enter(extra) {
      const resolution = await resolve(await token(extra));
      if (resolution.is !== 'ok') throw new Error(`Expected a principal, got ${JSON.stringify(resolution)}`);
      return resolution.principal;
    },
    async close() {
      await issuer.close();
      beside.close();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
