const LENGTH = 80;
const FALLBACK = 'ticket';

/** Letters that are no base letter with a mark. */
const FOLDED: Readonly<Record<string, string>> = { ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', đ: 'd', ð: 'd', þ: 'th', ł: 'l', ħ: 'h', ı: 'i' };

/** `Größe prüfen!` → `grosse-prufen`: lower-case ASCII letters and digits with single dashes, never empty. */
export function slugFrom(title: string): string {
  const slug = title
    .toLowerCase()
    .replace(/[ßæœøđðþłħı]/g, (letter) => FOLDED[letter] ?? letter)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, LENGTH)
    .replace(/^-|-$/g, '');
  return slug === '' ? FALLBACK : slug;
}

/**
 * The first number of which `isTaken` says no, where all below are taken: 1 stands for the bare slug, `n` for `slug-n`.
 * Asks twice the logarithm of it. Where numbers in between have become free, it may be a later one; it is always free.
 */
export async function nextFree(isTaken: (number: number) => Promise<boolean>): Promise<number> {
  let taken = 0;
  let free = 1;
  while (await isTaken(free)) {
    taken = free;
    free *= 2;
  }
  while (free - taken > 1) {
    const middle = Math.floor((taken + free) / 2);
    if (await isTaken(middle)) taken = middle;
    else free = middle;
  }
  return free;
}

export function numbered(slug: string, number: number): string {
  return number === 1 ? slug : `${slug}-${number}`;
}
