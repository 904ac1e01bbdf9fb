import { type Failure, type Operation, catalogueEntry, refuse, refuseField } from '@gatehouse/contract';
import { type Principal, holderOf } from '../domain/principal.js';
import type { Claim, Idempotency } from '../services/idempotency.js';
import type { KeyedCall } from '../store/idempotency.js';
import type { Call } from './types.js';

/** What a call with an `Idempotency-Key` has to carry along. */
export interface Keyed {
  readonly call: Call;
  readonly principal: Principal;
  value: unknown;
  /** What this call has to settle, where it came with a key and is the first. */
  claim: Claim | undefined;
  /** Whether `value` is the first call's answer. */
  replayed: boolean;
}

/** Visible ASCII (RFC 5234: VCHAR), so that a key means the same to everybody who passes it on. */
const KEY = /^[\x21-\x7e]{1,255}$/;
/** A call that began less long ago is taken to be under way still. */
const UNDER_WAY_MS = 60_000;
const RETRY_SECONDS = 1;

/** Doing these twice is not the same as doing them once. */
export function mattersTwice({ effect, idempotent }: Operation): boolean {
  return effect === 'create' || (effect !== 'read' && idempotent !== true);
}

/** Claims the call's key, or finds the answer that it had. Nothing where it has none, or needs none. */
export function claim(keyed: Keyed, idempotency: Idempotency, now: () => number): Failure | undefined | Promise<Failure | undefined> {
  const { call, principal } = keyed;
  if (!mattersTwice(call.op)) return undefined;
  const key = call.idempotencyKey;
  if (key === undefined) return undefined;
  if (!KEY.test(key)) return refuseField('Idempotency-Key', 'Must be 1 to 255 visible ASCII characters').failure;
  const { tenant } = principal;
  if (tenant === null) return refuseField('Idempotency-Key', 'Needs a caller who is bound to a tenant').failure;
  return begin(keyed, { tenant, owner: ownerOf(principal), key, operation: call.op.name, input: call.input }, idempotency, now);
}

async function begin(keyed: Keyed, asked: Parameters<Idempotency['begin']>[0], idempotency: Idempotency, now: () => number): Promise<Failure | undefined> {
  const begun = await idempotency.begin(asked);
  switch (begun.is) {
    case 'claimed':
      keyed.claim = begun.claim;
      return undefined;
    case 'other':
      return refuse('idempotency_mismatch', 'This Idempotency-Key was used with another request.', { next: 'Make a new key for each new request.' }).failure;
    case 'known':
      if (begun.call.answer === null) return unanswered(begun.call, now());
      keyed.value = JSON.parse(begun.call.answer);
      keyed.replayed = true;
      return undefined;
  }
}

/** A person's, whatever they call with; else that of the credential itself. */
function ownerOf({ user, credential }: Principal): string {
  return user === undefined ? holderOf(credential) : `user:${user}`;
}

const LOOK = 'Look whether it was done before you try again, then with a new key.';

/** Why there is no first answer to give again. */
function unanswered({ state, claimedAt, made }: KeyedCall, now: number): Failure {
  const first = 'The first call with this Idempotency-Key';
  if (state === 'done') {
    const text = `${first} was done, and its answer was not kept${made === null ? '' : `: what it is about has the id ${made}`}.`;
    return refuse('conflict', text, { ...(made === null ? {} : { made }), next: 'Do not send it again; make a new key for a new request.' }).failure;
  }
  if (state !== 'unclear' && now - claimedAt < UNDER_WAY_MS) {
    return refuse('conflict', `${first} is still under way.`, { retryAfterSeconds: RETRY_SECONDS, next: 'Send it again shortly.' }).failure;
  }
  if (state === 'changed') return refuse('conflict', `${first} changed something, and did not end.`, { next: LOOK }).failure;
  return refuse('conflict', `It is not known whether ${first.replace('The', 'the')} was done.`, { next: LOOK }).failure;
}

/** Remembers how a claimed call ended. */
export function settle({ claim: claimed, call, value }: Keyed, failure: Failure | undefined): Promise<void> | undefined {
  if (failure === undefined) return claimed?.done(value, call.op.secretOutput === true);
  // Whoever was not waited for any longer may still be at it.
  if (failure.code === 'timed_out') claimed?.touch();
  return claimed?.failed(catalogueEntry(failure.code).status < 500);
}
