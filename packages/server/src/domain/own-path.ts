/** It travels in a cookie as well, sealed, and those have 4096 bytes. */
const LONGEST = 2000;
/** ASCII that can be seen, without the backslash, which browsers read as a slash. */
const PATH = /^\/(?!\/)[!-[\]-~]*$/;

/**
 * Where to go on to, as a page was told by its URL or form: a path of our own, or null. Whatever a browser could take for another site
 * (`//evil.example`, `/\evil.example`, a tab in between that it leaves out, a scheme) is none.
 */
export function ownPath(text: string | null | undefined): string | null {
  if (text === null || text === undefined || text.length > LONGEST || !PATH.test(text)) return null;
  const base = 'http://own.invalid';
  if (!URL.canParse(text, base)) return null;
  const { origin, pathname, search, hash } = new URL(text, base);
  // As a browser reads it: dots in a path can leave two slashes at its beginning.
  return origin === base && !pathname.startsWith('//') ? pathname + search + hash : null;
}
