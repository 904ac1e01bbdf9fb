import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Failure } from '@gatehouse/contract';
import { newRequestId } from '../domain/request-id.js';
import type { Core } from './core.js';

/** How long a client may take to read the answer and end its own side. */
const LINGER_MS = 1000;

/** The answer to the request that came last over a connection. */
export type Newest = WeakMap<Socket, ServerResponse>;

/** What is no HTTP at all never becomes a request: answer on the socket itself, behind the answers to what was whole, and close it. */
export function answerBrokenHttp(error: Error & { code?: string }, socket: Socket, core: Core, newest: Newest): void {
  const before = newest.get(socket);
  // Half an answer, such as a stream, has no end behind which another could be put.
  if (error.code === 'ECONNRESET' || !socket.writable || (before?.headersSent === true && !before.writableEnded)) socket.destroy();
  else if (before === undefined || before.writableFinished || error.code === 'ERR_HTTP_REQUEST_TIMEOUT') answerAlone(socket, core, ...brokenHttp(error.code));
  else before.once('close', () => answerAlone(socket, core, ...brokenHttp(error.code)));
}

/** CONNECT: Node takes the connection out of its hands. */
export function refuseTunnel(socket: Socket, core: Core): void {
  answerAlone(socket, core, '400 Bad Request', { code: 'malformed_request', text: 'This server is no proxy.' });
}

function answerAlone(socket: Socket, core: Core, line: string, failure: Failure): void {
  if (!socket.writable) return;
  const requestId = newRequestId();
  const { body, headers } = core.refuse(failure, { path: '/', requestId });
  const text = typeof body === 'string' ? body : '';
  socket.end(
    `HTTP/1.1 ${line}\r\ncontent-type: ${headers['content-type']}\r\nx-request-id: ${requestId}\r\ncontent-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`,
  );
  // Who keeps their side open would hold the connection for good, and the server's shutdown with it.
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

function brokenHttp(code: string | undefined): [string, Failure] {
  if (code === 'HPE_HEADER_OVERFLOW')
    return ['431 Request Header Fields Too Large', { code: 'headers_too_large', text: 'The headers are larger than 16 KiB.' }];
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return ['408 Request Timeout', { code: 'request_timeout', text: 'The request did not arrive in time.' }];
  return ['400 Bad Request', { code: 'malformed_request', text: 'This is not valid HTTP.' }];
}
