import { type Operation, toolContent } from '@gatehouse/contract';
import { callResult, contentResult, failedResult } from './call-result.js';
import type { Entry } from './lists.js';
import { type RepeatedArgument, repeatedArgumentsOf } from './param-headers.js';
import { type Served, isOwnOutcome } from './run-operation.js';
import { inputSchema, outputShape } from './tool-schema.js';

export interface Tool extends Entry, Served {
  readonly repeated: readonly RepeatedArgument[];
}

/** The operations that are tools, by name; each described once. */
export function toolsOf(operations: readonly Operation[]): ReadonlyMap<string, Tool> {
  return new Map(operations.filter((op) => op.tool).map((op) => [op.name, describe(op)]));
}

function describe(op: Operation): Tool {
  const { name, title, description, access } = op;
  const shape = op.output === toolContent ? undefined : outputShape(op);
  const entry = {
    name,
    title,
    description,
    inputSchema: inputSchema(op),
    ...(shape === undefined ? {} : { outputSchema: shape.schema }),
    annotations: annotationsOf(op),
    ...(access.scope === null ? {} : { scope: access.scope }),
  };
  return {
    op,
    json: JSON.stringify(entry),
    repeated: repeatedArgumentsOf(op),
    result: shape === undefined ? contentResult : (value, wrapping) => callResult(value, shape.wrapped, wrapping),
    failed: (failure, requestId, wrapping) => (isOwnOutcome(failure) ? failedResult(failure, requestId, wrapping) : failure),
  };
}

/** Only a creation leaves all that was there as it was. Nothing reaches beyond the platform. */
function annotationsOf({ title, effect, idempotent }: Operation): object {
  const reads = effect === 'read';
  return {
    title,
    readOnlyHint: reads,
    destructiveHint: effect === 'update' || effect === 'delete',
    idempotentHint: reads || idempotent === true,
    openWorldHint: false,
  };
}
