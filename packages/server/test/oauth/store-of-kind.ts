import { afterAll } from 'vitest';
import { databaseKind } from '../../../../test/support/app-database.js';
import type { GrantRecord } from '../../src/store/grants.js';
import type { Store } from '../../src/store/store.js';
import type { AccessTokenRecord, RefreshTokenRecord } from '../../src/store/tokens.js';
import { type Bench, addUser, useStore } from '../store/place.js';
import { postgresPlaces } from '../store/postgres-place.js';
import { sqlitePlaces } from '../store/sqlite-place.js';

/** An empty store for each test, on the database that the run is about. */
export function useStoreOfKind(): Bench {
  if (databaseKind() === 'sqlite') return useStore(sqlitePlaces());
  const places = postgresPlaces();
  afterAll(() => places.removeAll());
  return useStore(() => places.newPlace());
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
