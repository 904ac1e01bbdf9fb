import { type JsonSchema, type Operation, brief, jsonSchema } from '@gatehouse/contract';
import type { HttpOut } from '../http.js';
import { contentResult } from './call-result.js';
import type { Fault } from './errors.js';
import { type Exchange, faultIn } from './exchange.js';
import type { Entry } from './lists.js';
import type { Request } from './message.js';
import { INVALID_PARAMS, paramFault } from './params.js';
import { isOutOfReach } from './reach.js';
import { type RunOptions, type Served, isOwnOutcome, runOperation } from './run-operation.js';

export interface Prompt extends Entry, Served {}

/** The operations that are prompts, by name. */
export function promptsOf(operations: readonly Operation[]): ReadonlyMap<string, Prompt> {
  return new Map(operations.filter(({ prompt }) => prompt === true).map((op) => [op.name, describe(op)]));
}

function describe(op: Operation): Prompt {
  const { name, title, description, access } = op;
  const entry = { name, title, description, arguments: argumentsOf(op), ...(access.scope === null ? {} : { scope: access.scope }) };
  return {
    op,
    json: JSON.stringify(entry),
    result: contentResult,
    failed: (failure) => (isOwnOutcome(failure) ? { ...failure, jsonRpc: INVALID_PARAMS } : failure),
  };
}

function argumentsOf({ input }: Operation): readonly object[] {
  const { properties = {}, required = [] } = jsonSchema(input, 'input') as { properties?: Record<string, JsonSchema>; required?: readonly string[] };
  return Object.entries(properties).map(([name, { title, description }]) => ({ name, title, description, required: required.includes(name) }));
}

export interface PromptOptions extends RunOptions {
  readonly prompts: ReadonlyMap<string, Prompt>;
}

/** `prompts/get`. */
export function getPrompt(request: Request, exchange: Exchange, options: PromptOptions): HttpOut | Promise<HttpOut> {
  const { id, params } = request;
  const name = params?.name;
  if (typeof name !== 'string') return faultIn(exchange, paramFault('name', 'Required, a string'), { id, status: 200 });
  const prompt = options.prompts.get(name);
  if (prompt === undefined || isOutOfReach(exchange, prompt.op)) return faultIn(exchange, unknownPrompt(name), { id, status: 200 });
  return runOperation(prompt, params?.arguments ?? {}, request, exchange, options);
}

export function unknownPrompt(name: string): Fault {
  return { code: 'unknown_prompt', text: `There is no prompt "${brief(name)}".` };
}
