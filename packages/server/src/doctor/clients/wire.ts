import { lookup } from 'node:dns/promises';
import { Agent, type IncomingHttpHeaders, type IncomingMessage, type RequestOptions, request as httpRequest } from 'node:http';
import { Agent as TlsAgent, request as httpsRequest } from 'node:https';
import { type LookupFunction, isIP } from 'node:net';
import { type Reach, furthestIn } from './reach.js';

export interface Asking {
  /** @default 'GET' */
  readonly method?: 'GET' | 'POST' | 'OPTIONS';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Why no answer came. */
export type Silence =
  | 'bad_url'
  /** The server names an address that leads further into private networks than its own does. */
  | 'further_in'
  | 'unresolvable'
  | 'refused'
  | 'certificate'
  /** Plain HTTP where TLS was spoken. */
  | 'no_tls'
  | 'timed_out'
  | 'too_large'
  | 'broken_off';

export interface Answer {
  readonly url: string;
  /** 0 where none came: then `silence` says why. */
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly silence?: Silence;
}

/** HTTP to a server under examination, and to what it names. Follows no redirect, never rejects for what the network does. */
export interface Wire {
  send(asking: Asking): Promise<Answer>;
  close(): void;
}

export interface WireOptions {
  /** What the operator asked to have examined. */
  readonly target: URL;
  /** For one request, from the look-up of the name to the last byte. */
  readonly timeoutMs: number;
}

const MAX_BYTES = 256 * 1024;

/**
 * Not `services/egress`: that one acts on the word of strangers, so private networks are closed to it. Here the operator names the server, which
 * may well stand in one. What the server names in turn is a stranger's word again: it may lead no further in than the server's own address.
 */
export function createWire({ target, timeoutMs }: WireOptions): Wire {
  const agents = { 'http:': new Agent({ keepAlive: true }), 'https:': new TlsAgent({ keepAlive: true }) };
  const known = new Map<string, Promise<readonly string[]>>();
  const addressesOf = (host: string) => {
    const found = known.get(host) ?? addresses(host);
    known.set(host, found);
    return found;
  };
  const allowed = async (): Promise<Reach> => furthestIn(await addressesOf(hostOf(target)));

  const exchange = async ({ method = 'GET', url, headers = {}, body }: Asking, signal: AbortSignal): Promise<Answer> => {
    if (!URL.canParse(url)) return silent(url, 'bad_url');
    const parsed = new URL(url);
    if ((parsed.protocol !== 'https:' && parsed.protocol !== 'http:') || parsed.username !== '') return silent(url, 'bad_url');
    const found = await addressesOf(hostOf(parsed));
    if (found.length === 0) return silent(url, 'unresolvable');
    if (furthestIn(found) > (await allowed())) return silent(url, 'further_in');
    const length: Record<string, string> = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const response = await respond(parsed, body, {
      method,
      agent: agents[parsed.protocol],
      headers: { accept: 'application/json', 'accept-encoding': 'identity', 'user-agent': 'gatehouse-doctor', ...length, ...headers },
      lookup: pinned(found),
      signal,
    });
    const listens = method === 'GET' && response.headers['content-type']?.startsWith('text/event-stream') === true;
    const text = listens ? unheard(response) : await textOf(response);
    return text === undefined ? silent(url, 'too_large') : { url, status: response.statusCode ?? 0, headers: response.headers, text };
  };
  return {
    async send(asking) {
      const expiry = AbortSignal.timeout(timeoutMs);
      try {
        return await orAborted(exchange(asking, expiry), expiry);
      } catch (error) {
        return silent(asking.url, expiry.aborted ? 'timed_out' : silenceOf(error));
      }
    },
    close() {
      agents['http:'].destroy();
      agents['https:'].destroy();
    },
  };
}

function respond(url: URL, body: string | undefined, options: RequestOptions): Promise<IncomingMessage> {
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = send(url, options, resolve);
    request.on('error', reject);
    request.on('close', () => reject(new Error('The connection closed without an answer')));
    request.end(body);
  });
}

/** undefined: too large. */
async function textOf(response: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BYTES) {
      response.destroy();
      return undefined;
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** A stream that stays open has said enough by opening: nothing here waits for an event. */
function unheard(response: IncomingMessage): string {
  response.on('error', () => undefined).destroy();
  return '';
}

function hostOf({ hostname }: URL): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}

async function addresses(host: string): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host];
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch {
    return [];
  }
}

/** One look-up for the whole examination: a name that leads elsewhere the second time leads nowhere else here. */
function pinned(found: readonly string[]): LookupFunction {
  const all = found.map((address) => ({ address, family: isIP(address) }));
  return (_hostname, options, done) => {
    const [first] = all;
    if (options.all === true) done(null, all);
    else if (first !== undefined) done(null, first.address, first.family);
  };
}

function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('Aborted')), { once: true });
    work.then(resolve, reject);
  });
}

const CERTIFICATE = /^(CERT_|ERR_TLS_CERT|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED)/;

function silenceOf(error: unknown): Silence {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ECONNREFUSED' || code === 'EHOSTUNREACH' || code === 'ENETUNREACH') return 'refused';
  if (CERTIFICATE.test(code)) return 'certificate';
  if (code === 'EPROTO' || code.startsWith('ERR_SSL')) return 'no_tls';
  return 'broken_off';
}

function silent(url: string, silence: Silence): Answer {
  return { url, status: 0, headers: {}, text: '', silence };
}
