import type { Socket } from 'node:net';
import { Readable, pipeline } from 'node:stream';
import type { ErrorCode, Failure } from '@gatehouse/contract';
import Fastify, { type FastifyError, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Config } from '../config.js';
import { originThrough } from '../domain/address.js';
import { traceparentOf } from '../domain/presented.js';
import type { HttpOut } from '../surfaces/http.js';
import { answerBrokenHttp } from './broken-http.js';
import type { Core } from './core.js';
import type { Logger, RequestLine } from './log.js';
import { NodeRequest } from './node-request.js';
import { type OriginCheck, originCheck } from './origins.js';

export interface NodeServer {
  /** Settles with the URL when it listens. */
  listen(): Promise<string>;
  /** Stops accepting, lets what runs finish (at most 10 s), closes. */
  close(): Promise<void>;
}

const BODY_LIMIT = 1_048_576;
const HEADER_LIMIT = 16_384;
const DRAIN_MS = 10_000;
const SWEEP_MS = 50;

/** On every answer: nothing of an API is to be framed, sniffed or leaked by a referrer. */
const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-site',
} as const;
const SECURITY_LINES = Object.entries(SECURITY_HEADERS).flat();

/** The core behind Fastify: body and header limits, time-outs, CORS, the access log and the shutdown exist here, once. */
export function createNodeServer(core: Core, config: Config, logger: Logger, now: () => number): NodeServer {
  const origins = originCheck(config);
  const clientOf = originThrough(config.trustProxy);
  const serve = serving(core, logger, origins, clientOf, now);
  const app = Fastify({
    bodyLimit: BODY_LIMIT,
    requestTimeout: 30_000,
    keepAliveTimeout: 72_000,
    forceCloseConnections: 'idle',
    // Joined, a header that came twice is no credential and no host of ours; Node would keep the first in silence.
    http: { maxHeaderSize: HEADER_LIMIT, headersTimeout: 15_000, joinDuplicateHeaders: true },
    routerOptions: { maxParamLength: HEADER_LIMIT },
    frameworkErrors: (error, request, reply) => serve(request, reply, failureOf(error)),
    clientErrorHandler: (error, socket) => answerBrokenHttp(error, socket as Socket, core),
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  app.route({ method: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'], url: '/*', handler: (request, reply) => serve(request, reply) });
  app.setNotFoundHandler((request, reply) => serve(request, reply));
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const failure = failureOf(error);
    if (failure.code === 'internal') logger.log({ event: 'internal_error', error });
    serve(request, reply, failure);
  });

  return {
    async listen() {
      return app.listen({ host: config.host, port: config.port });
    },
    async close() {
      const cut = setTimeout(() => app.server.closeAllConnections(), DRAIN_MS);
      // A connection that was busy as this began is idle once it has its answer, and would be kept alive.
      const sweep = setInterval(() => app.server.closeIdleConnections(), SWEEP_MS);
      await app.close();
      clearInterval(sweep);
      clearTimeout(cut);
    },
  };
}

/** Serves one request, or says what Fastify found wrong in it. Whatever goes wrong is answered and on record. */
function serving(core: Core, logger: Logger, origins: OriginCheck, clientOf: ReturnType<typeof originThrough>, now: () => number) {
  return (request: FastifyRequest, reply: FastifyReply, found?: Failure): void => {
    const started = performance.now();
    const incoming = new NodeRequest(request, reply, clientOf);
    const finish = (out: HttpOut): void => {
      logger.request?.(lineOf(incoming, out.status, now(), performance.now() - started), out.log);
      send(reply, out, origins.sharedWith(incoming));
    };
    const fail = (error: unknown): void => {
      logger.log({ event: 'internal_error', request_id: incoming.requestId, error });
      try {
        finish(core.refuse(INTERNAL, incoming));
      } catch (again) {
        // The platform's own presenter is at fault: there is no shape left to answer in.
        logger.log({ event: 'internal_error', request_id: incoming.requestId, error: again });
        if (reply.raw.headersSent) reply.raw.destroy();
        else send(reply, { status: 500, headers: { 'x-request-id': incoming.requestId }, body: null });
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

/** Writes the answer to Node's own response: Fastify's reply would copy each header twice, for hooks that nobody has set. */
function send(reply: FastifyReply, { status, headers, body }: HttpOut, shared?: HttpOut['headers']): void {
  reply.hijack();
  const { raw } = reply;
  const lines: (string | number)[] = [...SECURITY_LINES];
  if (shared !== undefined) addTo(lines, shared);
  addTo(lines, headers);
  // Nothing is to be kept, unless the answer itself says who may.
  if (headers['cache-control'] === undefined) lines.push('cache-control', 'no-store');
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

/** What Fastify itself found wrong, in the catalogue's words. */
function failureOf(error: FastifyError): Failure {
  const known: Partial<Record<number, ErrorCode>> = {
    400: 'malformed_request',
    404: 'unknown_route',
    408: 'request_timeout',
    413: 'payload_too_large',
    415: 'unsupported_media_type',
    503: 'unavailable',
  };
  const code = known[error.statusCode ?? 500] ?? 'internal';
  const text: Partial<Record<ErrorCode, string>> = {
    payload_too_large: 'The body is larger than 1 MiB.',
    malformed_request: 'The request is malformed.',
    unsupported_media_type: 'This content type is not supported.',
  };
  return { code, text: text[code] ?? INTERNAL.text };
}
