/** One process of the fleet, as its row says. */
export interface Row {
  readonly id: string;
  readonly beat: number;
}

/**
 * How long the others have shown no new beat. Whoever has shown none for a lease may be buried: its row is deleted where it
 * still has that beat. Then it trusts no more (its last beat was sent before it was first seen here) and never will under that
 * id (its next beat finds no row).
 */
export class Watch {
  readonly #leaseMs: number;
  readonly #seen = new Map<string, { beat: number; since: number }>();

  constructor(leaseMs: number) {
    this.#leaseMs = leaseMs;
  }

  /** @param now when the reading was in hand, which is after it was made: so nobody is thought still for longer than it was */
  see(rows: readonly Row[], now: number): void {
    const ids = new Set<string>();
    for (const { id, beat } of rows) {
      ids.add(id);
      const known = this.#seen.get(id);
      if (known?.beat !== beat) this.#seen.set(id, { beat, since: now });
    }
    for (const id of this.#seen.keys()) if (!ids.has(id)) this.#seen.delete(id);
  }

  /** The rows that may be buried now. */
  still(now: number): Row[] {
    return [...this.#seen].filter(([, { since }]) => now - since >= this.#leaseMs).map(([id, { beat }]) => ({ id, beat }));
  }

  /** When the first of `ids` may be buried. */
  dueAt(ids: Iterable<string>): number {
    let first = Number.POSITIVE_INFINITY;
    for (const id of ids) first = Math.min(first, (this.#seen.get(id)?.since ?? Number.POSITIVE_INFINITY) + this.#leaseMs);
    return first;
  }

  gone(id: string): void {
    this.#seen.delete(id);
  }

  /**
   * For when the session that read has ended: the database may have crashed. Beats are committed without waiting for the disk,
   * so a row may then show an older beat than its process trusts by, and would seem to have been still all the while.
   */
  forget(): void {
    this.#seen.clear();
  }
}
