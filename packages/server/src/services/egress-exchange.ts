import { type IncomingMessage, type RequestOptions, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { type LookupFunction, isIP } from 'node:net';
import { addressKind, bareHost } from './egress-address.js';

export type EgressFailure =
  /** No absolute URL, or one with credentials in it. */
  | 'bad_url'
  /** Neither https, nor http to this machine where that is allowed. */
  | 'insecure'
  | 'unresolvable'
  /** The name leads, with at least one of its addresses, to where no request may go. */
  | 'forbidden_address'
  | 'redirect'
  | 'too_large'
  /** The body came compressed, though that was not asked for. */
  | 'encoded'
  | 'timed_out'
  /** The connection failed, or broke off: refused, reset, a bad certificate, headers that are too long or malformed. */
  | 'network';

export interface EgressLimits {
  /** Of the body. @default 256 KiB */
  readonly maxBytes?: number;
  /** For everything, from the look-up of the name to the last byte. @default 5000 */
  readonly timeoutMs?: number;
  /** The `Accept` header. @default 'application/json' */
  readonly accept?: string;
  /** Whoever asks does not wait any longer. Ends like a time-out. */
  readonly signal?: AbortSignal | undefined;
}

export interface EgressRequest extends EgressLimits {
  /** @default 'GET' */
  readonly method?: string;
  /** Lower-case names; sent as they are, but for those that say how the message is framed. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
}

/** All addresses of a name. Rejects where there is none. */
export type ResolveName = (hostname: string) => Promise<readonly string[]>;

const MAX_HEADER_BYTES = 16 * 1024;

/** Where a request goes, after all that was to be looked at. */
export interface Target {
  readonly url: URL;
  readonly addresses: readonly string[];
}

/** The look-up of a name included: every address that it has must be one that may be asked. */
export async function targetOf(text: string, allowLoopback: boolean, resolve: ResolveName): Promise<Target | Failed> {
  if (!URL.canParse(text)) return failed('bad_url');
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return failed('bad_url');
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && allowLoopback)) return failed('insecure');
  const host = bareHost(url.hostname);
  const addresses = isIP(host) === 0 ? await resolve(host).catch(() => []) : [host];
  if (addresses.length === 0) return failed('unresolvable');
  const kinds = addresses.map(addressKind);
  if (kinds.includes('forbidden') || (kinds.includes('loopback') && !allowLoopback)) return failed('forbidden_address');
  if (url.protocol === 'http:' && kinds.includes('public')) return failed('insecure');
  return { url, addresses };
}

/** What is wrong with an answer before its body is looked at. */
export function faultOf({ statusCode = 0, headers }: IncomingMessage): EgressFailure | undefined {
  if (statusCode >= 300 && statusCode < 400) return 'redirect';
  return (headers['content-encoding'] ?? 'identity') === 'identity' ? undefined : 'encoded';
}

/** How a message is framed and where it goes is ours to say. */
const OURS: ReadonlySet<string> = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'expect', 'te', 'trailer', 'upgrade']);

/** Settles with the head of an answer. */
export function respond(
  { url, addresses }: Target,
  { method = 'GET', headers = {}, body, accept = 'application/json' }: EgressRequest,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const given = Object.entries(headers).filter(([name]) => !OURS.has(name.toLowerCase()));
  const options: RequestOptions = {
    method,
    // A connection of its own: none from a pool was opened to an address that was just checked.
    agent: false,
    headers: { accept, 'user-agent': 'gatehouse', ...Object.fromEntries(given), 'accept-encoding': 'identity' },
    lookup: pinned(addresses),
    maxHeaderSize: MAX_HEADER_BYTES,
    signal,
  };
  return new Promise((resolve, reject) => {
    const request = send(url, options, resolve);
    request.on('error', reject);
    // Where the other side answers with another protocol, there is neither a response nor an error.
    request.on('close', () => reject(new Error('The connection closed without an answer')));
    // Whole, so that its length is announced.
    request.end(body);
  });
}

/** Answers the connection's look-up with the addresses that were checked, so that a second answer of the DNS has no say. */
function pinned(addresses: readonly string[]): LookupFunction {
  const all = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_hostname, options, done) => {
    const [first] = all;
    if (options.all === true) done(null, all);
    else if (first !== undefined) done(null, first.address, first.family);
  };
}

export interface Failed {
  readonly ok: false;
  readonly reason: EgressFailure;
}

export function failed(reason: EgressFailure): Failed {
  return { ok: false, reason };
}
