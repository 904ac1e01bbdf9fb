import { originOf } from './origin.js';

/** The cookie that a browser keeps a session's token in. */
export interface SessionCookie {
  readonly name: string;
  /** The value of `Set-Cookie` that gives it. */
  give(token: string, seconds: number): string;
  /** The value of `Set-Cookie` that takes it back. */
  readonly take: string;
}

const NAME = 'gatehouse_session';
/** `Lax`: a link from elsewhere finds its reader signed in; whatever changes something asks for our own origin besides. */
const ATTRIBUTES = 'Path=/; HttpOnly; SameSite=Lax';

/**
 * Off loopback the name begins with `__Host-`, so that no browser takes it from a neighbouring host or over plain HTTP
 * (RFC 6265bis, section 4.1.3.2). On loopback there is no TLS, and so no such name.
 */
export function sessionCookieOf(publicUrl: string | undefined): SessionCookie {
  const secure = publicUrl?.startsWith('https:') === true;
  const name = secure ? `__Host-${NAME}` : NAME;
  const attributes = secure ? `${ATTRIBUTES}; Secure` : ATTRIBUTES;
  return {
    name,
    give: (token, seconds) => `${name}=${token}; ${attributes}; Max-Age=${Math.max(0, Math.floor(seconds))}`,
    take: `${name}=; ${attributes}; Max-Age=0`,
  };
}

/** Every value of this name in a `Cookie` header (RFC 6265, section 4.2.1): one that comes twice is two credentials. */
export function cookiesNamed(name: string, header: string): string[] {
  if (!header.includes(name)) return [];
  return header
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(name) && pair[name.length] === '=')
    .map((pair) => pair.slice(name.length + 1));
}

/** What is needed of a request to know whose page sent it. */
export interface Sent {
  readonly method: string;
  header(name: string): string | undefined;
}

/**
 * Whether a page of our own sent it. A browser names the origin with all that can change something (Fetch Standard, section 3.2.1);
 * where it names none, `Sec-Fetch-Site` says the same, and no page can write either.
 */
export function isFromOwnPage(request: Sent, publicUrl: string | undefined): boolean {
  const origin = request.header('origin');
  if (origin === undefined) return request.header('sec-fetch-site') === 'same-origin';
  return origin === originOf(request, publicUrl);
}

const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether nothing but a cookie says who calls: a browser sends it for any page that asks. */
export function comesByCookie(request: Sent, cookie: SessionCookie): boolean {
  const cookies = request.header('cookie');
  return (
    cookies !== undefined &&
    request.header('authorization') === undefined &&
    request.header('x-api-key') === undefined &&
    cookiesNamed(cookie.name, cookies).length > 0
  );
}

export function isSafe({ method }: Sent): boolean {
  return SAFE.has(method);
}
