import type { Operation } from '@gatehouse/contract';
import { callResult, failedResult } from './call-result.js';
import { type Served, isOwnOutcome } from './run-operation.js';
import { inputSchema, outputShape } from './tool-schema.js';
import type { Wrapping } from './wrapping.js';
import type { Era } from './versions.js';

export interface Tool extends Served {
  /** Its entry in `tools/list`, as JSON. */
  readonly json: string;
}

/** The operations that are tools, by name; each described once. */
export function toolsOf(operations: readonly Operation[]): ReadonlyMap<string, Tool> {
  return new Map(operations.filter((op) => op.tool).map((op) => [op.name, describe(op)]));
}

function describe(op: Operation): Tool {
  const { name, title, description, access } = op;
  const { schema, wrapped } = outputShape(op);
  const entry = {
    name,
    title,
    description,
    inputSchema: inputSchema(op),
    outputSchema: schema,
    annotations: annotationsOf(op),
    ...(access.scope === null ? {} : { scope: access.scope }),
  };
  return {
    op,
    json: JSON.stringify(entry),
    result: (value, wrapping) => callResult(value, wrapped, wrapping),
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

/** The bytes of `tools/list`, made once for each list of operations and era, without the id. */
export class ToolLists {
  readonly #tools: ReadonlyMap<string, Tool>;
  // By the identity of the list: the runtime gives equal rights the same one, and bounds how many there are.
  readonly #made: Readonly<Record<Era, WeakMap<readonly Operation[], Uint8Array>>> = { legacy: new WeakMap(), modern: new WeakMap() };

  constructor(tools: ReadonlyMap<string, Tool>) {
    this.#tools = tools;
  }

  /** The whole response for this id: its head, and the bytes that are everyone's. */
  response(id: string, visible: readonly Operation[], wrapping: Wrapping): readonly [string, Uint8Array] {
    return [`{"jsonrpc":"2.0","id":${id}`, this.#rest(visible, wrapping)];
  }

  #rest(visible: readonly Operation[], { era, open, close, listHints }: Wrapping): Uint8Array {
    const known = this.#made[era].get(visible);
    if (known !== undefined) return known;
    const entries = visible.flatMap(({ name }) => this.#tools.get(name)?.json ?? []);
    const made = Buffer.from(`,"result":{${open}"tools":[${entries.join(',')}]${listHints}${close}}}`);
    this.#made[era].set(visible, made);
    return made;
  }
}
