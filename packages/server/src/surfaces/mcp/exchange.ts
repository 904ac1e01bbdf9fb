import type { Caller, Principal, Resolution } from '../../domain/principal.js';
import type { HttpIn, LogFields } from '../http.js';
import { type FaultContext, type Fault, faultReply } from './errors.js';
import type { Reply } from './reply.js';

/** An HTTP request whose credential has been accepted. */
export interface Exchange {
  readonly request: HttpIn;
  readonly caller: Caller;
  readonly resolution: Extract<Resolution, { is: 'ok' }>;
}

export function logOf({ tenant, credential }: Principal, operation?: string): LogFields {
  return operation === undefined ? { tenant, credential: credential.id } : { operation, tenant, credential: credential.id };
}

/** A fault of a request that came over this exchange; `operation` is what it asked for, as far as that is known. */
export function faultIn({ request, resolution }: Exchange, fault: Fault, context: Omit<FaultContext, 'requestId' | 'log'>, operation?: string): Reply {
  return faultReply(fault, { ...context, requestId: request.requestId, log: logOf(resolution.principal, operation) });
}
