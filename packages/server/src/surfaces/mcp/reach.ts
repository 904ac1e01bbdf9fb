import type { Operation } from '@gatehouse/contract';
import type { Exchange } from './exchange.js';

/**
 * Whether a caller is not to know that there is this operation: a program that a person let in learns of what that person could allow it,
 * and of nothing else. Asked about anything more, a client would only send its user through a consent that gives nothing.
 */
export function isOutOfReach({ resolution: { principal } }: Exchange, op: Operation): boolean {
  const { rights } = principal;
  return rights.consented && !rights.has(op) && !rights.grantable(op);
}
