import type { Operation } from '@gatehouse/contract';
import type { ClientLine } from '../../runtime/client.js';
import { HttpCall } from '../http-call.js';
import type { HttpOut } from '../http.js';
import type { Means } from './means.js';
import { capabilitiesIn } from './client-capabilities.js';
import { streamHeaders, takesEvents } from './event-stream.js';
import { type Exchange, logOf } from './exchange.js';
import { type Telling, levelOf } from './line.js';
import { type JsonObject, type Request, isObject } from './message.js';
import type { Reply } from './reply.js';
import { ownerOf } from './owner.js';
import { type RequestState, bindingOf } from './request-state.js';
import { SessionLine } from './session-line.js';
import { StatelessLine, type Wanted } from './stateless-line.js';
import type { OpenStream } from './streams.js';
import type { Era } from './versions.js';

const NOTHING: JsonObject = Object.freeze({});
const NONE: ReadonlySet<never> = new Set();
const CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities';
const LEVEL = 'io.modelcontextprotocol/logLevel';
const INFO = levelOf('info');

/** What a call came with and what it can reach, as far as its line needs it. */
export interface Surroundings {
  readonly request: Request;
  readonly exchange: Exchange;
  readonly era: Era;
  readonly means: Means;
  /** Of earlier rounds of a stateless call. */
  readonly state: RequestState | undefined;
}

/**
 * A call with a line back to its client. Nothing of the line is made before a handler reaches for it; and the answer is plain
 * JSON unless something was told before: from then on it is a stream.
 */
export class LinedCall extends HttpCall implements Telling {
  readonly #around: Surroundings;
  #line: SessionLine | StatelessLine | undefined;
  #stream: OpenStream | undefined;
  #refused = false;
  #answer: ((out: HttpOut) => void) | undefined;
  #cancel: AbortController | undefined;

  constructor(op: Operation, input: unknown, around: Surroundings, idempotencyKey: string | undefined) {
    super(op, input, around.exchange.caller, 'mcp', around.exchange.request, idempotencyKey);
    this.#around = around;
  }

  get client(): ClientLine {
    this.#line ??= this.#around.era === 'modern' ? this.#stateless() : this.#session();
    return this.#line;
  }

  /** What a stateless call cannot go on without. */
  get wanted(): Wanted | undefined {
    return this.#line instanceof StatelessLine ? this.#line.wanted : undefined;
  }

  /** Aborted when the caller has gone, has cancelled, or is nobody any more. Made when it is first asked for. */
  override get signal(): AbortSignal {
    if (this.#cancel === undefined) {
      const cancel = new AbortController();
      const { exchange, request, means } = this.#around;
      const gone = super.signal;
      if (gone.aborted) cancel.abort();
      else gone.addEventListener('abort', () => cancel.abort(), { once: true });
      means.running.add(exchange, request.id, cancel);
      this.#cancel = cancel;
    }
    return this.#cancel.signal;
  }

  get progressToken(): unknown {
    return this.#meta.progressToken;
  }

  get level(): number | undefined {
    const { era, exchange, means } = this.#around;
    if (era === 'legacy') {
      // Without sessions there is nowhere to say how much is wanted, and the capability is not claimed.
      if (means.sessions === undefined) return undefined;
      return exchange.session === undefined ? INFO : (means.sessions.wishes(exchange.session)?.level ?? INFO);
    }
    const level = levelOf(this.#meta[LEVEL]);
    return level === -1 ? undefined : level;
  }

  tell(method: string, params: object): void {
    this.#opened()?.events.send(JSON.stringify({ jsonrpc: '2.0', method, params }));
  }

  /** Settles with the reply, or before it with the stream that will end with it. */
  answered(reply: Promise<Reply>): Promise<HttpOut> {
    return new Promise((resolve, reject) => {
      this.#answer = resolve;
      if (this.#stream !== undefined) resolve(this.#streamed(this.#stream));
      reply.then((whole) => resolve(this.answeredAtOnce(whole)), reject);
    });
  }

  /** The reply, or the stream that was opened for what was told before it, and that ends with it. */
  answeredAtOnce(reply: Reply): HttpOut {
    const { exchange, request, means } = this.#around;
    if (this.#cancel !== undefined) means.running.remove(exchange, request.id, this.#cancel);
    if (this.#stream === undefined) return reply;
    this.#stream.events.end(String(reply.body));
    return this.#streamed(this.#stream);
  }

  #opened(): OpenStream | undefined {
    if (this.#stream !== undefined || this.#refused) return this.#stream;
    const { exchange, means } = this.#around;
    const stream = this.#canStream ? means.streams.open(exchange, true) : undefined;
    this.#refused = stream === undefined;
    this.#stream = stream;
    if (stream !== undefined) {
      stream.events.onEnd(() => this.#cancel?.abort());
      this.#answer?.(this.#streamed(stream));
    }
    return stream;
  }

  get #canStream(): boolean {
    const { exchange } = this.#around;
    return exchange.whole !== true && takesEvents(exchange.request.header('accept'));
  }

  #streamed({ events }: OpenStream): HttpOut {
    const { request, resolution } = this.#around.exchange;
    return { status: 200, headers: streamHeaders(request.requestId), body: events, log: logOf(resolution.principal, this.op.name) };
  }

  get #meta(): JsonObject {
    const meta = this.#around.request.params?._meta;
    return isObject(meta) ? meta : NOTHING;
  }

  #stateless(): StatelessLine {
    const { request, state } = this.#around;
    const responses = request.params?.inputResponses;
    return new StatelessLine(this, { can: capabilitiesIn(this.#meta[CAPABILITIES]), responses: isObject(responses) ? responses : NOTHING, state });
  }

  #session(): SessionLine {
    const { exchange, means } = this.#around;
    const can = this.#canStream ? (exchange.session?.can ?? NONE) : NONE;
    return new SessionLine(this, {
      can,
      ask: ({ method, params }) => {
        const stream = this.#opened();
        if (stream === undefined) return Promise.resolve({ ok: false, text: 'Too many of its calls are waiting.' });
        const send = (id: string): void => {
          stream.events.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
        };
        return means.asks.ask(exchange.resolution.principal, this.signal, send);
      },
    });
  }
}

/** What the state of an unfinished call is bound to. */
export function stateBinding({ resolution: { principal } }: Exchange, op: Operation, input: unknown): string {
  return bindingOf(ownerOf(principal), op.name, input);
}
