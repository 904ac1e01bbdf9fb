import type { IncomingMessage, ServerResponse } from 'node:http';
import type { originThrough } from '../domain/address.js';
import { newRequestId } from '../domain/request-id.js';
import type { HttpIn } from '../surfaces/http.js';

/** What is so for all requests of a server. */
export interface Coming {
  readonly clientOf: ReturnType<typeof originThrough>;
  /** The name of the cookie that holds a session here. */
  readonly sessionCookie: string;
}

/** A request as the surfaces see it; what they do not ask for is not computed. */
export class NodeRequest implements HttpIn {
  readonly requestId = newRequestId();
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly body: Uint8Array;
  readonly address: string;
  readonly secure: boolean;
  readonly sessionCookie: string;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  #abort: AbortController | undefined;

  constructor(request: IncomingMessage, response: ServerResponse, body: Uint8Array, from: Coming) {
    const { url = '/', method = 'GET', socket } = request;
    const mark = url.indexOf('?');
    this.#request = request;
    this.#response = response;
    this.method = method;
    this.path = mark === -1 ? url : url.slice(0, mark);
    this.query = mark === -1 ? '' : url.slice(mark + 1);
    this.body = body;
    const { address, secure } = from.clientOf({
      peer: socket.remoteAddress ?? '',
      encrypted: 'encrypted' in socket,
      forwarded: (what) => this.header(`x-forwarded-${what}`),
    });
    this.address = address;
    this.secure = secure;
    this.sessionCookie = from.sessionCookie;
  }

  header(name: string): string | undefined {
    const value = this.#request.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  /** Aborted when the connection ends before the answer was sent. */
  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      const abort = new AbortController();
      const response = this.#response;
      if (response.destroyed) abort.abort();
      else response.once('close', () => response.writableFinished || abort.abort());
      this.#abort = abort;
    }
    return this.#abort.signal;
  }
}
