const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 600_000;
const CAPACITY = 1000;

/**
 * Key ids that an issuer said it does not have. Each is left alone for a minute, then for ever longer, so that one
 * made-up id cannot have the issuer asked every minute for good, while a key that is published late is soon found.
 */
export class MissingKeyIds {
  readonly #entries = new Map<string, { readonly until: number; readonly pause: number }>();

  has(kid: string, now: number): boolean {
    const entry = this.#entries.get(kid);
    return entry !== undefined && now < entry.until;
  }

  note(kid: string, now: number): void {
    const known = this.#entries.get(kid);
    if (known !== undefined && now < known.until) return;
    this.#entries.delete(kid);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size >= CAPACITY && oldest !== undefined) this.#entries.delete(oldest);
    const pause = known === undefined ? FIRST_PAUSE_MS : Math.min(known.pause * 2, LONGEST_PAUSE_MS);
    this.#entries.set(kid, { until: now + pause, pause });
  }
}
