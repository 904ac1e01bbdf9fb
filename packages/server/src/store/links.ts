/** A link that signs its reader in, once: sent to an e-mail address. Times are Unix milliseconds. */
export interface LinkRecord {
  /** SHA-256 of its token, lower-case hex. */
  readonly hash: string;
  /** Folded: as users are found by. */
  readonly email: string;
  /** A path of our own to go on to, or null. */
  readonly next: string | null;
  readonly expiresAt: number;
}

export interface LinkStore {
  create(link: LinkRecord): Promise<void>;
  find(hash: string): Promise<LinkRecord | undefined>;
  /** One conditional deletion: of all who redeem it at once, one is answered it. */
  redeem(hash: string, now: number): Promise<LinkRecord | undefined>;
  /** Forgets what expired before, at most some hundreds at once. Answers whether there may be more. */
  forget(before: number): Promise<boolean>;
}
