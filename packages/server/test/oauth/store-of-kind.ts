import { afterAll, afterEach, beforeAll } from 'vitest';
import { databaseKind } from '../../../../test/support/app-database.js';
import type { GrantRecord } from '../../src/store/grants.js';
import type { Store } from '../../src/store/store.js';
import type { AccessTokenRecord, RefreshTokenRecord } from '../../src/store/tokens.js';
import { type Bench, type Place, addUser, tenant } from '../store/place.js';
import { postgresPlaces } from '../store/postgres-place.js';
import { sqlitePlaces } from '../store/sqlite-place.js';
import { tables } from '../store/tables.js';

/** What the tests of a file leave behind, those that refer first. */
const LEFT = [
  ...['access_tokens', 'refresh_tokens', 'grants', 'clients', 'artifacts', 'links', 'signing_keys', 'invitations', 'sessions', 'keys', 'members', 'users'],
  ...["tenants where id not in ('a', 'b')"],
];

export interface BenchOfKind extends Pick<Bench, 'store' | 'raw'> {
  /** The store of process `n`: where several may share the database, every other one is another. */
  of(n: number): Store;
}

/** A store with the tenants `a` and `b` for the tests of a file, on the database that the run is about; each test finds it empty. */
export function useStoreOfKind(): BenchOfKind {
  const places = databaseKind() === 'sqlite' ? undefined : postgresPlaces();
  let place: Place;
  let store: Store;
  let other: Store;
  beforeAll(async () => {
    place = await (places?.newPlace() ?? sqlitePlaces()());
    store = await place.open({ tables });
    other = places === undefined ? store : await place.open({ tables });
    for (const id of ['a', 'b']) await store.tenants.create(tenant(id));
  });
  afterEach(async () => {
    for (const rows of LEFT) await place.raw(`delete from gatehouse_${rows}`);
  });
  afterAll(async () => {
    await Promise.all([store.close(), other.close()]);
    await place.remove();
    await places?.removeAll();
  });
  return {
    get store() {
      return store;
    },
    of: (n) => (n % 2 === 0 ? store : other),
    raw: (sql) => place.raw(sql),
  };
}

/** A member of the tenant `a`. */
export async function member(store: Store, id: string, role = 'owner'): Promise<void> {
  await addUser(store, id);
  await store.tenants.setMember({ tenant: 'a', user: id, role, createdAt: 1 });
}

export function grant(id: string, over: Partial<GrantRecord> = {}): GrantRecord {
  return {
    ...{ id, tenant: 'a', user: 'u', client: 'c', clientName: 'A program', clientHost: 'agent.test', scopes: ['things:read'], createdAt: 1_000 },
    ...{ lastUsedAt: null, revokedAt: null },
    ...over,
  };
}

export function access(hash: string, over: Partial<AccessTokenRecord> = {}): AccessTokenRecord {
  return {
    ...{ hash, id: `id-${hash}`, tenant: 'a', client: 'c', grant: 'g', key: null, scopes: ['things:read'], audience: 'https://a.test' },
    ...{ createdAt: 1_000, expiresAt: 5_000 },
    ...over,
  };
}

export function refresh(hash: string, over: Partial<RefreshTokenRecord> = {}): RefreshTokenRecord {
  return { hash, grant: 'g', client: 'c', scopes: ['things:read'], audience: 'https://a.test', createdAt: 1_000, expiresAt: 9_000, ...over };
}

/** As many at once. */
export function atOnce<T>(count: number, work: (n: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, n) => work(n)));
}

/** How often each answer was given. */
export function tally(answers: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const answer of answers) counts[answer] = (counts[answer] ?? 0) + 1;
  return counts;
}
