import { type Failure, type Operation, catalogueEntry } from '@gatehouse/contract';
import type { Principal } from '../../domain/principal.js';
import type { Outcome, Runtime } from '../../runtime/types.js';
import { HttpCall } from '../http-call.js';
import { REPLAYED } from '../idempotency.js';
import type { Fault } from './errors.js';
import { type Exchange, faultIn, resultIn } from './exchange.js';
import { type JsonObject, type Request, isObject } from './message.js';
import type { Reply } from './reply.js';
import type { Wrapping } from './wrapping.js';

/** An operation as one of the protocol's methods serves it. */
export interface Served {
  readonly op: Operation;
  /** The result of a success, as JSON. */
  result(value: unknown, wrapping: Wrapping): string;
  /** What a failure is told as: a result, as JSON, or a fault of the protocol. */
  failed(failure: Failure, requestId: string, wrapping: Wrapping): string | Fault;
}

export interface RunOptions {
  readonly runtime: Runtime;
  readonly wrapping: Wrapping;
}

/**
 * Runs an operation for a client, whichever method asked for it, and answers with what came of it. Whether the caller
 * may is the runtime's to say: what is outside its scopes is refused there, with the scope that it lacks.
 */
export function runOperation(served: Served, input: unknown, { id, params }: Request, exchange: Exchange, { runtime, wrapping }: RunOptions): Promise<Reply> {
  const { request, caller, resolution } = exchange;
  const call = new HttpCall(served.op, input, caller, 'mcp', request, idempotencyKeyIn(params));
  return runtime.run(call, resolution).then((outcome) => outcomeReply(id, outcome, served, exchange, wrapping));
}

export function outcomeReply(id: string, outcome: Outcome, served: Served, exchange: Exchange, wrapping: Wrapping): Reply {
  const { name } = served.op;
  if (outcome.ok) {
    const reply = resultIn(exchange, id, served.result(outcome.value, wrapping), name);
    return outcome.replayed === true ? { ...reply, headers: { ...reply.headers, ...REPLAYED } } : reply;
  }
  const { failure, limit } = outcome;
  const told = served.failed(failure, exchange.request.requestId, wrapping);
  if (typeof told === 'string') return resultIn(exchange, id, told, name, failure.code);
  return faultIn(exchange, told, { id, status: statusOf(failure, exchange.resolution.principal), limit }, name);
}

/** Whether a failure is the operation's own outcome, rather than the protocol's. */
export function isOwnOutcome({ code }: Failure): boolean {
  return catalogueEntry(code).jsonRpc === null;
}

/**
 * A failed call is an answer, and answers travel in HTTP 200; but for what an HTTP client can act on: waiting, and
 * asking its user for more rights (which only a token can be given).
 */
function statusOf({ code }: Failure, { credential }: Principal): number {
  if (code === 'rate_limited') return 429;
  if (code === 'unavailable') return 503;
  return code === 'insufficient_scope' && credential.kind === 'token' ? 403 : 200;
}

/** Where a client cannot set a header, or sends several calls in one request. */
const IDEMPOTENCY_KEY = 'gatehouse/idempotencyKey';

function idempotencyKeyIn(params: JsonObject | undefined): string | undefined {
  const meta = params?._meta;
  const key = isObject(meta) ? meta[IDEMPOTENCY_KEY] : undefined;
  // What is no text is no key, and is refused as one.
  return key === undefined || typeof key === 'string' ? key : '';
}
