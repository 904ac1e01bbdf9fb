/** A program that asks people for access (RFC 6749, section 2). Times are Unix milliseconds. */
export interface ClientRecord {
  readonly id: string;
  /** It registered itself (RFC 7591), the operator made it, or its id is the address of its metadata document. */
  readonly kind: 'registered' | 'made' | 'document';
  /** Its metadata in the words of RFC 7591, as JSON, without any secret. */
  readonly metadata: string;
  /** SHA-256 of its secret, lower-case hex; null: a public client, or one that signs. */
  readonly secretHash: string | null;
  readonly createdAt: number;
  /** When it is forgotten, unless somebody lets it in before; null: it stays. */
  readonly expiresAt: number | null;
}

/** Programs that registered. Each verb is atomic. */
export interface ClientStore {
  find(id: string): Promise<ClientRecord | undefined>;
  /** `full`: as many as `most` wait to be let in by somebody, over all processes, and nothing was written. Those that do not expire are not counted. */
  register(client: ClientRecord, most: number): Promise<'registered' | 'exists' | 'full'>;
  /** Somebody has let it in: it stays. Of a metadata document it keeps what was read; any other that is gone meanwhile does not come back. */
  keep(client: ClientRecord): Promise<void>;
  /** For the operator: newest first. */
  list(): Promise<readonly ClientRecord[]>;
  /** With all that it was granted, which ends. */
  remove(id: string, at: number): Promise<'removed' | 'unknown'>;
  /** Forgets those that nobody let in, at most some hundreds at once. Answers whether there may be more. */
  forget(now: number): Promise<boolean>;
}
