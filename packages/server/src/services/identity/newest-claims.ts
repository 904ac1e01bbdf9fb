const CAPACITY = 10_000;

/**
 * When the newest token that spoke of a membership was issued. Tokens of before and after a change of role are good
 * side by side for a while, and the older must not undo what the newer has said.
 */
export class NewestClaims {
  readonly #issuedAt = new Map<string, number>();

  /** Whether nothing newer has spoken of this membership. */
  isNewest(tenant: string, user: string, issuedAt: number): boolean {
    const key = `${tenant}:${user}`;
    const newest = this.#issuedAt.get(key);
    if (newest !== undefined && issuedAt < newest) return false;
    this.#issuedAt.delete(key);
    const [oldest] = this.#issuedAt.keys();
    if (this.#issuedAt.size >= CAPACITY && oldest !== undefined) this.#issuedAt.delete(oldest);
    this.#issuedAt.set(key, issuedAt);
    return true;
  }
}
