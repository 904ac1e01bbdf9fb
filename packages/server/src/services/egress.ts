import { lookup } from 'node:dns/promises';
import { type IncomingHttpHeaders, type IncomingMessage, type RequestOptions, request as httpRequest } from 'node:http';
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

export type EgressAnswer =
  | { readonly ok: true; readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: Buffer }
  | { readonly ok: false; readonly reason: EgressFailure };

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

/** The one way out for HTTP. Follows no redirect, sends no credential of its own, never rejects for what the network does. */
export interface Egress {
  /** Any status but a redirect is an answer. */
  request(url: string, request?: EgressRequest): Promise<EgressAnswer>;
  /** The same, to read. */
  get(url: string, limits?: EgressLimits): Promise<EgressAnswer>;
}

/** All addresses of a name. Rejects where there is none. */
export type ResolveName = (hostname: string) => Promise<readonly string[]>;

export interface EgressSettings {
  /** Whether this machine may be asked, over http as well: in development. Private networks stay out of reach either way. */
  readonly allowLoopback: boolean;
  /** @default the system's resolver */
  readonly resolve?: ResolveName;
}

const MAX_HEADER_BYTES = 16 * 1024;

interface Target {
  readonly url: URL;
  readonly addresses: readonly string[];
}

export function createEgress({ allowLoopback, resolve = systemResolve }: EgressSettings): Egress {
  const request: Egress['request'] = async (url, asked = {}) => {
    const { maxBytes = 256 * 1024, timeoutMs = 5000, signal: left } = asked;
    const expiry = new AbortController();
    const expire = (): void => expiry.abort();
    const timer = setTimeout(expire, timeoutMs);
    left?.addEventListener('abort', expire, { once: true });
    if (left?.aborted === true) expire();
    try {
      const target = await orAborted(targetOf(url, allowLoopback, resolve), expiry.signal);
      return 'ok' in target ? target : await exchange(target, asked, maxBytes, expiry.signal);
    } catch {
      return failed(expiry.signal.aborted ? 'timed_out' : 'network');
    } finally {
      clearTimeout(timer);
      left?.removeEventListener('abort', expire);
    }
  };
  return { request, get: (url, limits) => request(url, limits) };
}

async function targetOf(text: string, allowLoopback: boolean, resolve: ResolveName): Promise<Target | ReturnType<typeof failed>> {
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

async function exchange(target: Target, asked: EgressRequest, maxBytes: number, signal: AbortSignal): Promise<EgressAnswer> {
  const response = await respond(target, asked, signal);
  try {
    const reason = faultOf(response);
    if (reason !== undefined) return failed(reason);
    if (Number(response.headers['content-length'] ?? 0) > maxBytes) return failed('too_large');
    const body = await bodyOf(response, maxBytes);
    return body === undefined ? failed('too_large') : { ok: true, status: response.statusCode ?? 0, headers: response.headers, body };
  } finally {
    response.destroy();
  }
}

/** What is wrong with an answer before its body is looked at. */
function faultOf({ statusCode = 0, headers }: IncomingMessage): EgressFailure | undefined {
  if (statusCode >= 300 && statusCode < 400) return 'redirect';
  return (headers['content-encoding'] ?? 'identity') === 'identity' ? undefined : 'encoded';
}

/** How a message is framed and where it goes is ours to say. */
const OURS: ReadonlySet<string> = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'expect', 'te', 'trailer', 'upgrade']);

function respond(
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

async function bodyOf(response: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The system's resolver cannot be interrupted; the wait for it can. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('Aborted')), { once: true });
    work.then(resolve, reject);
  });
}

async function systemResolve(hostname: string): Promise<readonly string[]> {
  const found = await lookup(hostname, { all: true });
  return found.map(({ address }) => address);
}

function failed(reason: EgressFailure): { readonly ok: false; readonly reason: EgressFailure } {
  return { ok: false, reason };
}
