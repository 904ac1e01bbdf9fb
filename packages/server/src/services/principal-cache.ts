import type { Presented, Principal, Resolution, Tag } from '../domain/principal.js';

/** A principal that is held, ready to be answered with. */
export interface Known {
  readonly resolution: Extract<Resolution, { is: 'ok' }>;
  /** Unix milliseconds; 0 where it does not expire. Beside the principal, not in it: what a call looks at lies together. */
  readonly expiresAt: number;
  /** The ways that a credential of its kind may come. */
  readonly accepted: readonly Presented['via'][];
  /** The one surface that it is good on; undefined: all. */
  readonly surface: Presented['surface'];
  /** The second, since 1970, in which its use was last noted. */
  notedIn: number;
}

interface Entry extends Known {
  /** The change count up to which this entry is known to be true. */
  epoch: number;
}

/** Tags whose last change is remembered one by one; beyond that, older entries are simply looked up again. */
const REMEMBERED_TAGS = 16_384;

/**
 * Principals by the hash of their credential. A hit costs one look-up and one comparison: what a change has touched
 * is found out at the next hit of each entry, never by a walk over all of them. Bounded: two generations, of which
 * the older is dropped when the younger is full.
 */
export class PrincipalCache {
  readonly #capacity: number;
  #young = new Map<string, Entry>();
  #old = new Map<string, Entry>();
  #epoch = 0;
  #hits = 0;
  #misses = 0;
  /** Entries filled before this count are no longer believed. */
  #floor = 0;
  readonly #changed = new Map<Tag, number>();

  /** @param capacity entries a generation; at most twice as many are held */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get(hash: string): Known | undefined {
    const entry = this.#young.get(hash) ?? this.#promote(hash);
    if (entry !== undefined && (entry.epoch === this.#epoch || this.#revalidate(entry))) {
      this.#hits += 1;
      return entry;
    }
    this.#misses += 1;
    this.#young.delete(hash);
    return undefined;
  }

  get counts(): { readonly entries: number; readonly hits: number; readonly misses: number } {
    return { entries: this.#young.size + this.#old.size, hits: this.#hits, misses: this.#misses };
  }

  /** @param epoch the change count read before the look-up began: a change since then makes the entry stale at once */
  set(hash: string, principal: Principal, accepted: Known['accepted'], epoch: number): void {
    const { expiresAt = 0, surface } = principal.credential;
    this.#keep(hash, { resolution: { is: 'ok', principal }, expiresAt, accepted, surface, epoch, notedIn: 0 });
  }

  drop(hash: string): void {
    this.#young.delete(hash);
    this.#old.delete(hash);
  }

  /** Takes note of a change. Synchronous: the next `get` no longer answers what depended on it. */
  note(changed: readonly Tag[] | 'everything', epoch: number): void {
    this.#epoch = epoch;
    if (changed === 'everything' || this.#changed.size + changed.length > REMEMBERED_TAGS) {
      this.#changed.clear();
      this.#floor = epoch;
    }
    if (changed === 'everything') return;
    for (const tag of changed) this.#changed.set(tag, epoch);
  }

  #keep(hash: string, entry: Entry): void {
    if (this.#young.size >= this.#capacity) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(hash, entry);
  }

  #promote(hash: string): Entry | undefined {
    const entry = this.#old.get(hash);
    if (entry === undefined) return undefined;
    this.#old.delete(hash);
    this.#keep(hash, entry);
    return entry;
  }

  #revalidate(entry: Entry): boolean {
    if (entry.epoch < this.#floor) return false;
    for (const tag of entry.resolution.principal.dependsOn) {
      const changedAt = this.#changed.get(tag);
      if (changedAt !== undefined && changedAt > entry.epoch) return false;
    }
    entry.epoch = this.#epoch;
    return true;
  }
}
