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
}

/** The one way out for HTTP. Follows no redirect, sends no credential, never rejects for what the network does. */
export interface Egress {
  /** Any status but a redirect is an answer. */
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
  return {
    async get(url, { maxBytes = 256 * 1024, timeoutMs = 5000, accept = 'application/json' } = {}) {
      const expiry = new AbortController();
      const timer = setTimeout(() => expiry.abort(), timeoutMs);
      try {
        const target = await orAborted(targetOf(url, allowLoopback, resolve), expiry.signal);
        return 'ok' in target ? target : await exchange(target, { maxBytes, accept, signal: expiry.signal });
      } catch {
        return failed(expiry.signal.aborted ? 'timed_out' : 'network');
      } finally {
        clearTimeout(timer);
      }
    },
  };
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

interface Exchange {
  readonly maxBytes: number;
  readonly accept: string;
  readonly signal: AbortSignal;
}

async function exchange(target: Target, { maxBytes, accept, signal }: Exchange): Promise<EgressAnswer> {
  const response = await respond(target, accept, signal);
  try {
    const status = response.statusCode ?? 0;
    if (status >= 300 && status < 400) return failed('redirect');
    if ((response.headers['content-encoding'] ?? 'identity') !== 'identity') return failed('encoded');
    if (Number(response.headers['content-length'] ?? 0) > maxBytes) return failed('too_large');
    const body = await bodyOf(response, maxBytes);
    return body === undefined ? failed('too_large') : { ok: true, status, headers: response.headers, body };
  } finally {
    response.destroy();
  }
}

function respond({ url, addresses }: Target, accept: string, signal: AbortSignal): Promise<IncomingMessage> {
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const options: RequestOptions = {
    // A connection of its own: none from a pool was opened to an address that was just checked.
    agent: false,
    headers: { accept, 'accept-encoding': 'identity', 'user-agent': 'gatehouse' },
    lookup: pinned(addresses),
    maxHeaderSize: MAX_HEADER_BYTES,
    signal,
  };
  return new Promise((resolve, reject) => {
    const request = send(url, options, resolve);
    request.on('error', reject);
    // Where the other side answers with another protocol, there is neither a response nor an error.
    request.on('close', () => reject(new Error('The connection closed without an answer')));
    request.end();
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
