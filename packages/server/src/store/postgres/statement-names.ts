const MOST_NAMES = 200;
const MOST_SEEN = 2000;

/**
 * Names for the texts that come again and again, so that each session prepares them once. The first that come twice get one,
 * and there are only so many: a text with a list of another length is another text, and nothing is ever forgotten on a session.
 */
export class StatementNames {
  readonly #names = new Map<string, string>();
  readonly #seen = new Set<string>();

  nameOf(text: string): string | undefined {
    const name = this.#names.get(text);
    if (name !== undefined || this.#names.size >= MOST_NAMES) return name;
    if (!this.#seen.delete(text)) {
      if (this.#seen.size >= MOST_SEEN) this.#seen.clear();
      this.#seen.add(text);
      return undefined;
    }
    const given = `platform_${this.#names.size}`;
    this.#names.set(text, given);
    return given;
  }
}
