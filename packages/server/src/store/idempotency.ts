/**
 * How far a call has come. `running`: it has begun. `changed`: something of it is committed. `unclear`: it failed, and may have
 * changed something. `done`: it has succeeded.
 */
export type CallState = 'running' | 'changed' | 'unclear' | 'done';

/** A call that came with an `Idempotency-Key`. */
export interface KeyedCall {
  /** What was asked: SHA-256 of the operation and its input. */
  readonly fingerprint: string;
  readonly state: CallState;
  /** Unix milliseconds. */
  readonly claimedAt: number;
  /** The output as JSON, where it is done and may be kept. */
  readonly answer: string | null;
  /** The id of what it made, as far as that is known. */
  readonly made: string | null;
}

/** What a call leaves when it has ended. */
export type Ending = Pick<KeyedCall, 'state' | 'answer' | 'made'>;

/** Remembers calls by tenant and id, where the id stands for whose key it is and which. Each verb is atomic, and durable when it settles. */
export interface IdempotencyStore {
  /** Takes the id, where it is free or was taken before `freeBefore`; else answers whose it is. Of many at once, one takes it. */
  claim(tenant: string, id: string, call: Pick<KeyedCall, 'fingerprint' | 'claimedAt'>, freeBefore: number): Promise<KeyedCall | undefined>;
  /** Notes that something of the call is changed: within a unit of work, together with it. */
  markChanged(tenant: string, id: string): Promise<void>;
  settle(tenant: string, id: string, ending: Ending): Promise<void>;
  /** Nothing was done: the id is free again. */
  release(tenant: string, id: string): Promise<void>;
  /** Forgets calls that began before, at most some hundreds at once; answers whether there may be more. */
  forget(before: number): Promise<boolean>;
  /** Forgets all but a tenant's newest. */
  trim(tenant: string, keep: number): Promise<void>;
}
