/** Where a browser is sent with the answer of the authorization server (RFC 6749, section 3.1.2; RFC 8252, section 7). */
export interface RedirectTarget {
  /** For people: `claude.ai`, `127.0.0.1`, or `cursor:` for a scheme of its own. */
  readonly host: string;
  /** A program on the person's own machine: any program there can be it. */
  readonly loopback: boolean;
  /** As a source in a Content Security Policy. */
  readonly source: string;
}

const LONGEST = 2048;
/** In these spellings alone; any port of theirs is the same program (RFC 8252, section 7.3). */
const LOOPBACK = /^https?:\/\/(?:127\.0\.0\.1|\[::1\]|localhost)(?::\d{1,5})?(?:[/?]|$)/;
/** A host whose every reader reads the same one: as `URL` itself writes it, and with nothing that has a meaning in a header. */
const WEB = /^https?:\/\/([a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?(?:[/?]|$)/;
/** Schemes that a browser itself does something with: none of them is a program. */
const NO_PROGRAM: ReadonlySet<string> = new Set([
  'javascript:',
  'data:',
  'vbscript:',
  'file:',
  'blob:',
  'about:',
  'filesystem:',
  'view-source:',
  'ws:',
  'wss:',
  'ftp:',
  'mailto:',
  'tel:',
  'sms:',
]);

/** Why a program cannot register this address; undefined where it can. */
export function redirectFault(uri: string): string | undefined {
  if (uri.length > LONGEST) return `is longer than ${LONGEST} characters`;
  // What `URL` would pass over or mend, another reader might not.
  if (!/^[!-~]+$/.test(uri) || /[\\<>"{}|^`*]/.test(uri) || !URL.canParse(uri)) return 'is no absolute URI';
  if (uri.includes('#')) return 'must have no fragment (RFC 6749, section 3.1.2)';
  const { protocol, hostname, username, password } = new URL(uri);
  if (username !== '' || password !== '') return 'must have no user name or password';
  if (NO_PROGRAM.has(protocol)) return `must not use the scheme ${protocol}`;
  if (protocol !== 'http:' && protocol !== 'https:') return undefined;
  if (WEB.exec(uri)?.[1] !== hostname) return 'must begin with https:// and its host, in lower-case letters, digits, dots and hyphens';
  if (protocol === 'http:') return LOOPBACK.test(uri) ? undefined : 'must use https, or http to 127.0.0.1, [::1] or localhost';
  return LOOPBACK.test(uri) ? 'must use http on loopback (RFC 8252, section 7.3)' : undefined;
}

/** @param uri one that has no fault */
export function redirectTarget(uri: string): RedirectTarget {
  const { protocol, hostname, host } = new URL(uri);
  if (protocol !== 'https:' && protocol !== 'http:') return { host: protocol, loopback: false, source: protocol };
  // A policy cannot name an IPv6 address (Content Security Policy Level 3, section 2.3.1).
  return { host: hostname, loopback: protocol === 'http:', source: hostname.startsWith('[') ? protocol : `${protocol}//${host}` };
}
