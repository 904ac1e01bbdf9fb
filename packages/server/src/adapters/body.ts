import type { IncomingMessage } from 'node:http';
import type { Failure } from '@gatehouse/contract';
import { brokenHttp } from './broken-http.js';

const BODY_LIMIT = 1_048_576;
export const NO_BODY = new Uint8Array(0);

const ENCODED: Failure = {
  code: 'unsupported_media_type',
  text: 'A compressed body is not read here.',
  next: 'Send it without Content-Encoding.',
};
const TOO_LARGE: Failure = { code: 'payload_too_large', text: 'The body is larger than 1 MiB.' };

/**
 * Reads a body whole, at most 1 MiB of it, and calls back once: with the body, or with what is wrong with it. What a GET or a
 * HEAD carries means nothing (RFC 9110, section 9.3.1) and is not read; Node throws away what is left unread.
 */
export function readBody(request: IncomingMessage, done: (body: Uint8Array, failure?: Failure) => void): void {
  const { method, headers } = request;
  const length = headers['content-length'];
  if (method === 'GET' || method === 'HEAD' || (headers['transfer-encoding'] === undefined && (length === undefined || length === '0'))) {
    done(NO_BODY);
    return;
  }
  // RFC 9110, section 8.4: what it says stands for other bytes than those that came, and would be kept as if it were these.
  if ((headers['content-encoding'] ?? 'identity').toLowerCase() !== 'identity') {
    done(NO_BODY, ENCODED);
    return;
  }
  if (Number(length) > BODY_LIMIT) {
    done(NO_BODY, TOO_LARGE);
    return;
  }
  let first: Uint8Array = NO_BODY;
  let all: Uint8Array[] | undefined;
  let received = 0;
  const take = (chunk: Buffer): void => {
    received += chunk.length;
    if (received > BODY_LIMIT) settle(NO_BODY, TOO_LARGE);
    else if (received === chunk.length) first = chunk;
    else if (all === undefined) all = [first, chunk];
    else all.push(chunk);
  };
  const end = (): void => settle(all === undefined ? first : Buffer.concat(all));
  const cut = (error: Error): void => settle(NO_BODY, brokenHttp(error));
  let settled = false;
  const settle = (body: Uint8Array, failure?: Failure): void => {
    if (settled) return;
    settled = true;
    if (failure !== undefined) request.off('data', take);
    done(body, failure);
  };
  request.on('data', take).on('end', end).on('error', cut);
}
