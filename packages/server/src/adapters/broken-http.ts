import type { Socket } from 'node:net';
import type { Failure } from '@gatehouse/contract';
import { newRequestId } from '../domain/request-id.js';
import type { Core } from './core.js';

/** How long a client may take to read the answer and end its own side. */
const LINGER_MS = 1000;

/** What is no HTTP at all never becomes a request: answer on the socket itself, and close it. */
export function answerBrokenHttp(error: Error & { code?: string }, socket: Socket, core: Core): void {
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
  // Who keeps their side open would hold the connection for good, and the server's shutdown with it.
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

function brokenHttp(code: string | undefined): [string, Failure] {
  if (code === 'HPE_HEADER_OVERFLOW')
    return ['431 Request Header Fields Too Large', { code: 'headers_too_large', text: 'The headers are larger than 16 KiB.' }];
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return ['408 Request Timeout', { code: 'request_timeout', text: 'The request did not arrive in time.' }];
  return ['400 Bad Request', { code: 'malformed_request', text: 'This is not valid HTTP.' }];
}
