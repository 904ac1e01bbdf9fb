/** What likeness is reckoned from. */
export interface Text {
  readonly title: string;
  readonly body: string;
}

/** Characters of title and body together that count. */
const LONGEST = 8192;

const collapsed = (text: string): string => text.replace(/\s+/gu, ' ').trim();

export function textOf(title: string, body: string | null = null): Text {
  const first = beginning(title, LONGEST);
  return { title: first, body: beginning(body ?? '', Math.max(0, LONGEST - first.length - 1)) };
}

/** Well-formed, wherever the cut falls: some services refuse half a character. */
function beginning(text: string, length: number): string {
  return collapsed(text).slice(0, length).toWellFormed();
}

/** Both in one line. */
export function joined({ title, body }: Text): string {
  return `${title} ${body}`.trim();
}

/** Lower case, without accents: letters and digits alone. */
export function wordsOf(text: string): readonly string[] {
  const folded = text.normalize('NFKD').replace(/[\u0300-\u036f]/g, '');
  return folded.toLowerCase().match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
}
