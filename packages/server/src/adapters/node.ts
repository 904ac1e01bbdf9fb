import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Readable, pipeline } from 'node:stream';
import type { Failure } from '@gatehouse/contract';
import type { Config } from '../config.js';
import { originThrough } from '../domain/address.js';
import { traceparentOf } from '../domain/presented.js';
import { sessionCookieOf } from '../domain/session-cookie.js';
import type { HttpOut } from '../surfaces/http.js';
import { NO_BODY, readBody } from './body.js';
import { type Newest, answerBrokenHttp, refuseTunnel } from './broken-http.js';
import type { Core } from './core.js';
import type { Logger, RequestLine } from './log.js';
import { type Coming, NodeRequest } from './node-request.js';
import { type OriginCheck, originCheck } from './origins.js';
import { readTarget, targetFault } from './target.js';

export interface NodeServer {
  /** Settles with the URL when it listens. */
  listen(): Promise<string>;
  /** Stops accepting, lets what runs finish (at most 10 s), closes. */
  close(): Promise<void>;
}

const DRAIN_MS = 10_000;
const SWEEP_MS = 50;

/** On every answer: nothing of an API is to be framed, sniffed or leaked by a referrer. */
const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-site',
} as const;
/** What an API needs of a page: nothing. */
const NO_PAGE = "default-src 'none'; frame-ancestors 'none'";
const SECURITY_LINES = Object.entries(SECURITY_HEADERS).flat();

/** A connection on which nothing goes on, neither way, while an answer is on its way: its client has stopped to read. */
const STALLED_MS = 120_000;
const LIMITS = {
  maxHeaderSize: 16_384,
  headersTimeout: 15_000,
  requestTimeout: 30_000,
  // How often these two are looked at.
  connectionsCheckingInterval: 5_000,
  keepAliveTimeout: 72_000,
  // Joined, a header that came twice is no credential and no host of ours; Node would keep the first in silence.
  joinDuplicateHeaders: true,
  // We say so ourselves, in the shape of every failure.
  requireHostHeader: false,
};

/** The core behind Node's own server: body and header limits, time-outs, CORS, the access log and the shutdown exist here, once. */
export function createNodeServer(core: Core, config: Config, logger: Logger, now: () => number): NodeServer {
  const serve = serving(core, logger, originCheck(config, core), comingTo(config), now);
  const servers: Server[] = [];
  const newest: Newest = new WeakMap();
  let closing = false;
  const receive = (request: IncomingMessage, response: ServerResponse): void => {
    newest.set(request.socket, response);
    if (closing) {
      response.shouldKeepAlive = false;
      serve(request, response, NO_BODY, STOPPING);
      return;
    }
    readTarget(request);
    readBody(request, (body, failure) => serve(request, response, body, failure ?? targetFault(request)));
  };
  const open = async (host: string, port: number): Promise<AddressInfo> => {
    const server = createServer(LIMITS, receive)
      .on('clientError', (error, socket) => answerBrokenHttp(error, socket as Socket, core, newest))
      .on('connect', (_request, socket) => refuseTunnel(socket as Socket, core))
      // An expectation that we do not know may be passed over (RFC 9110, section 10.1.1).
      .on('checkExpectation', receive)
      .setTimeout(STALLED_MS);
    await once(server.listen({ host, port }), 'listening');
    servers.push(server);
    return server.address() as AddressInfo;
  };
  return {
    async listen() {
      const { host, port } = config;
      // A name of this machine may be two addresses, and a client may try either one first.
      const [first = host, ...others] = host === 'localhost' ? (await lookup(host, { all: true })).map(({ address }) => address) : [host];
      const main = await open(first, port);
      for (const other of others) await open(other, main.port).catch(() => undefined);
      return urlOf(main);
    },
    async close() {
      closing = true;
      const each = (what: 'closeAllConnections' | 'closeIdleConnections') => () => {
        for (const server of servers) server[what]();
      };
      const cut = setTimeout(each('closeAllConnections'), DRAIN_MS);
      // A connection that was busy as this began is idle once it has its answer, and would be kept alive.
      const sweep = setInterval(each('closeIdleConnections'), SWEEP_MS);
      await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
      clearInterval(sweep);
      clearTimeout(cut);
    },
  };
}

function comingTo({ trustProxy, publicUrl }: Config): Coming {
  return { clientOf: originThrough(trustProxy), sessionCookie: sessionCookieOf(publicUrl).name };
}

const STOPPING: Failure = { code: 'unavailable', text: 'This server is stopping.', retryAfterSeconds: 1, next: 'Try again shortly.' };

/** Where it can be called from this machine. */
function urlOf({ address, family, port }: AddressInfo): string {
  const wildcard = address === '0.0.0.0' || address === '::';
  const host = family === 'IPv6' ? `[${wildcard ? '::1' : address}]` : wildcard ? '127.0.0.1' : address;
  return `http://${host}:${port}`;
}

/** Serves one request, or says what was found wrong in it. Whatever goes wrong is answered and on record. */
function serving(core: Core, logger: Logger, origins: OriginCheck, coming: Coming, now: () => number) {
  return (request: IncomingMessage, response: ServerResponse, body: Uint8Array, found?: Failure): void => {
    const started = performance.now();
    const incoming = new NodeRequest(request, response, body, coming);
    const finish = (out: HttpOut): void => {
      logger.request?.(lineOf(incoming, out.status, now(), performance.now() - started), out.log);
      send(response, out, origins.sharedWith(incoming));
    };
    const fail = (error: unknown): void => {
      const expected = core.expected?.(error);
      if (expected === undefined) logger.log({ event: 'internal_error', request_id: incoming.requestId, error });
      try {
        finish(core.refuse(expected ?? INTERNAL, incoming));
      } catch (again) {
        // The platform's own presenter is at fault: there is no shape left to answer in.
        logger.log({ event: 'internal_error', request_id: incoming.requestId, error: again });
        if (response.headersSent) response.destroy();
        else send(response, { status: 500, headers: { 'x-request-id': incoming.requestId }, body: null });
      }
    };
    try {
      const refused = origins.faultIn(incoming) ?? found;
      const answer = refused === undefined ? (origins.preflight(incoming) ?? core.handle(incoming)) : core.refuse(refused, incoming);
      if (answer instanceof Promise) answer.then(finish).catch(fail);
      else finish(answer);
    } catch (error) {
      fail(error);
    }
  };
}

function send(raw: ServerResponse, { status, headers, cookies, body }: HttpOut, shared?: HttpOut['headers']): void {
  const lines: (string | number)[] = [...SECURITY_LINES];
  if (shared !== undefined) addTo(lines, shared);
  addTo(lines, headers);
  if (cookies !== undefined) for (const cookie of cookies) lines.push('set-cookie', cookie);
  // Nothing is to be kept, unless the answer itself says who may.
  if (headers['cache-control'] === undefined) lines.push('cache-control', 'no-store');
  if (headers['content-security-policy'] === undefined) lines.push('content-security-policy', NO_PAGE);
  if (body !== null && typeof body === 'object' && Symbol.asyncIterator in body) {
    raw.writeHead(status, lines as string[]);
    // A reader that is gone ends the source, and a source that fails ends the connection: half an answer is never whole.
    pipeline(Readable.from(body), raw, () => undefined);
    return;
  }
  const parts = typeof body === 'string' || body instanceof Uint8Array ? [body] : (body ?? []);
  let length = 0;
  for (const part of parts) length += Buffer.byteLength(part);
  if (status !== 204 && status !== 304) lines.push('content-length', length);
  raw.writeHead(status, lines as string[]);
  const last = parts.length - 1;
  // Held together, several parts are still one write to the socket.
  if (last > 0) raw.cork();
  for (let i = 0; i < last; i += 1) raw.write(parts[i]);
  raw.end(parts[last]);
}

function addTo(lines: (string | number)[], headers: HttpOut['headers']): void {
  for (const name in headers) lines.push(name, headers[name] ?? '');
}

function lineOf(request: NodeRequest, status: number, at: number, ms: number): RequestLine {
  const { requestId, method, path, address } = request;
  return { at, requestId, method, path, status, ms, address, traceparent: traceparentOf(request) };
}

const INTERNAL: Failure = { code: 'internal', text: 'Something went wrong on our side. It is on record; quote the request id when you report it.' };
