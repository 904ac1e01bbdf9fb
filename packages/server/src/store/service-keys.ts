/** A key of no tenant, which the operator makes. Times are Unix milliseconds. The raw key is nowhere. */
export interface ServiceKeyRecord {
  readonly id: string;
  readonly name: string;
  /** The first characters of the raw key, for display. */
  readonly prefix: string;
  readonly createdAt: number;
  /** What minted it: `cli`. */
  readonly createdBy: string;
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
}

export interface ServiceKeyStore {
  /** One indexed statement, by SHA-256, lower-case hex; committed state only, also inside a unit of work. */
  findByHash(hash: string): Promise<ServiceKeyRecord | undefined>;
  create(key: ServiceKeyRecord, hash: string): Promise<void>;
  /** Newest first, without the revoked ones. */
  list(): Promise<readonly ServiceKeyRecord[]>;
  /** A key already revoked is unknown. */
  revoke(id: string, at: number): Promise<'revoked' | 'unknown'>;
}
