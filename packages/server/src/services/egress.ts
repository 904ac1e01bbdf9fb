import { lookup } from 'node:dns/promises';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { type EgressLimits, type EgressRequest, type Failed, type ResolveName, type Target, failed, faultOf, respond, targetOf } from './egress-exchange.js';
import { bodyStream } from './egress-body.js';

export type { EgressFailure, EgressLimits, EgressRequest, ResolveName } from './egress-exchange.js';

export type EgressAnswer = { readonly ok: true; readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: Buffer } | Failed;

export interface EgressStreaming extends EgressRequest {
  /** How long the other side may be silent, before its answer and within it. @default 30,000 */
  readonly idleMs?: number;
}

/** An answer whose body comes as it is sent. Whoever does not read it to its end leaves the loop over it: that closes the connection. */
export type EgressStream =
  | {
      readonly ok: true;
      readonly status: number;
      readonly headers: IncomingHttpHeaders;
      /** To be read once. Throws an `EgressError` where it breaks off, is silent for too long or becomes too large. */
      readonly body: AsyncIterable<Buffer>;
    }
  | Failed;

/** The one way out for HTTP. Follows no redirect, sends no credential of its own, never rejects for what the network does. */
export interface Egress {
  /** Any status but a redirect is an answer. */
  request(url: string, request?: EgressRequest): Promise<EgressAnswer>;
  /** The same, to read. */
  get(url: string, limits?: EgressLimits): Promise<EgressAnswer>;
  /** The same, with the body as it comes. `maxBytes` and `timeoutMs` are for all of it. */
  stream(url: string, request?: EgressStreaming): Promise<EgressStream>;
}

export interface EgressSettings {
  /** Whether this machine may be asked, over http as well: in development. Private networks stay out of reach either way. */
  readonly allowLoopback: boolean;
  /** @default the system's resolver */
  readonly resolve?: ResolveName;
}

const MAX_BYTES = 256 * 1024;
const TIMEOUT_MS = 5000;
const IDLE_MS = 30_000;

export function createEgress({ allowLoopback, resolve = systemResolve }: EgressSettings): Egress {
  const reach = async <T>(url: string, signal: AbortSignal, then: (target: Target) => Promise<T>): Promise<T | Failed> => {
    try {
      const target = await orAborted(targetOf(url, allowLoopback, resolve), signal);
      return 'ok' in target ? target : await then(target);
    } catch {
      return failed(signal.aborted ? 'timed_out' : 'network');
    }
  };
  const request: Egress['request'] = async (url, asked = {}) => {
    const { signal, clear } = expiryOf(asked);
    return reach(url, signal, (target) => exchange(target, asked, signal)).finally(clear);
  };
  return {
    request,
    get: (url, limits) => request(url, limits),
    async stream(url, asked = {}) {
      const { signal, expire, clear } = expiryOf(asked);
      const { maxBytes = MAX_BYTES, idleMs = IDLE_MS } = asked;
      const silence = setTimeout(expire, idleMs);
      const answer = await reach<EgressStream>(url, signal, async (target) => {
        const response = await respond(target, asked, signal);
        response.once('close', clear);
        const reason = faultOf(response);
        if (reason === undefined) return { ...headOf(response), body: bodyStream(response, { maxBytes, idleMs, signal }) };
        response.destroy();
        return failed(reason);
      }).finally(() => clearTimeout(silence));
      if (!answer.ok) clear();
      return answer;
    },
  };
}

/** Aborted when the time is over, or whoever asks does not wait any longer. */
function expiryOf({ timeoutMs = TIMEOUT_MS, signal: left }: EgressLimits) {
  const expiry = new AbortController();
  const expire = (): void => expiry.abort();
  const timer = setTimeout(expire, timeoutMs);
  left?.addEventListener('abort', expire, { once: true });
  if (left?.aborted === true) expire();
  return {
    signal: expiry.signal,
    expire,
    clear() {
      clearTimeout(timer);
      left?.removeEventListener('abort', expire);
    },
  };
}

const headOf = ({ statusCode = 0, headers }: IncomingMessage) => ({ ok: true, status: statusCode, headers }) as const;

async function exchange(target: Target, asked: EgressRequest, signal: AbortSignal): Promise<EgressAnswer> {
  const { maxBytes = MAX_BYTES } = asked;
  const response = await respond(target, asked, signal);
  try {
    const reason = faultOf(response);
    if (reason !== undefined) return failed(reason);
    if (Number(response.headers['content-length'] ?? 0) > maxBytes) return failed('too_large');
    const body = await bodyOf(response, maxBytes);
    return body === undefined ? failed('too_large') : { ...headOf(response), body };
  } finally {
    response.destroy();
  }
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
