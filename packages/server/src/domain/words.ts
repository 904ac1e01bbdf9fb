/** Words of a question: enough for any that a person asks. */
const MOST = 32;

/** The words of a text as they are searched for: lower case, letters and digits (with their marks) alone, each once, in order. */
export function wordsOf(text: string): readonly string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  return [...new Set(words)].slice(0, MOST);
}
