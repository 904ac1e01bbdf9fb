import { type Failure, type Operation, briefly, catalogueEntry } from '@gatehouse/contract';
import findMyWay from 'find-my-way';
import type { Resolution, Rights } from '../../domain/principal.js';
import type { Verdict } from '../../domain/window.js';
import type { Platform } from '../../runtime/platform.js';
import type { Outcome, Runtime } from '../../runtime/types.js';
import type { HttpIn, HttpOut, LogFields, Surface } from '../http.js';
import { callerOf } from '../caller.js';
import type { ChallengeOf } from '../challenge.js';
import { coercionsOf } from '../coerce.js';
import { HttpCall } from '../http-call.js';
import { REPLAYED } from '../idempotency.js';
import { limitHeaders } from '../limit-headers.js';
import { notAllowed } from '../not-allowed.js';
import { hasEntityTag, successStatus } from '../success.js';
import { conditional } from './conditional.js';
import { fileIn } from './file.js';
import { type Route, inputOf } from './input.js';

/** Where the REST surface lives. */
export const REST_ROOT = '/api/v1';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

export interface RestOptions {
  readonly runtime: Runtime;
  readonly platform: Pick<Platform, 'present'>;
  readonly operations: readonly Operation[];
  readonly challengeOf: ChallengeOf;
}

/** REST from the definitions: `GET /api/v1/tickets/:id`. Static paths win over parameters. */
export function createRestSurface({ runtime, platform, operations, challengeOf }: RestOptions): Surface {
  const router = routerOf(operations);
  const failed = (failure: Failure, request: HttpIn, log: LogFields = {}, limit?: Verdict, rights?: Rights) =>
    failureOut(failure, { platform, requestId: request.requestId, challenge: challengeOf(failure, request, rights), log, limit });

  const call = async (request: HttpIn, route: Route, parameters: Record<string, string | undefined>): Promise<HttpOut> => {
    const { op } = route;
    const caller = callerOf(request);
    const asked = runtime.authenticate(caller);
    const resolution = asked instanceof Promise ? await asked : asked;
    const log = { operation: op.name, ...identified(resolution) };
    const input = resolution.is === 'ok' || op.access.by.includes('none') ? inputOf(request, route, parameters) : undefined;
    const call = new HttpCall(op, input, caller, 'rest', request);
    const outcome = await runtime.run(call, resolution);
    if (outcome.ok) return successOut(op, outcome, request, log);
    return failed(outcome.failure, request, log, outcome.limit, resolution.is === 'ok' ? resolution.principal.rights : undefined);
  };

  return {
    name: 'rest',
    handle(request) {
      const path = request.path.slice(REST_ROOT.length);
      const method = request.method === 'HEAD' ? 'GET' : request.method;
      const found = METHODS.includes(method as (typeof METHODS)[number]) ? router.find(method as 'GET', path) : null;
      if (found !== null) return call(request, found.store as Route, found.params);
      return nothingThere(router, path, request, failed);
    },
  };
}

function routerOf(operations: readonly Operation[]) {
  const router = findMyWay({ ignoreTrailingSlash: true, maxParamLength: 1024 });
  for (const op of operations) {
    if (op.rest === null) continue;
    const { method, path } = op.rest;
    const route: Route = { op, coercions: coercionsOf(op), hasBody: method !== 'GET' && method !== 'DELETE' };
    router.on(method, path, () => undefined, route);
  }
  return router;
}

function nothingThere(router: ReturnType<typeof routerOf>, path: string, request: HttpIn, failed: (failure: Failure, request: HttpIn) => HttpOut): HttpOut {
  const allowed = METHODS.filter((method) => router.find(method, path) !== null).join(', ');
  if (allowed === '') return failed({ code: 'unknown_route', text: 'There is nothing at this address.' }, request);
  return notAllowed(request, allowed, failed);
}

function identified(resolution: Resolution): LogFields {
  if (resolution.is !== 'ok') return resolution.is === 'refused' ? { reason: resolution.reason } : {};
  const { tenant, credential, agent } = resolution.principal;
  return { tenant, credential: `${credential.kind}:${credential.id}`, ...(agent === undefined ? {} : { client: agent.client }) };
}

function successOut(op: Operation, { value, limit, replayed }: Extract<Outcome, { ok: true }>, request: HttpIn, log: LogFields): HttpOut {
  const status = successStatus(op);
  const headers = { ...limitHeaders(limit), ...(replayed === true ? REPLAYED : undefined), 'x-request-id': request.requestId };
  if (status === 204) return { status, headers, body: null, log };
  const shaped = fileIn(op, value) ?? { headers: JSON_HEADERS, body: JSON.stringify(value) };
  const { body } = shaped;
  const out = { status, headers: { ...headers, ...shaped.headers }, log };
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) return { ...out, body };
  return hasEntityTag(op) ? conditional({ ...out, body }, request) : { ...out, body };
}

const JSON_TYPE = 'application/json; charset=utf-8';
const JSON_HEADERS = { 'content-type': JSON_TYPE };

/** What a failure is answered with, beside itself. */
export interface FailureContext {
  readonly platform: Pick<Platform, 'present'>;
  readonly requestId: string;
  /** `WWW-Authenticate`, where one is due. */
  readonly challenge: string | undefined;
  readonly log?: LogFields;
  readonly limit?: Verdict | undefined;
}

/** A failure in the platform's wire shape, with the headers that its status calls for. */
export function failureOut(failure: Failure, context: FailureContext): HttpOut {
  const { status, headers, body } = failureShape(failure, context);
  return { status, headers: { ...limitHeaders(context.limit), ...headers }, body: JSON.stringify(body), log: { ...context.log, code: failure.code } };
}

/** The same before it is written out, for a host that writes its own answers. */
export function failureShape(failure: Failure, { platform, requestId, challenge }: Omit<FailureContext, 'log' | 'limit'>) {
  const { status } = catalogueEntry(failure.code);
  const headers: Record<string, string> = { 'content-type': JSON_TYPE, 'x-request-id': requestId };
  if (failure.retryAfterSeconds !== undefined) headers['retry-after'] = String(Math.max(1, Math.ceil(failure.retryAfterSeconds)));
  if (challenge !== undefined) headers['www-authenticate'] = challenge;
  return { status, headers, body: platform.present.rest(briefly(failure), requestId) };
}
