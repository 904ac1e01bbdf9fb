/** What `text` holds that makes it unfit to be stored, or undefined. */
export function textFault(text: string): string | undefined {
  if (text.includes('\u0000')) return 'a NUL character, which no text may contain';
  return text.isWellFormed() ? undefined : 'half of a surrogate pair, which is no character';
}
