import { type Failure, type Refusal, refuse } from '@gatehouse/contract';
import type { Capability, ClientRequests } from '../../runtime/client.js';
import type { Fault } from './errors.js';

/** Which capabilities a refusal is about, for the protocol's own member. */
const lackedBy = new WeakMap<Failure, readonly Capability[]>();

/** Why this client cannot be asked all of this, or undefined where it can. */
export function lacking(requests: ClientRequests, can: (what: Capability) => boolean): Refusal | undefined {
  const lacked = [...new Set(Object.values(requests).map(({ needs }) => needs))].filter((what) => !can(what));
  if (lacked.length === 0) return undefined;
  const refusal = refuse('missing_capability', `This call has to ask its client for something: ${lacked.join(', ')}. The client does not say that it can.`, {
    next: `Call from a client that declares ${lacked.join(' and ')}.`,
  });
  lackedBy.set(refusal.failure, lacked);
  return refusal;
}

/** As the protocol tells it (2026-07-28, MissingRequiredClientCapabilityError); undefined for any other failure. */
export function capabilityFault(failure: Failure): Fault | undefined {
  const lacked = lackedBy.get(failure);
  if (lacked === undefined) return undefined;
  return { ...failure, more: { requiredCapabilities: Object.fromEntries(lacked.map((what) => [what, {}])) } };
}
