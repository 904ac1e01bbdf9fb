import { type JsonSchema, type Operation, jsonSchema, jsonTypes } from '@gatehouse/contract';

type Coerce = (text: string) => unknown;

/**
 * How the strings of a query, a path or a resource's URI become what the input's schema expects; derived once from its JSON Schema.
 * What cannot be read stays a string, and validation says so in its own words.
 */
export function coercionsOf(op: Operation): ReadonlyMap<string, Coerce> {
  const properties = (jsonSchema(op.input, 'input')['properties'] ?? {}) as Record<string, JsonSchema>;
  return new Map(Object.entries(properties).map(([name, schema]) => [name, coerceTo(schema)]));
}

function coerceTo(schema: JsonSchema): Coerce {
  const types = jsonTypes(schema);
  if (types.has('array')) {
    const item = coerceTo((schema['items'] ?? {}) as JsonSchema);
    return (text) => (text === '' ? [] : text.split(',').map((part) => item(part.trim())));
  }
  if (types.has('integer') || types.has('number')) return (text) => (NUMBER.test(text) ? Number(text) : text);
  if (types.has('boolean')) return (text) => (text === 'true' ? true : text === 'false' ? false : text);
  return (text) => text;
}

const NUMBER = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?$/;
