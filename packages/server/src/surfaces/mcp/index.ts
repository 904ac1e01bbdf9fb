import type { Failure, Operation } from '@gatehouse/contract';
import { callerOf } from '../caller.js';
import type { Caller, Resolution } from '../../domain/principal.js';
import type { Platform } from '../../runtime/platform.js';
import type { Runtime } from '../../runtime/types.js';
import type { ChallengeOf, Challenged } from '../challenge.js';
import type { HttpIn, HttpOut, LogFields, Surface } from '../http.js';
import { decodeJson } from '../json.js';
import { answerBatch, batchFault } from './batch.js';
import { eraOf } from './era.js';
import { faultReply } from './errors.js';
import { type Exchange, faultIn, logOf } from './exchange.js';
import { type LineOptions, type Means, meansOf } from './means.js';
import { type Notification, type Request, type Response, encodedId, readMessage } from './message.js';
import type { Methods } from './method.js';
import { legacyMethods, modernMethods } from './methods.js';
import { offerOf } from './offer.js';
import { type Reply, acceptedReply } from './reply.js';
import { SessionStreams } from './session-methods.js';
import type { Session } from './sessions.js';
import { Subscriptions } from './subscriptions.js';
import { type Era, MODERN_VERSION } from './versions.js';

export type { LineOptions };

export interface McpOptions {
  readonly runtime: Runtime;
  readonly platform: Platform;
  /** Those that are tools are served; all are given, so that the order of the platform is kept. */
  readonly operations: readonly Operation[];
  readonly line: LineOptions;
  readonly challengeOf: ChallengeOf;
}

export interface McpSurface extends Surface {
  /** A failure that was found before a message could be read, such as a foreign `Origin`. */
  refuse(failure: Failure, request: Refused): Reply;
  /** Ends the streams that end with nothing else, and whatever waits for a client. Before the server waits for its calls. */
  close(): void;
  /** Streams to clients that are open now. */
  readonly openStreams: number;
}

/**
 * The Model Context Protocol over Streamable HTTP: one POST, one JSON answer, or a stream that ends with it where there is
 * something to tell before. Clients of 2025-03-26 to 2025-11-25 open with `initialize`; those of 2026-07-28 say with each
 * request what they speak.
 */
export function createMcpSurface({ runtime, platform, operations, line, challengeOf }: McpOptions): McpSurface {
  const means = meansOf(line, { runtime, platform });
  const offer = offerOf(operations, platform);
  const subscriptions = new Subscriptions({ runtime, resources: offer.resources, streams: means.streams, signals: line.signals });
  const options = { runtime, platform, offer, means, subscriptions, challengeOf };
  const { sessions } = means;
  const streams = sessions === undefined ? undefined : new SessionStreams({ sessions, subscriptions });
  return new StreamableHttp({ runtime, platform, means, streams, challengeOf, methods: { legacy: legacyMethods(options), modern: modernMethods(options) } });
}

const NO_METHOD: Failure = { code: 'method_not_allowed', text: 'Send each message by POST.', next: 'Use POST.' };
const NO_SESSION: Failure = { code: 'unknown_session', text: 'There is no such session, or it has ended.', next: 'Open a new one with initialize.' };

/** A request that is turned away before a message could be read. */
interface Refused extends Challenged {
  readonly requestId: string;
}

interface Parts {
  readonly runtime: Runtime;
  readonly platform: Platform;
  readonly means: Means;
  /** undefined: this platform has no sessions. */
  readonly streams: SessionStreams | undefined;
  readonly challengeOf: ChallengeOf;
  readonly methods: Readonly<Record<Era, Methods>>;
}

class StreamableHttp implements McpSurface {
  readonly name = 'mcp';
  readonly #runtime: Runtime;
  readonly #platform: Platform;
  readonly #means: Means;
  readonly #streams: SessionStreams | undefined;
  readonly #challengeOf: ChallengeOf;
  readonly #methods: Readonly<Record<Era, Methods>>;

  constructor({ runtime, platform, means, streams, challengeOf, methods }: Parts) {
    this.#runtime = runtime;
    this.#platform = platform;
    this.#means = means;
    this.#streams = streams;
    this.#challengeOf = challengeOf;
    this.#methods = methods;
  }

  refuse(failure: Failure, request: Refused, log: LogFields = {}): Reply {
    const { requestId } = request;
    return faultReply(failure, { id: 'null', requestId, challenge: this.#challengeOf(failure, request), log, plain: this.#platform.present.mcp });
  }

  get openStreams(): number {
    return this.#means.streams.size;
  }

  close(): void {
    this.#means.asks.close();
    this.#means.streams.close();
  }

  /** The credential is asked for before anything that was sent is looked at. */
  handle(request: HttpIn): HttpOut | Promise<HttpOut> {
    if (request.method !== 'POST' && (this.#streams === undefined || !isOfSession(request))) return this.refuse(NO_METHOD, request);
    const caller = callerOf(request, 'mcp');
    const resolution = this.#runtime.authenticate(caller);
    return resolution instanceof Promise ? resolution.then((resolved) => this.#admit(request, caller, resolved)) : this.#admit(request, caller, resolution);
  }

  #admit(request: HttpIn, caller: Caller, resolution: Resolution): HttpOut | Promise<HttpOut> {
    if (resolution.is !== 'ok') {
      const log = resolution.is === 'refused' ? { reason: resolution.reason } : {};
      const failure = this.#runtime.denial(resolution, caller);
      const reply = (told: Failure): Reply => this.refuse(told, request, log);
      return failure instanceof Promise ? failure.then(reply) : reply(failure);
    }
    const exchange = { request, caller, resolution, plain: this.#platform.present.mcp };
    if (this.#platform.mcpBy.includes(resolution.principal.credential.kind)) return this.#receive(exchange);
    return faultIn(exchange, { code: 'forbidden', text: 'This kind of credential does not open the MCP endpoint.' }, { id: 'null' });
  }

  #receive(exchange: Exchange): HttpOut | Promise<HttpOut> {
    const { request } = exchange;
    if (request.method !== 'POST') return this.#ofSession(exchange);
    if (!isJson(request.header('content-type')))
      return faultIn(exchange, { code: 'unsupported_media_type', text: 'The Content-Type must be application/json.' }, { id: 'null' });
    const decoded = decodeJson(request.body);
    if (!decoded.ok) return faultIn(exchange, { code: 'malformed_json', text: decoded.text, ...decoded.more }, { id: 'null' });
    if (!Array.isArray(decoded.value)) return this.#answer(decoded.value, exchange);
    const elements: readonly unknown[] = decoded.value;
    const fault = batchFault(elements, request.header('mcp-protocol-version'));
    if (fault !== undefined) return faultIn(exchange, fault, { id: 'null' });
    return answerBatch(elements, { ...exchange, whole: true }, (element) => this.#answerLater(element, exchange), this.#platform.mcp.notificationStatus);
  }

  /** A batch may take long: each of its messages is let in by what the credential is worth by then. */
  async #answerLater(value: unknown, exchange: Exchange): Promise<HttpOut> {
    const { caller, request } = exchange;
    const resolution = await this.#runtime.authenticate(caller);
    if (resolution.is === 'ok') return this.#answer(value, { ...exchange, resolution, whole: true });
    const message = readMessage(value);
    if (message.is !== 'request' && message.is !== 'invalid') return accepted(exchange, this.#platform.mcp.notificationStatus);
    return faultReply(await this.#runtime.denial(resolution, caller), { id: message.id, requestId: request.requestId });
  }

  #answer(value: unknown, exchange: Exchange): HttpOut | Promise<HttpOut> {
    const message = readMessage(value);
    if (message.is === 'invalid') return faultIn(exchange, { code: 'malformed_request', text: message.text }, { id: message.id });
    if (message.is === 'response') return this.#answered(message, exchange);
    const era = eraOf(message, exchange.request);
    if (typeof era !== 'string') return faultIn(exchange, era, { id: message.is === 'request' ? message.id : 'null' });
    const inSession = this.#streams !== undefined && era === 'legacy' && message.method !== 'initialize';
    const header = inSession ? exchange.request.header('mcp-session-id') : undefined;
    if (header === undefined) return this.#dispatch(message, era, exchange);
    const session = this.#sessionOf(header, exchange);
    if (session === undefined) return faultIn(exchange, NO_SESSION, { id: message.is === 'request' ? message.id : 'null' });
    return this.#dispatch(message, era, { ...exchange, session });
  }

  #dispatch(message: Request | Notification, era: Era, exchange: Exchange): HttpOut | Promise<HttpOut> {
    if (message.is === 'notification') return this.#noted(message, era, exchange);
    const { id } = message;
    // What a stateless client may not find is told by HTTP too; the others read errors out of a 200 only.
    const inBand = era === 'legacy' ? { id, status: 200 } : { id };
    const method = this.#methods[era].get(message.method);
    if (method === undefined) return faultIn(exchange, { code: 'unknown_method', text: `Method not found: ${message.method}` }, inBand);
    if (message.params === undefined) return faultIn(exchange, { code: 'invalid_input', text: 'Invalid params: parameters go by name, in an object.' }, inBand);
    return method(message, exchange);
  }

  #noted({ method, params }: Notification, era: Era, exchange: Exchange): Reply {
    if (!method.startsWith('notifications/')) return faultIn(exchange, { code: 'malformed_request', text: 'A request needs an "id".' }, { id: 'null' });
    const id = method === 'notifications/cancelled' ? encodedId(params?.requestId) : undefined;
    if (id !== undefined && era === 'legacy') this.#means.running.cancel(exchange, id);
    return accepted(exchange, era === 'modern' ? 202 : this.#platform.mcp.notificationStatus);
  }

  /** What we asked is answered where the protocol lets clients send answers; what we did not ask is dropped. */
  #answered(message: Response, exchange: Exchange): Reply {
    if (exchange.request.header('mcp-protocol-version') === MODERN_VERSION)
      return faultIn(exchange, { code: 'malformed_request', text: `Protocol version ${MODERN_VERSION} has no responses from clients.` }, { id: 'null' });
    this.#means.asks.answer(message, exchange.resolution.principal);
    return accepted(exchange, this.#platform.mcp.notificationStatus);
  }

  #ofSession(exchange: Exchange): HttpOut {
    const session = this.#sessionOf(exchange.request.header('mcp-session-id') ?? '', exchange);
    if (session === undefined || this.#streams === undefined) return faultIn(exchange, NO_SESSION, { id: 'null' });
    return exchange.request.method === 'GET' ? this.#streams.open(exchange, session) : this.#streams.end(exchange, session);
  }

  #sessionOf(header: string, { resolution }: Exchange): Session | undefined {
    return this.#means.sessions?.read(header, resolution.principal);
  }
}

/** The stream and the end of a session. Without one there is nothing here to get or to delete. */
function isOfSession(request: HttpIn): boolean {
  return (request.method === 'GET' || request.method === 'DELETE') && request.header('mcp-session-id') !== undefined;
}

function accepted({ request, resolution }: Exchange, status: number): Reply {
  return acceptedReply(status, request.requestId, logOf(resolution.principal, 'notification'));
}

/** JSON is UTF-8 (RFC 8259, section 8.1): parameters are let by, but for another charset. */
function isJson(contentType: string | undefined): boolean {
  if (contentType === 'application/json') return true;
  if (contentType === undefined) return false;
  const [type = '', ...parameters] = contentType.split(';');
  return type.trim().toLowerCase() === 'application/json' && parameters.every((parameter) => !/^\s*charset\s*=(?!\s*"?utf-?8"?\s*$)/i.test(parameter));
}
