import type { KeyGrant, KeyRecord, MemberRecord, TenantRecord, UserRecord } from '../domain/records.js';
import type { Bucket } from '../domain/window.js';
import type { ArtifactStore } from './artifacts.js';
import type { Changes } from './changes.js';
import type { ClientStore } from './clients.js';
import type { DepartureStore } from './departures.js';
import type { EndingStore } from './endings.js';
import type { ExportStore } from './exports.js';
import type { GrantStore } from './grants.js';
import type { InvitationStore } from './invitations.js';
import type { LinkStore } from './links.js';
import type { JobStore } from './jobs.js';
import type { MembershipStore } from './memberships.js';
import type { PublicIdStore } from './public-ids.js';
import type { SearchStore } from './search.js';
import type { ServiceKeyStore } from './service-keys.js';
import type { SessionStore } from './sessions.js';
import type { Signals } from './signals.js';
import type { SigningKeyStore } from './signing-keys.js';
import type { TokenStore } from './tokens.js';
import type { IdempotencyStore } from './idempotency.js';
import type { Snapshot, TenantDb, Unit } from './unit.js';

/** Verbs of the domain; each is atomic, and durable when its promise settles. Times are Unix milliseconds. */
export interface KeyStore {
  /** One indexed statement. Synchronous where the database is. */
  findByHash(hash: string): KeyGrant | undefined | Promise<KeyGrant | undefined>;
  find(tenant: string, id: string): Promise<KeyRecord | undefined>;
  /** Newest first, without the revoked ones. */
  list(tenant: string, by: { readonly user?: string }): Promise<readonly KeyRecord[]>;
  /** For the operator: across tenants, newest first, without the revoked ones. */
  listAll(): Promise<readonly KeyRecord[]>;
  /** For the operator: the tenant that a key id belongs to. */
  tenantOf(id: string): Promise<string | undefined>;
  /** `full`: with as many as `most` its owner there has no room for it, over all processes. Revoked and expired ones do not count. @param most absent: any number */
  create(tenant: string, key: KeyRecord, most?: number): Promise<'created' | 'exists' | 'full'>;
  /** A key already revoked is unknown. */
  revoke(tenant: string, id: string, at: number): Promise<'revoked' | 'unknown'>;
  setDisabled(tenant: string, id: string, at: number | null): Promise<'done' | 'unknown'>;
  /** The old key expires at `overlapUntil`; where that is not in the future of `at`, it is revoked, and there is always room for its successor. */
  rotate(tenant: string, id: string, next: KeyRecord, at: number, overlapUntil: number, most?: number): Promise<'rotated' | 'unknown' | 'full'>;
  /** Batched `last_used_at`: key id to moment. */
  touch(seen: ReadonlyMap<string, number>): Promise<void>;
}

export interface UserStore {
  find(id: string): Promise<UserRecord | undefined>;
  findByEmail(email: string): Promise<UserRecord | undefined>;
  findByIdentity(issuer: string, subject: string): Promise<UserRecord | undefined>;
  list(): Promise<readonly UserRecord[]>;
  /**
   * Makes the user, the own space and its ownership together. `exists`: the e-mail or the identity is taken.
   * `role` is the user's role in the own space. @default 'owner'
   */
  create(user: UserRecord, home: TenantRecord, identity?: { readonly issuer: string; readonly subject: string }, role?: string): Promise<'created' | 'exists'>;
  linkIdentity(user: string, issuer: string, subject: string, at: number): Promise<void>;
}

export interface TenantStore {
  find(id: string): Promise<TenantRecord | undefined>;
  findByExternalId(externalId: string): Promise<TenantRecord | undefined>;
  list(): Promise<readonly TenantRecord[]>;
  listOf(user: string): Promise<readonly (TenantRecord & { readonly role: string })[]>;
  create(tenant: TenantRecord): Promise<'created' | 'exists'>;
  rename(id: string, name: string): Promise<'done' | 'unknown'>;
  /** null: the platform's default plan. */
  setPlan(id: string, plan: string | null): Promise<'done' | 'unknown'>;
  member(tenant: string, user: string): Promise<MemberRecord | undefined>;
  members(tenant: string): Promise<readonly (MemberRecord & { readonly email: string | null; readonly name: string | null })[]>;
  setMember(member: MemberRecord): Promise<'created' | 'changed' | 'same'>;
}

/** Where the limits of one process are remembered between starts: bucket to theoretical arrival time. */
export interface LedgerStore {
  readonly shared: false;
  load(now: number): Promise<ReadonlyMap<string, number>>;
  save(entries: ReadonlyMap<string, number>, now: number): Promise<void>;
}

/** Room in a bucket that one process may use without asking: calls of `interval` each, from `from` to `until` (Unix milliseconds). */
export interface Slice {
  /** Where the bucket had no room: equal to `until`. */
  readonly from: number;
  readonly until: number;
  /** The clock that `from` and `until` are of, as the slice was made. */
  readonly now: number;
  /** The bucket's theoretical arrival time after the slice was cut. */
  readonly arrival: number;
}

/** What a process asks of one bucket. */
export interface Wanted {
  readonly bucket: Bucket;
  /** At most so many calls; a whole number, at least 1. */
  readonly calls: number;
  /** None where there is not room for so many. */
  readonly least: number;
}

/** Where the limits of several processes are kept. Each takes slices, and the bound holds over all of them. */
export interface SharedLedgerStore {
  readonly shared: true;
  /** Cuts a slice from each bucket, and answers them in the order asked. Atomic for each bucket; no bucket is there twice. */
  cut(wanted: readonly Wanted[]): Promise<readonly Slice[]>;
}

/** Small facts about the installation, such as the check value of the root secret. */
export interface MetaStore {
  get(name: string): Promise<string | undefined>;
  /** Stores the value where there is none yet, and answers what is stored. */
  settle(name: string, value: string): Promise<string>;
}

/** How busy the way to the database is at this moment. */
export interface StoreLoad {
  /** Connections that are open, and how many there may be. */
  readonly open: number;
  readonly limit: number;
  /** Of them those that work. */
  readonly busy: number;
  /** Statements and units of work that wait for one. */
  readonly waiting: number;
}

export interface Store {
  readonly keys: KeyStore;
  readonly users: UserStore;
  readonly tenants: TenantStore;
  readonly ledger: LedgerStore | SharedLedgerStore;
  readonly meta: MetaStore;
  readonly idempotency: IdempotencyStore;
  readonly departures: DepartureStore;
  readonly sessions: SessionStore;
  readonly clients: ClientStore;
  readonly grants: GrantStore;
  readonly tokens: TokenStore;
  readonly artifacts: ArtifactStore;
  readonly signingKeys: SigningKeyStore;
  readonly links: LinkStore;
  readonly serviceKeys: ServiceKeyStore;
  readonly jobs: JobStore;
  readonly publicIds: PublicIdStore;
  readonly memberships: MembershipStore;
  readonly invitations: InvitationStore;
  readonly endings: EndingStore;
  readonly exports: ExportStore;
  readonly search: SearchStore;
  readonly changes: Changes;
  readonly signals: Signals;
  /** Statement by statement, within one tenant. Nothing is held until it is touched. */
  db(tenant: string): TenantDb;
  /** One atomic, time-capped unit. A thrown error or a returned `Refusal` undoes it. Nests: an inner one is a savepoint. */
  tx<T>(tenant: string, work: (unit: Unit) => Promise<T>): Promise<T>;
  /** Readings that all see one moment, whatever is written meanwhile, and that keep nobody from writing. Time-capped, like a unit. */
  snapshot<T>(tenant: string, work: (snapshot: Snapshot) => Promise<T>): Promise<T>;
  /** One raw statement that reads, held to the tenant by the database alone. Every use is listed by `npm run check`. */
  unsafe(tenant: string, sql: string, parameters?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
  /** @throws {IsolationError} where tenants are not kept apart by both layers. Changes nothing. */
  proveIsolation(): Promise<void>;
  load(): StoreLoad;
  /** One cheap statement; rejects where the database is out of reach. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
