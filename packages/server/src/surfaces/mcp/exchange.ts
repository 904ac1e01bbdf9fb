import type { ErrorCode } from '@gatehouse/contract';
import type { Caller, Principal, Resolution } from '../../domain/principal.js';
import type { HttpIn, LogFields } from '../http.js';
import { type FaultContext, type Fault, faultReply } from './errors.js';
import { type Reply, resultReply } from './reply.js';
import type { Session } from './sessions.js';

/** An HTTP request whose credential has been accepted. */
export interface Exchange {
  readonly request: HttpIn;
  readonly caller: Caller;
  readonly resolution: Extract<Resolution, { is: 'ok' }>;
  /** Of a client of the initialize era, where it names one. */
  readonly session?: Session;
  /** The answer is part of another: it cannot become a stream. */
  readonly whole?: true;
  /** How the platform answers some failures outside of the protocol. */
  readonly plain?: FaultContext['plain'];
}

const lastOf = new WeakMap<Principal, { readonly operation: string | undefined; readonly log: LogFields }>();

/** The same object for the same again, so that the log need not write it out again. */
export function logOf(principal: Principal, operation?: string): LogFields {
  const last = lastOf.get(principal);
  if (last !== undefined && last.operation === operation) return last.log;
  const { tenant, credential, agent } = principal;
  const by = { tenant, credential: `${credential.kind}:${credential.id}`, ...(agent === undefined ? {} : { client: agent.client }) };
  const log = Object.freeze(operation === undefined ? by : { operation, ...by });
  lastOf.set(principal, { operation, log });
  return log;
}

/** The answer to a request that was understood. */
export function resultIn({ request, resolution }: Exchange, id: string, result: string, operation: string, code?: ErrorCode): Reply {
  const log = logOf(resolution.principal, operation);
  return resultReply(id, result, request.requestId, code === undefined ? log : { ...log, code });
}

/** A fault of a request that came over this exchange; `operation` is what it asked for, as far as that is known. */
export function faultIn(
  { request, resolution, plain, whole }: Exchange,
  fault: Fault,
  context: Omit<FaultContext, 'requestId' | 'log' | 'plain'>,
  operation?: string,
): Reply {
  const own = whole === true ? undefined : plain;
  return faultReply(fault, { ...context, requestId: request.requestId, log: logOf(resolution.principal, operation), plain: own });
}
