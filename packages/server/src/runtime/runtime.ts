import type { Failure, Operation } from '@gatehouse/contract';
import type { Principal, Resolution } from '../domain/principal.js';
import type { Bucket, Verdict } from '../domain/window.js';
import type { Calls, Metrics } from '../services/metrics.js';
import { type ContextOptions, contextFactory } from './context.js';
import { unavailable } from '../domain/unavailable-error.js';
import { type Passage, type PipelineOptions, limited, pipeline, run, suggestions } from './run.js';
import type { Platform } from './platform.js';
import type { Binding, Call, Runtime, Signal, SurfaceName } from './types.js';

export interface RuntimeOptions extends Omit<PipelineOptions, 'denial' | 'context' | 'signal'>, Omit<ContextOptions, 'denial'> {
  readonly bindings: readonly Binding[];
  readonly authenticate: Runtime['authenticate'];
  /** The bucket of failed authentications from an address. */
  readonly failureBucket: (address: string) => Bucket;
  /** Where the platform looks for API keys. */
  readonly keysIn: Platform['keys']['accept'];
}

export function createRuntime(options: RuntimeOptions): Runtime {
  const byOperation = new Map(options.bindings.map((binding) => [binding.op, { binding, calls: callsOf(binding.op.name, options.metrics) }]));
  const operations = options.bindings.map(({ op }) => op);
  const denial = denialWith(options);
  const signal = (signals: readonly Signal[]): void => {
    options.store.signals.send(signals).catch((error: unknown) => options.log({ event: 'signals_not_sent', error }));
  };
  const whole: PipelineOptions = { ...options, denial, signal, context: contextFactory({ ...options, denial }) };
  const steps = pipeline(whole);
  const suggest = suggestions(whole);
  const passageOf = (call: Call, resolution: Resolution): Passage => {
    const found = byOperation.get(call.op);
    if (found === undefined) throw new Error(`${call.op.name} is not bound.`);
    const { binding, calls } = found;
    const measured = calls[call.surface];
    const began = performance.now();
    return {
      call,
      resolution,
      binding,
      measured,
      began,
      principal: options.anonymous,
      input: undefined,
      value: undefined,
      limit: undefined,
      context: undefined,
      claim: undefined,
      replayed: false,
    };
  };

  return {
    authenticate: options.authenticate,
    visible: visibleOf(operations),
    denial,
    run: (call, resolution) => run(steps, passageOf(call, resolution), options),
    complete: async (call, asked, resolution) => run(suggest(asked), { ...passageOf(call, resolution), measured: undefined }, options),
  };
}

function callsOf(operation: string, metrics: Metrics): Readonly<Record<SurfaceName, Calls>> {
  const of = (surface: SurfaceName): Calls => metrics.calls(operation, surface);
  return { rest: of('rest'), mcp: of('mcp'), ws: of('ws') };
}

function served(op: Operation, surface: SurfaceName): boolean {
  if (surface === 'mcp') return op.tool || op.resource !== undefined || op.prompt === true;
  return surface === 'ws' ? op.socket : op.rest !== null;
}

/** Distinct lists kept; equal rights share one. */
const LISTS = 1024;

function visibleOf(operations: readonly Operation[]): Runtime['visible'] {
  const lists = new Map<string, readonly Operation[]>();
  return ({ rights }: Principal, surface) => {
    const key = `${surface} ${rights.cacheKey}`;
    const known = lists.get(key);
    if (known !== undefined) return known;
    if (lists.size >= LISTS) lists.clear();
    // A program that a person let in sees over MCP what that person could allow it too.
    const shows = (op: Operation) => rights.has(op) || (surface === 'mcp' && rights.grantable(op));
    const list = operations.filter((op) => served(op, surface) && shows(op)).sort((a, b) => (a.name < b.name ? -1 : 1));
    lists.set(key, list);
    return list;
  };
}

/** How a key is sent. */
const KEY_IN = { authorization: '"Authorization: Bearer <key>"', 'x-api-key': '"X-API-Key: <key>"' } as const;

const TWO: Failure = {
  code: 'invalid_credential',
  text: 'Two credentials came in one request; send one.',
  next: 'Send one credential, in one place.',
};

/**
 * The failure of a call whose credential did not resolve. Every bad credential gets the same answer; the reason is
 * for the log. Bad ones are counted against their address, and beyond the limit the answer is 429 instead.
 */
function denialWith({ take, failureBucket, keysIn, now, log, outOfReach, metrics }: RuntimeOptions): Runtime['denial'] {
  const places = keysIn.map((place) => KEY_IN[place]).join(' or ');
  const missing: Failure = { code: 'unauthenticated', text: 'A credential is required.', next: `Send an API key as ${places}.` };
  const bad: Failure = {
    code: 'invalid_credential',
    text: 'The credential is not valid.',
    next: `Check that it is whole, and has neither expired nor been revoked. An API key is sent as ${places}.`,
  };
  return (resolution, caller) => {
    if (resolution.is === 'unavailable') {
      metrics.refusals.add('unavailable');
      return {
        code: 'unavailable',
        text: 'The credential cannot be checked right now.',
        retryAfterSeconds: resolution.retryAfterSeconds,
        next: 'Try again shortly.',
      };
    }
    const reason = refusalReason(resolution);
    metrics.refusals.add(reason);
    if (reason === 'missing') return missing;
    log({ event: 'authentication_failed', reason, address: caller.address, request_id: caller.requestId });
    const judge = (verdict: Verdict | undefined): Failure =>
      verdict === undefined || verdict.allowed ? (reason === 'ambiguous' ? TWO : bad) : limited(verdict, metrics);
    const verdict = take([failureBucket(caller.address)], 1, now());
    if (!(verdict instanceof Promise)) return judge(verdict);
    return verdict.then(judge, (error: unknown) => {
      const outage = outOfReach(error);
      if (outage === undefined) throw error;
      return unavailable(outage, false);
    });
  };
}

function refusalReason(resolution: Exclude<Resolution, { is: 'ok' | 'unavailable' }>): string {
  return resolution.is === 'refused' ? resolution.reason : 'malformed';
}
