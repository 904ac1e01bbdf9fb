import { type Operation, Refusal } from '@gatehouse/contract';
import { HttpCall } from '../http-call.js';
import type { Fault } from './errors.js';
import { type Exchange, faultIn } from './exchange.js';
import { type Request, isObject } from './message.js';
import { paramFault } from './params.js';
import { type Prompt, unknownPrompt } from './prompts.js';
import { isOutOfReach } from './reach.js';
import type { Reply } from './reply.js';
import { type Resources, unknownResource } from './resources.js';
import { type RunOptions, type Served, outcomeReply } from './run-operation.js';
import type { Wrapping } from './wrapping.js';

export interface CompletionOptions extends RunOptions {
  readonly prompts: ReadonlyMap<string, Prompt>;
  readonly resources: Resources;
}

/** What is completed: one of the operation's `names`, which are arguments of a prompt or variables of a template. */
interface Subject {
  readonly op: Operation;
  readonly names: readonly string[];
}

/** `completion/complete`. A client that may not use the prompt or the resource may not ask for values either. */
export function complete(request: Request, exchange: Exchange, options: CompletionOptions): Reply | Promise<Reply> {
  const { id, params } = request;
  const { ref, argument, context } = params ?? {};
  const failed = (fault: Fault) => faultIn(exchange, fault, { id, status: 200 });
  const subject = subjectOf(ref, exchange, options);
  if (!isSubject(subject)) return failed(subject);
  if (!isObject(argument) || typeof argument.name !== 'string') return failed(paramFault('argument.name', 'Required, a string'));
  const { name: field, value: typed } = argument;
  if (typeof typed !== 'string') return failed(paramFault('argument.value', 'Required, a string'));
  const given = givenIn(context);
  if (given === undefined) return failed(paramFault('context.arguments', 'Must be an object of strings'));
  const { op, names } = subject;
  const refusal = names.includes(field) ? undefined : new Refusal(paramFault('argument.name', `${op.name} has no such argument`));
  const { request: http, caller, resolution } = exchange;
  return options.runtime
    .complete(new HttpCall(op, refusal, caller, 'mcp', http), { field, typed, given }, resolution)
    .then((outcome) => outcomeReply(id, outcome, completionOf(op), exchange, options));
}

function isSubject(subject: Subject | Fault): subject is Subject {
  return 'op' in subject;
}

function subjectOf(ref: unknown, exchange: Exchange, { prompts, resources }: CompletionOptions): Subject | Fault {
  if (isObject(ref) && ref.type === 'ref/prompt') {
    if (typeof ref.name !== 'string') return paramFault('ref.name', 'Required, a string');
    const prompt = prompts.get(ref.name);
    return prompt === undefined || isOutOfReach(exchange, prompt.op) ? unknownPrompt(ref.name) : { op: prompt.op, names: Object.keys(prompt.op.input.shape) };
  }
  if (isObject(ref) && ref.type === 'ref/resource') {
    if (typeof ref.uri !== 'string') return paramFault('ref.uri', 'Required, a string');
    const resource = resources.templates.get(ref.uri) ?? resources.fixed.get(ref.uri);
    return resource === undefined || isOutOfReach(exchange, resource.op) ? unknownResource(ref.uri) : { op: resource.op, names: resource.uri.variables };
  }
  return paramFault('ref.type', 'Must be "ref/prompt" or "ref/resource"');
}

function givenIn(context: unknown): Readonly<Record<string, string>> | undefined {
  const given = isObject(context) ? (context.arguments ?? {}) : {};
  if (!isObject(given)) return undefined;
  const values = Object.entries(given);
  return values.every((pair): pair is [string, string] => typeof pair[1] === 'string') ? Object.fromEntries(values) : undefined;
}

/** 2025-11-25, Completion, Completion Results. */
const VALUES = 100;

function completionOf(op: Operation): Served {
  return {
    op,
    result(value, { open, close }: Wrapping) {
      const all = value as readonly string[];
      const completion = { values: all.slice(0, VALUES), total: all.length, hasMore: all.length > VALUES };
      return `{${open}"completion":${JSON.stringify(completion)}${close}}`;
    },
    failed: (failure) => failure,
  };
}
