import type { FastifyReply, FastifyRequest } from 'fastify';
import type { originThrough } from '../domain/address.js';
import { newRequestId } from '../domain/request-id.js';
import type { HttpIn } from '../surfaces/http.js';

const NO_BODY = new Uint8Array(0);

/** A request as the surfaces see it; what they do not ask for is not computed. */
export class NodeRequest implements HttpIn {
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
      forwarded: (what) => this.header(`x-forwarded-${what}`),
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
