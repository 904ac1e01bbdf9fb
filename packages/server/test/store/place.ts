import { createHash } from 'node:crypto';
import { afterEach, beforeEach } from 'vitest';
import type { GrantedKey, KeyRecord, TenantRecord, UserRecord } from '../../src/domain/records.js';
import type { TableDef } from '../../src/domain/tables.js';
import type { Layers } from '../../src/store/layers.js';
import type { Store } from '../../src/store/store.js';
import { tables } from './tables.js';

export interface Opening {
  readonly tables?: readonly TableDef[];
  readonly txSeconds?: number;
  readonly log?: (event: object) => void;
  readonly layers?: Layers;
}

/** One empty database, which can be opened, closed and opened again. */
export interface Place {
  open(opening: Opening): Promise<Store>;
  /** As an administrator of the database sees it: one statement over all tenants, past both layers. */
  raw(sql: string): Promise<readonly Record<string, unknown>[]>;
  remove(): Promise<void>;
}

/** What a kind of database needs to run the suite. */
export type NewPlace = () => Promise<Place>;

/** The same kind of database, opened with one of the two layers of isolation off. */
export function withLayers(newPlace: NewPlace, layers: Layers): NewPlace {
  return async () => {
    const place = await newPlace();
    return { ...place, open: (opening) => place.open({ ...opening, layers }) };
  };
}

export interface Bench {
  /** Open on an empty database with the suite's tables, and the tenants `a` and `b`. */
  readonly store: Store;
  /** Closes the store and opens the same database again. */
  reopen(opening?: Opening): Promise<Store>;
  readonly raw: Place['raw'];
}

/** A store for each test; all that a test opened is closed after it. */
export function useStore(newPlace: NewPlace): Bench {
  let place: Place;
  let store: Store;
  const open = async (opening: Opening): Promise<Store> => {
    store = await place.open({ tables, ...opening });
    return store;
  };
  beforeEach(async () => {
    place = await newPlace();
    await open({});
    for (const id of ['a', 'b']) await store.tenants.create(tenant(id));
  });
  afterEach(async () => {
    await store.close();
    await place.remove();
  });
  return {
    get store() {
      return store;
    },
    reopen: async (opening = {}) => {
      await store.close();
      return open(opening);
    },
    raw: (sql) => place.raw(sql),
  };
}

export function tenant(id: string, over: Partial<TenantRecord> = {}): TenantRecord {
  return { id, name: `Tenant ${id}`, plan: null, externalId: null, createdAt: 1_000, ...over };
}

export function user(id: string, over: Partial<UserRecord> = {}): UserRecord {
  return { id, email: `${id}@example.test`, emailVerified: false, name: null, homeTenant: `home-${id}`, createdAt: 1_000, ...over };
}

/** A key's. */
export const hashOf = (id: string): string => createHash('sha256').update(id).digest('hex');

export function key(id: string, over: Partial<KeyRecord> = {}): KeyRecord {
  return {
    ...{ id, tenant: 'a', user: null, name: `Key ${id}`, hash: hashOf(id), prefix: 'nen_1234', scopes: ['tickets:read'], createdAt: 1_000 },
    ...{ createdBy: 'cli', expiresAt: null, lastUsedAt: null, disabledAt: null, revokedAt: null, rotatedTo: null },
    ...over,
  };
}

/** What a look-up by hash tells of a key. */
export function granted({ id, tenant: of, user: owner, scopes, expiresAt, lastUsedAt, disabledAt, revokedAt, rotatedTo }: KeyRecord): GrantedKey {
  return { id, tenant: of, user: owner, scopes, expiresAt, lastUsedAt, disabledAt, revokedAt, rotatedTo };
}

export async function addUser(store: Store, id: string): Promise<void> {
  await store.users.create(user(id), tenant(`home-${id}`));
}
