import { type Failure, type Operation, Refusal, parse, refuse } from '@gatehouse/contract';
import type { Caller, Principal, Resolution } from '../domain/principal.js';
import type { Bucket, Verdict } from '../domain/window.js';
import type { Idempotency } from '../services/idempotency.js';
import { leftBehind } from '../services/left-behind.js';
import type { Calls, Metrics } from '../services/metrics.js';
import { type UnavailableError, unavailable } from '../domain/unavailable-error.js';
import type { ContextFactory, HandlerContext } from './context.js';
import { invalidInput } from './invalid-input.js';
import { type Keyed, claim, settle } from './keyed.js';
import { assertSayable } from './sayable.js';
import { TimeLimits } from './time-limits.js';
import type { Binding, Outcome, Runtime, Signal, Suggesting } from './types.js';

/** A call on its way through the pipeline. */
interface Passage extends Keyed {
  readonly resolution: Resolution;
  readonly binding: Binding;
  /** undefined: it is no call, but what is asked before one. */
  readonly measured: Calls | undefined;
  /** Milliseconds, of a clock that only goes forward. */
  readonly began: number;
  principal: Principal;
  input: unknown;
  limit: Verdict | undefined;
  context: HandlerContext | undefined;
}

type StepResult = Failure | undefined;

interface Step {
  readonly name: string;
  readonly take: (passage: Passage) => StepResult | Promise<StepResult>;
}

export interface PipelineOptions {
  readonly denial: Runtime['denial'];
  readonly anonymous: Principal;
  readonly bucketsOf: (principal: Principal, caller: Caller) => readonly Bucket[];
  /** A promise only where other processes have to be asked. */
  readonly take: (buckets: readonly Bucket[], cost: number, now: number) => Verdict | undefined | Promise<Verdict | undefined>;
  /** Takes note of an error that says that the database is out of reach, and answers it; undefined for any other. */
  readonly outOfReach: (error: unknown) => UnavailableError | undefined;
  readonly now: () => number;
  readonly context: ContextFactory;
  /** Tells what has changed; nobody waits for it. */
  readonly signal: (signals: readonly Signal[]) => void;
  /** There are jobs to do. */
  readonly wakeJobs: () => void;
  readonly idempotency: Idempotency;
  readonly metrics: Metrics;
  readonly log: (event: object) => void;
}

/** The one way from a call to its outcome, whatever surface it came by. */
export function pipeline(options: PipelineOptions): readonly Step[] {
  const limits = new TimeLimits(options.log);
  return [
    { name: 'authenticate', take: (passage) => authenticate(passage, options) },
    { name: 'scope', take: scope },
    { name: 'limit', take: (passage) => limit(passage, passage.call.op.cost ?? 1, options) },
    { name: 'validate', take: validate },
    { name: 'claim', take: (passage) => claim(passage, options.idempotency, options.now) },
    { name: 'handle', take: (passage) => (passage.replayed ? undefined : handle(passage, options, limits)) },
    { name: 'check output', take: (passage) => (passage.replayed ? undefined : checkOutput(passage)) },
    { name: 'signal', take: (passage) => signal(passage, options) },
  ];
}

/** The way to what a completer suggests: past the same gates, for the price of one call at most, since it is asked with every key that is struck. */
export function suggestions(options: PipelineOptions): (asked: Suggesting) => readonly Step[] {
  const limits = new TimeLimits(options.log);
  return (asked) => [
    { name: 'authenticate', take: (passage) => authenticate(passage, options) },
    { name: 'scope', take: scope },
    { name: 'limit', take: (passage) => limit(passage, Math.min(1, passage.call.op.cost ?? 1), options) },
    { name: 'suggest', take: (passage) => suggest(passage, asked, options, limits) },
  ];
}

type RunOptions = Pick<PipelineOptions, 'log' | 'outOfReach'>;

/**
 * Runs the steps in order; the first failure ends it. Neither throws nor rejects. At once where each step is done at once: a promise
 * that nobody needs costs as much as a look-up of a credential.
 */
export function run(steps: readonly Step[], passage: Passage, options: RunOptions): Outcome | Promise<Outcome> {
  for (const step of steps) {
    let taken: StepResult | Promise<StepResult>;
    try {
      taken = step.take(passage);
    } catch (error) {
      taken = surprise(error, step.name, passage, options);
    }
    if (taken instanceof Promise) return resumed(steps, step, taken, passage, options);
    if (taken !== undefined) return ended(taken, passage, options);
  }
  return ended(undefined, passage, options);
}

/** Goes on when `taken` is there, which is what came of `from`. */
async function resumed(steps: readonly Step[], from: Step, taken: Promise<StepResult>, passage: Passage, options: RunOptions): Promise<Outcome> {
  let at = from;
  let failure: StepResult;
  try {
    failure = await taken;
    for (let i = steps.indexOf(from) + 1; failure === undefined && i < steps.length; i += 1) {
      at = steps[i] ?? from;
      const next = at.take(passage);
      failure = next instanceof Promise ? await next : next;
    }
  } catch (error) {
    failure = surprise(error, at.name, passage, options);
  }
  return ended(failure, passage, options);
}

function ended(failure: StepResult, passage: Passage, options: RunOptions): Outcome | Promise<Outcome> {
  if (passage.claim !== undefined) return settled(passage, failure, options).then(() => outcomeOf(failure, passage));
  return outcomeOf(failure, passage);
}

function outcomeOf(failure: StepResult, { value, limit, replayed, measured, began }: Passage): Outcome {
  measured?.add(failure?.code, performance.now() - began);
  const outcome = failure === undefined ? { ok: true as const, value } : { ok: false as const, failure };
  if (replayed) return { ...outcome, ...(limit === undefined ? {} : { limit }), replayed: true };
  return limit === undefined ? outcome : { ...outcome, limit };
}

/** What was done was done, and is answered so, even where that cannot be remembered: then its key stays taken. */
async function settled(passage: Passage, failure: StepResult, { log, outOfReach }: Pick<PipelineOptions, 'log' | 'outOfReach'>): Promise<void> {
  try {
    await settle(passage, failure);
  } catch (error) {
    outOfReach(error);
    log({ event: 'idempotency_not_settled', request_id: passage.call.caller.requestId, operation: passage.call.op.name, error });
  }
}

export type { Passage };

function authenticate(passage: Passage, { denial, anonymous }: PipelineOptions): StepResult | Promise<StepResult> {
  const { resolution, call } = passage;
  if (resolution.is === 'ok') {
    passage.principal = resolution.principal;
    return undefined;
  }
  passage.principal = anonymous;
  const failure = denial(resolution, call.caller);
  // Where no credential is asked for, a bad one only counts against its address, as far as that can be told now.
  if (!call.op.access.by.includes('none')) return failure;
  return failure instanceof Promise ? failure.then(() => undefined) : undefined;
}

function scope({ call: { op }, principal }: Passage): StepResult {
  if (ofNoTenant(principal) && op.access.plane === 'platform' && op.access.scope !== null) return TENANT_REQUIRED;
  return principal.rights.has(op) ? undefined : deniedTo(principal, op);
}

/** What a credential meets that is good, and bound to no tenant, where there is nothing to do without one. */
export const TENANT_REQUIRED: Failure = {
  code: 'tenant_required',
  text: 'This credential is bound to no tenant.',
  next: 'Use a key or a token of a tenant.',
};

export function ofNoTenant({ tenant, credential }: Principal): boolean {
  return tenant === null && credential.kind !== 'none';
}

/** Why this principal may not call this operation, and what would help. */
function deniedTo({ credential, rights }: Principal, op: Operation): Failure {
  const { by, scope: wanted } = op.access;
  if (!by.includes(credential.kind) || wanted === null) {
    return {
      code: 'forbidden',
      text: `${op.name} cannot be called with this kind of credential.`,
      next: by.includes('key') ? 'Use an API key.' : 'Sign in as a person.',
    };
  }
  return {
    code: 'insufficient_scope',
    text: `Permission denied: ${op.name} needs the scope ${wanted}.`,
    missing: [wanted],
    next: rights.grantable(op)
      ? `Ask the user to allow ${wanted} too: authorize again, with the scopes of the challenge.`
      : `Use a credential that holds ${wanted}.`,
  };
}

function limit(passage: Passage, cost: number, { bucketsOf, take, now, metrics }: PipelineOptions): StepResult | Promise<StepResult> {
  const buckets = bucketsOf(passage.principal, passage.call.caller);
  if (buckets.length === 0) return undefined;
  const verdict = take(buckets, cost, now());
  return verdict instanceof Promise ? verdict.then((taken) => judge(passage, taken, metrics)) : judge(passage, verdict, metrics);
}

function judge(passage: Passage, verdict: Verdict | undefined, metrics: Metrics): StepResult {
  passage.limit = verdict;
  return verdict === undefined || verdict.allowed ? undefined : limited(verdict, metrics);
}

/** What a caller over a limit is told. */
export function limited({ bucket, retryAfterSeconds }: Verdict, metrics: Metrics): Failure {
  const [what = 'caller'] = bucket.key.split(':', 1);
  metrics.limits.add(what);
  const seconds = Math.ceil(retryAfterSeconds);
  return {
    code: 'rate_limited',
    text: `Too many requests: the limit of ${bucket.limit} in ${bucket.periodSeconds} s for this ${what} is reached.`,
    retryAfterSeconds,
    next: `Try again in ${seconds} s.`,
  };
}

function validate(passage: Passage): StepResult {
  const { op, input } = passage.call;
  if (input instanceof Refusal) return input.failure;
  const parsed = parse(op.input, input);
  if (parsed.ok) {
    passage.input = parsed.value;
    return undefined;
  }
  return invalidInput(op, parsed.issues);
}

function handle(passage: Passage, { context }: PipelineOptions, limits: TimeLimits): StepResult | Promise<StepResult> {
  const { binding, call, principal } = passage;
  passage.context = context(call, principal, passage.claim);
  const answer: unknown = binding.run(passage.input as never, passage.context as never);
  // Whatever can be waited for is: not every promise is one of ours.
  if (answer instanceof Promise || isThenable(answer))
    return limits.within(Promise.resolve(answer), call, passage.context).then((value) => valued(passage, value));
  return valued(passage, answer);
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

function valued(passage: Passage, value: unknown): StepResult {
  if (value instanceof Refusal) return value.failure;
  if (value instanceof Error) throw value;
  passage.value = value;
  return undefined;
}

async function suggest(passage: Passage, { field, typed, given }: Suggesting, { context }: PipelineOptions, limits: TimeLimits): Promise<StepResult> {
  const { binding, call, principal } = passage;
  if (call.input instanceof Refusal) return call.input.failure;
  const { complete = {} } = binding;
  const completer = Object.hasOwn(complete, field) ? complete[field] : undefined;
  passage.context = context(call, principal);
  const values: unknown = await limits.within(Promise.resolve(completer?.(typed, passage.context as never, given) ?? []), call, passage.context);
  if (values instanceof Refusal) return values.failure;
  if (!Array.isArray(values) || values.some((value) => typeof value !== 'string'))
    throw new Error(`What ${call.op.name} suggests for ${field} is no list of texts`);
  passage.value = values;
  return undefined;
}

function checkOutput(passage: Passage): StepResult {
  const parsed = parse(passage.call.op.output, passage.value);
  if (!parsed.ok)
    throw new Error(
      `The output of ${passage.call.op.name} does not match its schema: ${parsed.issues.map(({ path, message }) => `${path}: ${message}`).join('; ')}`,
    );
  assertSayable(passage.call.op, parsed.value);
  passage.value = parsed.value;
  return undefined;
}

/** What has changed is told when it has: after the call has succeeded. */
function signal({ context }: Passage, options: Pick<PipelineOptions, 'signal' | 'wakeJobs'>): undefined {
  const signals = context?.signals;
  if (signals !== undefined) options.signal(signals);
  if (context?.enqueued) options.wakeJobs();
}

function surprise(error: unknown, step: string, { call, principal }: Passage, { log, outOfReach }: Pick<PipelineOptions, 'log' | 'outOfReach'>): Failure {
  if (error instanceof Refusal) return error.failure;
  const outage = outOfReach(error);
  if (outage !== undefined) return unavailable(outage, step === 'handle' && call.op.effect !== 'read');
  const where = { request_id: call.caller.requestId, operation: call.op.name, tenant: principal.tenant };
  const late = leftBehind(error);
  if (late !== undefined) {
    log({ event: 'reference_broken', ...where });
    return late;
  }
  log({ event: 'internal_error', ...where, step, error });
  return refuse('internal', 'Something went wrong on our side. It is on record; quote the request id when you report it.').failure;
}
