import type { Socket } from 'node:net';
import cors from '@fastify/cors';
import type { ErrorCode, Failure } from '@gatehouse/contract';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Config } from '../config.js';
import { originThrough } from '../domain/address.js';
import { newRequestId } from '../domain/request-id.js';
import type { HttpIn, HttpOut } from '../surfaces/http.js';
import type { Logger } from './log.js';
import { type OriginCheck, originCheck } from './origins.js';

/** What is served: the transport-neutral core. */
export interface Core {
  handle(request: HttpIn): HttpOut | Promise<HttpOut>;
  /** A failure that the transport itself found, in the wire shape of whatever lives at `path`. */
  refuse(failure: Failure, request: { readonly path: string; readonly requestId: string }): HttpOut;
}

export interface NodeServer {
  /** Settles with the URL when it listens. */
  listen(): Promise<string>;
  /** Stops accepting, lets what runs finish (at most 10 s), closes. */
  close(): Promise<void>;
}

const BODY_LIMIT = 1_048_576;
const HEADER_LIMIT = 16_384;
const DRAIN_MS = 10_000;

/** On every answer: nothing of an API is to be framed, sniffed, cached or leaked by a referrer. */
const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-site',
} as const;

/** The core behind Fastify: body and header limits, time-outs, CORS, the access log and the shutdown exist here, once. */
export function createNodeServer(core: Core, config: Config, logger: Logger): NodeServer {
  const origins = originCheck(config);
  const clientOf = originThrough(config.trustProxy);
  const app = Fastify({
    bodyLimit: BODY_LIMIT,
    requestTimeout: 30_000,
    keepAliveTimeout: 72_000,
    forceCloseConnections: 'idle',
    http: { maxHeaderSize: HEADER_LIMIT, headersTimeout: 15_000 },
    routerOptions: { maxParamLength: HEADER_LIMIT },
    frameworkErrors: (error, request, reply) => {
      const incoming = new NodeRequest(request, reply, clientOf);
      void send(reply, core.refuse(failureOf(error), incoming));
    },
    clientErrorHandler: (error, socket) => answerBrokenHttp(error, socket as Socket, core),
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  if (config.corsOrigins.length > 0 || config.development) allowOrigins(app, origins);

  const serve = async (request: FastifyRequest, reply: FastifyReply) => {
    const started = performance.now();
    const incoming = new NodeRequest(request, reply, clientOf);
    const refused = origins.faultIn(incoming);
    const answer = refused === undefined ? core.handle(incoming) : core.refuse(refused, incoming);
    const out = answer instanceof Promise ? await answer : answer;
    if (logger.requests) logRequest(logger, incoming, out, performance.now() - started);
    return send(reply, out);
  };
  app.route({ method: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'], url: '/*', handler: serve });
  app.setNotFoundHandler(serve);
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const incoming = new NodeRequest(request, reply, clientOf);
    const failure = failureOf(error);
    if (failure.code === 'internal') logger.log({ event: 'internal_error', request_id: incoming.requestId, error });
    return send(reply, core.refuse(failure, incoming));
  });

  return {
    async listen() {
      return app.listen({ host: config.host, port: config.port });
    },
    async close() {
      const cut = setTimeout(() => app.server.closeAllConnections(), DRAIN_MS);
      await app.close();
      clearTimeout(cut);
    },
  };
}

/** A request as the surfaces see it; what they do not ask for is not computed. */
class NodeRequest implements HttpIn {
  readonly requestId = newRequestId();
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly body: Uint8Array;
  readonly address: string;
  readonly secure: boolean;
  readonly #request: FastifyRequest;
  readonly #reply: FastifyReply;
  #abort: AbortController | undefined;

  constructor(request: FastifyRequest, reply: FastifyReply, clientOf: ReturnType<typeof originThrough>) {
    const { raw } = request;
    const url = raw.url ?? '/';
    const mark = url.indexOf('?');
    this.#request = request;
    this.#reply = reply;
    this.method = raw.method ?? 'GET';
    this.path = mark === -1 ? url : url.slice(0, mark);
    this.query = mark === -1 ? '' : url.slice(mark + 1);
    this.body = request.body instanceof Uint8Array ? request.body : NO_BODY;
    const { address, secure } = clientOf({
      peer: raw.socket.remoteAddress ?? '',
      encrypted: 'encrypted' in raw.socket,
      forwardedFor: this.header('x-forwarded-for'),
      forwardedProto: this.header('x-forwarded-proto'),
    });
    this.address = address;
    this.secure = secure;
  }

  header(name: string): string | undefined {
    const value = this.#request.raw.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  /** Aborted when the connection ends before the answer was sent. */
  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      const abort = new AbortController();
      const { raw } = this.#reply;
      if (raw.destroyed) abort.abort();
      else raw.once('close', () => raw.writableFinished || abort.abort());
      this.#abort = abort;
    }
    return this.#abort.signal;
  }
}

const NO_BODY = new Uint8Array(0);

function send(reply: FastifyReply, { status, headers, body }: HttpOut): FastifyReply {
  reply
    .code(status)
    .headers(SECURITY_HEADERS)
    .headers(headers as Record<string, string>);
  return body === null ? reply.send() : reply.send(body);
}

function logRequest({ log }: Logger, request: NodeRequest, { status, log: fields }: HttpOut, ms: number): void {
  const { method, path, requestId, address } = request;
  const traceparent = request.header('traceparent');
  log({
    event: 'request',
    request_id: requestId,
    method,
    path,
    status,
    ms: Math.round(ms * 100) / 100,
    address,
    ...fields,
    ...(traceparent === undefined ? {} : { traceparent }),
  });
}

function allowOrigins(app: FastifyInstance, origins: OriginCheck): void {
  void app.register(cors, {
    origin: (origin, decide) => decide(null, origin !== undefined && origins.allows(origin)),
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: ['x-request-id', 'retry-after', 'ratelimit', 'ratelimit-policy', 'www-authenticate', 'etag'],
    maxAge: 600,
  });
}

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
  return { code, text: text[code] ?? 'Something went wrong on our side. It is on record; quote the request id when you report it.' };
}

/** What is no HTTP at all never reaches Fastify: answer on the socket itself, and close it. */
function answerBrokenHttp(error: Error & { code?: string }, socket: Socket, core: Core): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const requestId = newRequestId();
  const [line, failure] = brokenHttp(error.code);
  const { body, headers } = core.refuse(failure, { path: '/', requestId });
  const text = typeof body === 'string' ? body : '';
  socket.end(
    `HTTP/1.1 ${line}\r\ncontent-type: ${headers['content-type']}\r\nx-request-id: ${requestId}\r\ncontent-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`,
  );
}

function brokenHttp(code: string | undefined): [string, Failure] {
  if (code === 'HPE_HEADER_OVERFLOW')
    return ['431 Request Header Fields Too Large', { code: 'headers_too_large', text: 'The headers are larger than 16 KiB.' }];
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return ['408 Request Timeout', { code: 'request_timeout', text: 'The request did not arrive in time.' }];
  return ['400 Bad Request', { code: 'malformed_request', text: 'This is not valid HTTP.' }];
}
