import type { Target } from './play.js';

/** The server at this address; undefined where it is none. */
export function targetOf(url: string): Target | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, origin, pathname, username, search, hash } = new URL(url);
  if ((protocol !== 'https:' && protocol !== 'http:') || username !== '' || search !== '' || hash !== '') return undefined;
  return { origin, mcp: `${origin}${pathname === '/' ? '/mcp' : pathname.replace(/\/$/, '')}` };
}
