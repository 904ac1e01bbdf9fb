/** Many words, found in a text in one pass over it, however many they are. */
export class Words {
  /** By the place of their first characters, the longest first. */
  readonly #beginning: (readonly string[] | undefined)[] = [];
  /** Too short for a place. */
  readonly #short: readonly string[];

  constructor(words: Iterable<string>) {
    const all = [...new Set(words)].filter((word) => word !== '').sort((a, b) => b.length - a.length);
    this.#short = all.filter(({ length }) => length < LENGTH);
    for (const word of all) {
      if (word.length < LENGTH) continue;
      const place = placeOf(word, 0);
      this.#beginning[place] = [...(this.#beginning[place] ?? []), word];
    }
  }

  /** Those that stand in it, one within another included. */
  within(text: string): ReadonlySet<string> {
    const found = new Set(this.#short.filter((word) => text.includes(word)));
    for (let at = 0; at + LENGTH <= text.length; at += 1) {
      for (const word of this.#beginning[placeOf(text, at)] ?? []) if (text.startsWith(word, at)) found.add(word);
    }
    return found;
  }

  /** The text with another in the place of each, of the longest where several begin. */
  replaced(text: string, other: (word: string) => string): string {
    let done = '';
    let from = 0;
    for (let at = 0; at < text.length; ) {
      const word = this.#longestAt(text, at);
      if (word === undefined) {
        at += 1;
        continue;
      }
      done += text.slice(from, at) + other(word);
      at += word.length;
      from = at;
    }
    return done + text.slice(from);
  }

  #longestAt(text: string, at: number): string | undefined {
    const begins = (word: string) => text.startsWith(word, at);
    const long = at + LENGTH <= text.length ? this.#beginning[placeOf(text, at)]?.find(begins) : undefined;
    return long ?? (this.#short.length === 0 ? undefined : this.#short.find(begins));
  }
}

const LENGTH = 4;
const PLACES = 0xffff;

/** By the characters from there on: the same for the same, and seldom for others. */
function placeOf(text: string, at: number): number {
  let place = 0;
  for (let i = at; i < at + LENGTH; i += 1) place = (place * 31 + text.charCodeAt(i)) & PLACES;
  return place;
}
