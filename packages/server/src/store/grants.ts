/**
 * What a person allowed a program, in one tenant: one for each time the program was let in, so that what ends on one device goes on
 * on another. Times are Unix milliseconds.
 */
export interface GrantRecord {
  readonly id: string;
  readonly tenant: string;
  readonly user: string;
  readonly client: string;
  /** As the person saw it at consent. */
  readonly clientName: string;
  /** The host of its redirect address; null where that has none (`cursor://…`). */
  readonly clientHost: string | null;
  readonly scopes: readonly string[];
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
  readonly revokedAt: number | null;
}

/** What the client of a grant begins with that somebody made by hand. */
export const BY_HAND = 'by_hand_';

export interface GrantStore {
  /**
   * Under the user's membership in the tenant: whatever ends that, ends the grant and its tokens in the same stroke, for good.
   * @throws {ConstraintError} where the user is no member
   */
  create(tenant: string, grant: GrantRecord): Promise<void>;
  /** The same for one that is made by hand. `full`: its user has `most` of these there that are not revoked, over all processes. */
  createByHand(tenant: string, grant: GrantRecord, most: number): Promise<'created' | 'full'>;
  find(id: string): Promise<GrantRecord | undefined>;
  /** Those of a user that are not revoked, over all tenants, newest first. */
  list(user: string): Promise<readonly GrantRecord[]>;
  /** With every token of it. A grant already revoked is unknown. */
  revoke(user: string, id: string, at: number): Promise<'revoked' | 'unknown'>;
  /** All that the user has granted this client. Answers their ids. */
  revokeClient(user: string, client: string, at: number): Promise<readonly string[]>;
  /** Batched `last_used_at`: grant id to moment. */
  touch(seen: ReadonlyMap<string, number>): Promise<void>;
  /** Forgets grants that were revoked, or of which no token is left, before; at most some hundreds at once. Answers whether there may be more. */
  forget(before: number): Promise<boolean>;
}
