import type { Answer, Silence } from './wire.js';

/** Why a client would fail at a step. Each part is a sentence or less, for people. */
export class Fault {
  readonly expected: string;
  readonly got: string;
  readonly remedy: string;
  constructor(expected: string, got: string, remedy: string) {
    this.expected = expected;
    this.got = got;
    this.remedy = remedy;
  }
}

/** What came is none of what was expected. What can go wrong at any address has a remedy of its own; `remedy` is for the rest. */
export function unexpected(expected: string, answer: Answer, remedy: string): Fault {
  return new Fault(expected, told(answer), commonRemedy(answer) ?? remedy);
}

const SAID: Readonly<Record<Silence, string>> = {
  bad_url: 'an address that is no http or https URL',
  further_in: 'an address that leads into a more private network than the server itself',
  unresolvable: 'a name that leads nowhere',
  refused: 'no answer: the connection was refused',
  certificate: 'no answer: the certificate is not trusted',
  no_tls: 'no answer: what listens there does not speak TLS',
  timed_out: 'no answer in time',
  too_large: 'more than 256 KiB',
  broken_off: 'no answer: the connection broke off',
};

/** What came, in a few words: never a token, a code or a state. */
export function told(answer: Answer): string {
  const at = shownUrl(answer.url);
  if (answer.silence !== undefined) return `${SAID[answer.silence]} (${at})`;
  const to = redirectOf(answer);
  if (to !== undefined) return `HTTP ${answer.status} from ${at}, which leads to ${shownUrl(to.href)}`;
  return `HTTP ${answer.status} from ${at}${excerpt(answer)}`;
}

/** Where it leads; undefined where it does not, or says it in no way that can be read. */
export function redirectOf({ status, headers, url }: Answer): URL | undefined {
  const { location } = headers;
  if (status < 300 || status >= 400 || location === undefined || !URL.canParse(location, url)) return undefined;
  return new URL(location, url);
}

export function isPage({ headers }: Answer): boolean {
  return headers['content-type']?.includes('text/html') === true;
}

/** The members of a JSON object; undefined for anything else. */
export function objectIn({ text }: Pick<Answer, 'text'>): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

/** An address without what may be secret in it: of the query nothing stays but an error. */
export function shownUrl(url: string): string {
  if (!URL.canParse(url)) return harmless(url).slice(0, 120);
  const { protocol, host, pathname, searchParams } = new URL(url);
  const [error, description] = [searchParams.get('error'), searchParams.get('error_description')];
  const said = error === null ? '' : ` with error=${error}${description === null ? '' : ` (${description})`}`;
  return harmless(`${protocol}//${host}${pathname}${said}`).slice(0, 240);
}

function excerpt(answer: Answer): string {
  if (isPage(answer)) {
    const title = /<title[^>]*>([^<]{0,120})/i.exec(answer.text)?.[1]?.trim();
    return title === undefined || title === '' ? ', a web page' : `, a web page titled "${harmless(title)}"`;
  }
  const body = objectIn(answer);
  const said = [body?.error, body?.error_description, body?.code].filter((part) => typeof part === 'string' && part !== '');
  return said.length === 0 ? '' : `: ${harmless(said.join(', ')).slice(0, 200)}`;
}

function commonRemedy(answer: Answer): string | undefined {
  const { status, silence, url, headers } = answer;
  if (silence !== undefined) return remedyOfSilence(silence, url);
  const to = redirectOf(answer);
  if (to !== undefined) return remedyOfRedirect(new URL(url), to);
  const { pathname } = new URL(url);
  if (status === 421) return 'Let the reverse proxy pass on the Host that people use, and start Gatehouse with --public-url and that same origin.';
  if (status === 429) return `Too many requests came from this address: wait ${waitIn(headers)}, then run the doctor again.`;
  if (status === 502 || status === 503 || status === 504)
    return 'The reverse proxy does not reach Gatehouse: correct the address that it forwards to, or start Gatehouse.';
  if (status >= 500) return 'See the log of the server, and of the reverse proxy if there is one: it failed at this request.';
  if (isPage(answer) && (status < 400 || status === 404)) return `Something else answers at ${pathname}: let the reverse proxy forward that path to Gatehouse.`;
  return undefined;
}

/** As the answer says (RFC 9110, section 10.2.3). */
function waitIn({ 'retry-after': said = '' }: Answer['headers']): string {
  const seconds = /^\d{1,7}$/.test(said) ? Number(said) : 60;
  return seconds > 90 ? `${Math.ceil(seconds / 60)} minutes` : 'a minute';
}

function remedyOfSilence(silence: Silence, url: string): string {
  const host = URL.canParse(url) ? new URL(url).host : url;
  const remedies: Readonly<Record<Silence, string>> = {
    bad_url: 'Start Gatehouse with --public-url and the origin that people use: every address that it names is made from that.',
    further_in: 'Start Gatehouse with --public-url and the origin that people use: clients outside cannot reach the address that it names.',
    unresolvable: `Correct the address, or make a DNS record for ${host}.`,
    refused: `Start the server, or correct the address: nothing listens at ${host}.`,
    certificate: `Give ${host} a certificate that is in date, is for that name, and comes with its whole chain: clients check it as well.`,
    no_tls: 'Use http:// in the address, or let a reverse proxy serve it with TLS.',
    timed_out: `See whether a firewall drops what is sent to ${host}, or allow more with --timeout.`,
    too_large: 'Let the reverse proxy forward this path to Gatehouse: no answer of its own is that long.',
    broken_off: `See the log of the reverse proxy at ${host}: it ends connections without an answer.`,
  };
  return remedies[silence];
}

function remedyOfRedirect(from: URL, to: URL): string {
  if (from.protocol === 'http:' && to.protocol === 'https:' && from.hostname === to.hostname)
    return `Give clients the https address, ${to.origin}, and start Gatehouse with --public-url ${to.origin}: they do not follow redirects here.`;
  if (from.origin === to.origin && from.pathname.replace(/\/$/, '') === to.pathname.replace(/\/$/, ''))
    return `Let the reverse proxy serve ${from.pathname} as it is, without adding or removing the slash at its end: clients do not follow redirects here.`;
  return `Take ${from.pathname} out of whatever redirects it, such as a sign-in in front of the server: clients do not follow redirects here.`;
}

/** Others wrote it: nothing in it may steer a terminal. */
function harmless(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?');
}
