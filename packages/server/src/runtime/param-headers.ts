import { type JsonSchema, type Operation, jsonSchema } from '@gatehouse/contract';

/** A field of an input whose value travels in a header as well, since its schema has `x-mcp-header` (SEP-2243). */
export interface ParamHeader {
  readonly path: readonly string[];
  /** Without `Mcp-Param-`, as it is declared. */
  readonly name: unknown;
  readonly schema: JsonSchema;
}

/** Those of an operation: at fields of its input, and at fields of objects within. */
export function paramHeadersOf({ input }: Operation): readonly ParamHeader[] {
  return within(jsonSchema(input, 'input'), []);
}

function within({ properties = {} }: JsonSchema, at: readonly string[]): ParamHeader[] {
  return Object.entries(properties as Record<string, JsonSchema>).flatMap(([field, schema]) => {
    const path = [...at, field];
    const name = schema['x-mcp-header'];
    return [...(name === undefined ? [] : [{ path, name, schema }]), ...within(schema, path)];
  });
}
