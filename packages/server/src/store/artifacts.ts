/** What the authorization server has to remember for a short while: codes, interactions, its own sessions and the like. */
export interface Artifact {
  /** Which kind: its names are the authorization server's. */
  readonly kind: string;
  /** SHA-256 of the secret that finds it, lower-case hex. */
  readonly hash: string;
  /** JSON; the secret is nowhere in it. */
  readonly payload: string;
  /** SHA-256 of a second handle by which it is found, where it has one. */
  readonly handle: string | null;
  /** The grant that it belongs to. */
  readonly grant: string | null;
  /** Unix milliseconds. */
  readonly expiresAt: number;
  readonly consumedAt: number | null;
}

export interface ArtifactStore {
  /** Puts it in the place of one of the same kind and hash; what was consumed stays so. */
  put(artifact: Artifact): Promise<void>;
  find(kind: string, hash: string): Promise<Artifact | undefined>;
  /** Of several with one handle, the one that expires last. */
  findByHandle(kind: string, handle: string): Promise<Artifact | undefined>;
  /**
   * One conditional update. `first` is answered once, whoever asks at the same time; one that has expired before anybody did is unknown. What was
   * consumed is remembered for a day, so that a replay is told from nonsense.
   */
  consume(kind: string, hash: string, at: number): Promise<'first' | 'again' | 'unknown'>;
  remove(kind: string, hash: string): Promise<void>;
  /** Forgets what expired before, at most some hundreds at once. Answers whether there may be more. */
  forget(before: number): Promise<boolean>;
}
