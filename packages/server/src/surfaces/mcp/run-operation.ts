import { type Failure, type Operation, catalogueEntry } from '@gatehouse/contract';
import type { Outcome, Runtime } from '../../runtime/types.js';
import type { ChallengeOf } from '../challenge.js';
import type { HttpOut } from '../http.js';
import { REPLAYED } from '../idempotency.js';
import type { Fault } from './errors.js';
import { type Exchange, faultIn, resultIn } from './exchange.js';
import { LinedCall, stateBinding } from './lined-call.js';
import type { Means } from './means.js';
import { type JsonObject, type Request, isObject } from './message.js';
import { capabilityFault } from './missing-capability.js';
import { paramFault } from './params.js';
import type { Reply } from './reply.js';
import { type RequestState, openState, sealState } from './request-state.js';
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
  readonly means: Means;
  readonly challengeOf: ChallengeOf;
}

/**
 * Runs an operation for a client, whichever method asked for it, and answers with what came of it. Whether the caller
 * may is the runtime's to say: what is outside its scopes is refused there, with the scope that it lacks.
 */
export function runOperation(served: Served, input: unknown, request: Request, exchange: Exchange, options: RunOptions): HttpOut | Promise<HttpOut> {
  const { runtime, wrapping, means } = options;
  const { op } = served;
  const state = wrapping.era === 'modern' ? stateOf(op, input, request, exchange, means) : undefined;
  if (state !== undefined && 'code' in state) return faultIn(exchange, state, { id: request.id }, op.name);
  const around = { request, exchange, era: wrapping.era, means, state };
  const call = new LinedCall(op, input, around, idempotencyKeyIn(request.params));
  const reply = (outcome: Outcome): Reply =>
    requiredReply(call, outcome, request, exchange, options) ?? outcomeReply(request.id, outcome, served, exchange, options);
  const outcome = runtime.run(call, exchange.resolution);
  return outcome instanceof Promise ? call.answered(outcome.then(reply)) : call.answeredAtOnce(reply(outcome));
}

/** What a stateless client brings back from earlier rounds. It may be anything: only what opens is ours. */
function stateOf(op: Operation, input: unknown, { params }: Request, exchange: Exchange, { stateSeal, now }: Means): RequestState | Fault | undefined {
  const { inputResponses, requestState } = params ?? {};
  if (inputResponses !== undefined && !isObject(inputResponses)) return paramFault('inputResponses', 'Must be an object');
  if (requestState === undefined) return undefined;
  const state = typeof requestState === 'string' ? openState(stateSeal, requestState, stateBinding(exchange, op, input), now()) : undefined;
  return state ?? paramFault('requestState', 'Not one of this call, or expired: call without it');
}

/** Where a stateless call cannot go on without its client: what is asked, and what it has come to (Multi Round-Trip Requests). */
function requiredReply(call: LinedCall, outcome: Outcome, { id }: Request, exchange: Exchange, { wrapping, means }: RunOptions): Reply | undefined {
  const { wanted } = call;
  if (wanted === undefined || outcome.ok || outcome.failure !== wanted.refusal.failure) return undefined;
  const requests = Object.fromEntries(Object.entries(wanted.requests).map(([name, { method, params }]) => [name, { method, params }]));
  const state = sealState(means.stateSeal, wanted.state, stateBinding(exchange, call.op, call.input), means.now());
  const result = `{"resultType":"input_required","inputRequests":${JSON.stringify(requests)},"requestState":"${state}"${wrapping.close}}`;
  return resultIn(exchange, id, result, call.op.name);
}

export function outcomeReply(
  id: string,
  outcome: Outcome,
  served: Served,
  exchange: Exchange,
  { wrapping, challengeOf }: Pick<RunOptions, 'wrapping' | 'challengeOf'>,
): Reply {
  const { name } = served.op;
  if (outcome.ok) {
    const reply = resultIn(exchange, id, served.result(outcome.value, wrapping), name);
    return outcome.replayed === true ? { ...reply, headers: { ...reply.headers, ...REPLAYED } } : reply;
  }
  const { failure, limit } = outcome;
  const told = capabilityFault(failure) ?? served.failed(failure, exchange.request.requestId, wrapping);
  if (typeof told === 'string') return resultIn(exchange, id, told, name, failure.code);
  const challenge = challengeOf(failure, exchange.request, exchange.resolution.principal.rights);
  return faultIn(exchange, told, { id, status: challenge === undefined ? statusOf(failure, wrapping) : 403, limit, challenge }, name);
}

/** Whether a failure is the operation's own outcome, rather than the protocol's. */
export function isOwnOutcome({ code }: Failure): boolean {
  return catalogueEntry(code).jsonRpc === null;
}

/** A failed call is an answer, and answers travel in HTTP 200; but for what an HTTP client can act on: waiting here, and above asking its user for more. */
function statusOf({ code }: Failure, { era }: Wrapping): number {
  if (code === 'rate_limited') return 429;
  if (code === 'unavailable') return 503;
  return code === 'missing_capability' && era === 'modern' ? 400 : 200;
}

/** Where a client cannot set a header, or sends several calls in one request. */
const IDEMPOTENCY_KEY = 'gatehouse/idempotencyKey';

function idempotencyKeyIn(params: JsonObject | undefined): string | undefined {
  const meta = params?._meta;
  const key = isObject(meta) ? meta[IDEMPOTENCY_KEY] : undefined;
  // What is no text is no key, and is refused as one.
  return key === undefined || typeof key === 'string' ? key : '';
}
