import { type Operation, briefly, toolContent } from '@gatehouse/contract';
import type { Platform } from '../../runtime/platform.js';
import { callResult, contentResult, failedResult } from './call-result.js';
import type { Entry } from './lists.js';
import { type RepeatedArgument, repeatedArgumentsOf } from './param-headers.js';
import { type Served, isOwnOutcome } from './run-operation.js';
import { inputSchema, outline, outputShape } from './tool-schema.js';

export interface Tool extends Entry, Served {
  readonly repeated: readonly RepeatedArgument[];
}

type Speaking = Pick<Platform, 'mcp' | 'present'>;

/** The operations that are tools, by name; each described once. */
export function toolsOf(operations: readonly Operation[], platform: Speaking): ReadonlyMap<string, Tool> {
  return new Map(operations.filter((op) => op.tool).map((op) => [op.name, describe(op, platform)]));
}

function describe(op: Operation, { mcp, present }: Speaking): Tool {
  const { name, title, description, access } = op;
  const shape = op.output === toolContent ? undefined : outputShape(op);
  const entry = {
    name,
    title,
    description,
    inputSchema: inputSchema(op),
    ...(shape === undefined ? {} : { outputSchema: (mcp.outputSchemas === 'outline' ? outline(shape) : shape).schema }),
    annotations: annotationsOf(op),
    ...(access.scope === null ? {} : { scope: access.scope }),
  };
  return {
    op,
    json: JSON.stringify(entry),
    repeated: repeatedArgumentsOf(op),
    result: shape === undefined ? contentResult : (value, wrapping) => callResult(value, shape.wrapped, wrapping),
    failed: (failure, requestId, wrapping) => (isOwnOutcome(failure) ? failedResult(present.rest(briefly(failure), requestId), wrapping) : failure),
  };
}

/**
 * What differs from the protocol's defaults: a tool that writes, destroys, does more when it is repeated, and reaches into an open world.
 * Only a creation leaves all that was there as it was. Nothing reaches beyond the platform.
 */
function annotationsOf({ effect, idempotent }: Operation): object {
  if (effect === 'read') return { readOnlyHint: true, openWorldHint: false };
  return { ...(effect === 'create' ? { destructiveHint: false } : {}), ...(idempotent === true ? { idempotentHint: true } : {}), openWorldHint: false };
}
