/** A key pair that tokens are signed with. Times are Unix milliseconds. */
export interface SigningKeyRecord {
  /** `kid` (RFC 7517, section 4.5) */
  readonly id: string;
  readonly algorithm: string;
  /** JSON Web Key (RFC 7517). */
  readonly publicKey: string;
  /** The private key as JWK, sealed under a sub-key of the root secret. */
  readonly sealed: string;
  readonly createdAt: number;
  /** After which nothing is signed with it; it is published until what it signed has expired. */
  readonly retiredAt: number | null;
}

export interface SigningKeyStore {
  /** Newest first. */
  list(): Promise<readonly SigningKeyRecord[]>;
  /** Adds it, and retires all others at that moment. `if none`: only where there is none, so that one of several processes makes the first. */
  add(key: SigningKeyRecord, when: 'always' | 'if none'): Promise<void>;
  forget(retiredBefore: number): Promise<void>;
}
