/** A key as it is stored. Times are Unix milliseconds. The raw key is nowhere. */
export interface KeyRecord {
  readonly id: string;
  readonly tenant: string;
  /** null: the key belongs to the tenant alone. */
  readonly user: string | null;
  readonly name: string;
  /** SHA-256 of the whole raw key, lower-case hex. */
  readonly hash: string;
  /** The first characters of the raw key, for display. */
  readonly prefix: string;
  /** `['*']` is full access to the platform's plane; empty is none. */
  readonly scopes: readonly string[];
  readonly createdAt: number;
  /** What minted it: `cli`, `import`, or `<credential kind>:<credential id>`. */
  readonly createdBy: string;
  readonly expiresAt: number | null;
  readonly lastUsedAt: number | null;
  readonly disabledAt: number | null;
  readonly revokedAt: number | null;
  /** The key that replaced it. */
  readonly rotatedTo: string | null;
}

/** What a key's rights and its being good at all depend on. */
export type GrantedKey = Pick<KeyRecord, 'id' | 'tenant' | 'user' | 'scopes' | 'expiresAt' | 'lastUsedAt' | 'disabledAt' | 'revokedAt' | 'rotatedTo'>;

/** A key with what bounds it: its owner's role and its tenant's plan, as they are now. */
export interface KeyGrant {
  readonly key: GrantedKey;
  /** null: the owner is no member of the tenant (any more), or the key has no user. */
  readonly role: string | null;
  readonly plan: string | null;
}

export interface UserRecord {
  readonly id: string;
  readonly email: string | null;
  readonly emailVerified: boolean;
  readonly name: string | null;
  /** The user's own space. */
  readonly homeTenant: string;
  readonly createdAt: number;
}

export interface TenantRecord {
  readonly id: string;
  readonly name: string;
  readonly plan: string | null;
  /** `<issuer>#<organisation id>` where an identity provider's organisation stands behind it. */
  readonly externalId: string | null;
  readonly createdAt: number;
}

export interface MemberRecord {
  readonly tenant: string;
  readonly user: string;
  readonly role: string;
  readonly createdAt: number;
}
