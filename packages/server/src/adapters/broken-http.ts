import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type Failure, catalogueEntry } from '@gatehouse/contract';
import { newRequestId } from '../domain/request-id.js';
import type { Core } from './core.js';

/** How long a client may take to read the answer and end its own side. */
const LINGER_MS = 1000;

/** The answer to the request that came last over a connection. */
export type Newest = WeakMap<Socket, ServerResponse>;

type Broken = Error & { readonly code?: string };

/**
 * Answers what arrived as no HTTP, and ends the connection. Answers to what was whole before it go first: each belongs to its
 * request by its place alone (RFC 9112, section 9.3.2).
 */
export function answerBrokenHttp(error: Broken, socket: Socket, core: Core, newest: Newest): void {
  const last = newest.get(socket);
  const alone = () => answerAlone(socket, core, brokenHttp(error));
  if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
  else if (broken.has(socket)) return;
  else if (last === undefined) alone();
  else if (!last.req.complete) refuseRest(last, error, socket);
  else if (last.writableFinished) alone();
  else last.once('close', alone);
  broken.add(socket);
}

/** Whose connection is broken may go on sending: it was told, or will be. */
const broken = new WeakSet<Socket>();

/** Broken is what belongs to the last request: whoever reads its body answers it. */
function refuseRest(last: ServerResponse, error: Broken, socket: Socket): void {
  last.shouldKeepAlive = false;
  if (last.writableEnded) socket.destroySoon();
  else if (last.req.listenerCount('error') > 0) last.req.emit('error', error);
  else last.once('close', () => socket.destroy());
}

/** CONNECT: Node takes the connection out of its own hands. */
export function refuseTunnel(socket: Socket, core: Core): void {
  answerAlone(socket, core, { code: 'malformed_request', text: 'This server is no proxy.' });
}

/** Such a request never becomes one for Node: the answer is written on the socket itself. */
function answerAlone(socket: Socket, core: Core, failure: Failure): void {
  if (!socket.writable) return;
  const requestId = newRequestId();
  const { status } = catalogueEntry(failure.code);
  const { body, headers } = core.refuse(failure, { path: '/', requestId, header: () => undefined });
  const text = typeof body === 'string' ? body : '';
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: ${headers['content-type']}\r\nx-request-id: ${requestId}\r\ncontent-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`,
  );
  // Who keeps their side open would hold the connection for good, and the server's shutdown with it.
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

/** What to say of what a client sent that Node could not read on. */
export function brokenHttp({ code }: Broken): Failure {
  if (code === 'HPE_HEADER_OVERFLOW') return { code: 'headers_too_large', text: 'The headers are larger than 16 KiB.' };
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return { code: 'request_timeout', text: 'The request did not arrive in time.' };
  if (code === 'HPE_INVALID_EOF_STATE' || code === 'ECONNRESET') return { code: 'malformed_request', text: 'The request ended before it was whole.' };
  return { code: 'malformed_request', text: 'This is not valid HTTP.' };
}
