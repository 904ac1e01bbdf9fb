import type { KeySetAnswer } from './fetch-keys.js';
import { type Algorithm, type VerificationKey, keyFor } from './key-set.js';
import { MissingKeyIds } from './missing-key-ids.js';

export type KeyLookup =
  | { readonly is: 'key'; readonly key: VerificationKey }
  /** The issuer has no such key, as far as it may be asked. */
  | { readonly is: 'unknown' }
  /** The issuer cannot be asked, and without it there is no telling. */
  | { readonly is: 'unavailable'; readonly retryAfterSeconds: number };

export interface IssuerKeysOptions {
  readonly issuer: string;
  readonly fetch: () => Promise<KeySetAnswer>;
  readonly now: () => number;
  readonly log: (event: object) => void;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** A set this old is refreshed in the background while it is used. */
const FRESH_MS = 10 * MINUTE;
/** A set this old is waited for: it may hold a key that was withdrawn long ago. */
const STALE_MS = 20 * MINUTE;
/** While the issuer is out of reach, its last set goes on for this long. */
const STALE_IF_ERROR_MS = 24 * 60 * MINUTE;
/** Between two questions to an issuer whose keys are held: the bound on what unknown key ids can cause. */
const COOLDOWN_MS = MINUTE;
/** Without any keys nobody can sign in, so the first tries come sooner, and ever later up to the cooldown. */
const FIRST_RETRY_MS = 5 * SECOND;

/** The keys of one issuer, kept in memory. However many ask at once, one question is under way at a time. */
export class IssuerKeys {
  readonly #options: IssuerKeysOptions;
  readonly #missing = new MissingKeyIds();
  #set: { readonly keys: readonly VerificationKey[]; readonly fetchedAt: number } | undefined;
  #asking: Promise<void> | undefined;
  #askedAt = Number.NEGATIVE_INFINITY;
  #failures = 0;

  constructor(options: IssuerKeysOptions) {
    this.#options = options;
  }

  /** Synchronous for a key that is held. */
  find(kid: string | undefined, algorithm: Algorithm): KeyLookup | Promise<KeyLookup> {
    const now = this.#options.now();
    const age = this.#age(now);
    if (age >= FRESH_MS) {
      const asking = this.#askIfDue(now);
      const mustWait = age >= STALE_IF_ERROR_MS || (age >= STALE_MS && this.#failures === 0);
      if (asking !== undefined && mustWait) return asking.then(() => this.#lookUp(kid, algorithm));
    }
    return this.#lookUpOrAsk(kid, algorithm, now);
  }

  #lookUpOrAsk(kid: string | undefined, algorithm: Algorithm, now: number): KeyLookup | Promise<KeyLookup> {
    const found = this.#lookUp(kid, algorithm);
    if (found.is === 'key' || kid === undefined || this.#holds(kid) || this.#missing.has(kid, now)) return found;
    const asking = this.#askIfDue(now);
    if (asking === undefined) return found;
    return asking.then(() => {
      if (this.#failures === 0 && !this.#holds(kid)) this.#missing.note(kid, this.#options.now());
      return this.#lookUp(kid, algorithm);
    });
  }

  /** What is held now. A key id that is not there is `unknown` only where the issuer itself has lately said so. */
  #lookUp(kid: string | undefined, algorithm: Algorithm): KeyLookup {
    const now = this.#options.now();
    const keys = this.#age(now) < STALE_IF_ERROR_MS ? this.#set?.keys : undefined;
    const key = keys === undefined ? undefined : keyFor(keys, kid, algorithm);
    if (key !== undefined) return { is: 'key', key };
    const settled = keys !== undefined && (this.#failures === 0 || kid === undefined || this.#holds(kid));
    return settled ? { is: 'unknown' } : { is: 'unavailable', retryAfterSeconds: Math.max(1, Math.ceil((this.#askedAt + this.#pause() - now) / SECOND)) };
  }

  #holds(kid: string): boolean {
    return this.#set?.keys.some((key) => key.kid === kid) ?? false;
  }

  #age(now: number): number {
    if (this.#set === undefined) return Number.POSITIVE_INFINITY;
    const age = now - this.#set.fetchedAt;
    // Fetched in what is now the future: the clock was set back, and the age is unknown.
    return age < 0 ? STALE_MS : age;
  }

  #pause(): number {
    return this.#set === undefined ? Math.min(COOLDOWN_MS, FIRST_RETRY_MS * 2 ** (this.#failures - 1)) : COOLDOWN_MS;
  }

  /** The question under way, or a new one; undefined where it is too early for another. */
  #askIfDue(now: number): Promise<void> | undefined {
    if (this.#asking !== undefined) return this.#asking;
    const elapsed = now - this.#askedAt;
    // A clock that was set back must not stretch the pause.
    if (elapsed >= 0 && elapsed < this.#pause()) return undefined;
    this.#askedAt = now;
    this.#asking = this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #ask(): Promise<void> {
    const { issuer, fetch, log, now } = this.#options;
    // In the background nobody would catch a surprise, and the process would end for it.
    const answer = await fetch().catch((error: unknown): KeySetAnswer => ({ ok: false, reason: String(error) }));
    if (!answer.ok) {
      this.#failures += 1;
      if (this.#failures === 1) log({ event: 'issuer_unreachable', issuer, reason: answer.reason });
      return;
    }
    if (this.#failures > 0) log({ event: 'issuer_reachable', issuer });
    this.#failures = 0;
    this.#set = { keys: answer.keys, fetchedAt: now() };
  }
}
