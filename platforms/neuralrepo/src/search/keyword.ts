import type { Ctx } from '../ideas/store.js';
import { batches } from '../ideas/show.js';
import { wordsOf } from '../similarity/text.js';

/** Ideas among which the best are looked for: the newest in which every word occurs. */
const CANDIDATES = 500;
/** Rows that are read at once without a second beginning. */
const AT_ONCE = 250;

/** Ids of ideas in which every word occurs: those with more of them in the title first, then the newest. */
export async function withWords({ db, search }: Ctx, text: string): Promise<readonly string[]> {
  const words = wordsOf(text);
  const found: { readonly id: string; readonly number: number; readonly inTitle: number }[] = [];
  for (const batch of batches(await search('ideas', text, CANDIDATES), AT_ONCE)) {
    const rows = await db.selectFrom('ideas').select(['id', 'number', 'title']).where('id', 'in', batch).where('is_archived', '=', false).execute();
    for (const { id, number, title } of rows) found.push({ id, number, inTitle: wordsIn(title, words) });
  }
  return found.sort((a, b) => b.inTitle - a.inTitle || b.number - a.number).map(({ id }) => id);
}

/** How many of the words a title has; the last may be the beginning of one. */
function wordsIn(title: string, words: readonly string[]): number {
  const there = wordsOf(title);
  const whole = new Set(there);
  return words.filter((word, at) => whole.has(word) || (at === words.length - 1 && there.some((one) => one.startsWith(word)))).length;
}
