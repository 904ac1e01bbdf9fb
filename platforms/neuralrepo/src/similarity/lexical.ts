import type { Embedder } from './embedder.js';
import { type Text, wordsOf } from './text.js';
import { normalized } from './vectors.js';

/** A power of two. */
const DIMENSIONS = 1024;
/** How often a word of the title counts. */
const TITLE_COUNTS = 4;
/** Characters that are looked at together, so that "test" is like "tests". */
const GRAM = 3;

/** Words that say nothing of what a text is about. */
const EMPTY_WORDS: ReadonlySet<string> = new Set(
  'a about after all also an and any are as at be because been but by can could did do does for from had has have how i if in into is it its just may me more most my no not of on one or our out so some such than that the their them then there these they this to up us was we were what when which who will with would you your'.split(
    ' ',
  ),
);

/**
 * Likeness by the words that texts share, whole and in part: each word, and each of its runs of three characters, falls on one of 1,024
 * places by its hash. The same text makes the same vector everywhere, and nothing leaves this process.
 */
export const lexical: Embedder = {
  name: 'local-lexical',
  id: 'local-lexical/2',
  // A question has few words, a text many: even the best answer shares only a part.
  searchThreshold: 0.2,
  async embed(text) {
    const vector = new Float32Array(DIMENSIONS);
    for (const [word, count] of counted(text)) addWord(vector, word, 1 + Math.log(count));
    return normalized(vector);
  },
};

function counted({ title, body }: Text): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const count = (text: string, times: number): void => {
    for (const word of wordsOf(text).flatMap(unspaced)) counts.set(word, (counts.get(word) ?? 0) + times);
  };
  count(title, TITLE_COUNTS);
  count(body, 1);
  const telling = new Map([...counts].filter(([word]) => !EMPTY_WORDS.has(word)));
  return telling.size === 0 ? counts : telling;
}

/** Scripts that put no spaces between words. */
const UNSPACED = /([\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]+)/u;

/** Where words cannot be told apart, each two letters side by side stand for one. */
function unspaced(text: string): readonly string[] {
  if (!UNSPACED.test(text)) return [text];
  return text.split(UNSPACED).flatMap((run) => {
    const letters = [...run];
    if (letters.length < 3 || !UNSPACED.test(run)) return run === '' ? [] : [run];
    return letters.slice(1).map((letter, at) => `${letters[at]}${letter}`);
  });
}

/** Half of the weight is the word's own, half is shared by its parts. */
function addWord(vector: Float32Array, word: string, weight: number): void {
  const letters = [...`^${word}$`];
  const grams = letters.slice(0, Math.max(1, letters.length - GRAM + 1)).map((_, at) => letters.slice(at, at + GRAM).join(''));
  add(vector, ` ${word}`, weight * Math.SQRT1_2);
  for (const gram of grams) add(vector, gram, (weight * Math.SQRT1_2) / Math.sqrt(grams.length));
}

/** With a sign by the hash, so that what falls on one place by chance does not add up. */
function add(vector: Float32Array, feature: string, weight: number): void {
  const hash = hashOf(feature);
  const place = hash & (DIMENSIONS - 1);
  vector[place] = (vector[place] ?? 0) + (hash & DIMENSIONS ? weight : -weight);
}

/** FNV-1a over code units, with the finish of MurmurHash3. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
