import { refuse } from '@gatehouse/contract';
import type { HttpOut, WholeBody } from '../http.js';
import type { Fault } from './errors.js';
import { claimsModern } from './era.js';
import { type Exchange, logOf } from './exchange.js';
import { isObject } from './message.js';
import { type Reply, acceptedReply, jsonHeaders } from './reply.js';
import { BATCH_VERSION } from './versions.js';

/** Calls in one request. Each is authenticated, limited and recorded as if it had come alone. */
export const BATCH_LIMIT = 50;

/** Why an array is no batch that we take, or undefined. Decided before its first element is looked at. */
export function batchFault(elements: readonly unknown[], version: string | undefined): Fault | undefined {
  if (version !== undefined && version !== BATCH_VERSION) return malformed(`Protocol version ${version} has no batches.`);
  if (elements.length === 0) return malformed('The batch is empty.');
  if (elements.length > BATCH_LIMIT) return malformed(`The batch has more than ${BATCH_LIMIT} elements.`);
  if (elements.some(claimsModern)) return malformed('The version that an element names in _meta has no batches.');
  // 2025-03-26, Lifecycle, Initialization.
  return elements.some((element) => isObject(element) && element.method === 'initialize') ? malformed('initialize may not be part of a batch.') : undefined;
}

/**
 * Answers a batch (JSON-RPC 2.0, section 6) one by one, in order, so that a batch has no more of the server at once
 * than a single call. What is refused is told inside, under its own id. Ends early where the caller is gone.
 */
export async function answerBatch(
  elements: readonly unknown[],
  exchange: Exchange,
  answer: (element: unknown, exchange: Exchange) => HttpOut | Promise<HttpOut>,
  notificationStatus: number,
): Promise<Reply> {
  const bodies: string[] = [];
  for (const element of elements) {
    if (exchange.request.signal.aborted) break;
    const { body } = await answer(element, exchange);
    if (body === null) continue;
    if (isStream(body)) throw new Error('A part of a batch was answered with a stream.');
    bodies.push(textOf(body));
  }
  const { requestId } = exchange.request;
  const log = logOf(exchange.resolution.principal, 'batch');
  if (bodies.length === 0) return acceptedReply(notificationStatus, requestId, log);
  return { status: 200, headers: jsonHeaders(requestId), body: `[${bodies.join(',')}]`, log };
}

function malformed(text: string): Fault {
  return refuse('malformed_request', text).failure;
}

function isStream(body: NonNullable<HttpOut['body']>): body is AsyncIterable<Uint8Array> {
  return typeof body === 'object' && Symbol.asyncIterator in body;
}

function textOf(body: NonNullable<WholeBody>): string {
  if (typeof body === 'string') return body;
  return body instanceof Uint8Array ? Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString() : body.map(textOf).join('');
}
