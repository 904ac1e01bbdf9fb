import type { JsonSchema } from '@gatehouse/contract';

/** What a schema is of, and for whom: input, output, or a tool's arguments, which a model reads with each conversation. */
export type Role = 'in' | 'out' | 'arguments';

/** A format says in a word what the pattern beside it says in a hundred characters. */
const SPELLED_OUT = new Set(['uuid', 'email', 'date-time', 'date', 'time', 'ipv4', 'ipv6', 'uri']);
/** Bounds that a model comes near by mistake only. It cannot count letters either: the refusal tells it. */
const BEYOND_REACH = 1_000_000;
const UNCOUNTED = 20;
/** Keywords that hold one schema, a list of them, or a map from names to them. */
const ONE = new Set(['items', 'contains', 'not', 'if', 'then', 'else', 'additionalProperties', 'propertyNames', 'unevaluatedProperties', 'unevaluatedItems']);
const MANY = new Set(['anyOf', 'oneOf', 'allOf', 'prefixItems']);
const NAMED = new Set(['properties', 'patternProperties', '$defs', 'dependentSchemas']);

/**
 * The same schema in fewer bytes: for agents, whose context window is paid by the token, and for people who read it.
 * What is left out says nothing, or only what a server that has checked its own output need not repeat.
 * @param refTo where a reference to `#` or `#/$defs/…` leads in the document that the schema becomes part of
 */
export function smallSchema(schema: JsonSchema, role: Role, refTo: (ref: string) => string): JsonSchema {
  const out: Record<string, unknown> = {};
  const merged = orNull(schema);
  for (const [keyword, value] of Object.entries(merged)) {
    if (!says(keyword, value, merged, role)) continue;
    out[keyword] = keyword === '$ref' && typeof value === 'string' ? refTo(value) : within(keyword, value, role, refTo);
  }
  return out;
}

/** One thing or null is that thing with two types. */
function orNull(schema: JsonSchema): JsonSchema {
  const { anyOf, ...rest } = schema;
  if (!Array.isArray(anyOf) || anyOf.length !== 2) return schema;
  const [thing, none] = anyOf as [JsonSchema, JsonSchema];
  const simple = typeof thing.type === 'string' && thing.type !== 'null' && !('enum' in thing) && !('const' in thing);
  return simple && none.type === 'null' && Object.keys(none).length === 1 ? { ...thing, ...rest, type: [thing.type, 'null'] } : schema;
}

function within(keyword: string, value: unknown, role: Role, refTo: (ref: string) => string): unknown {
  if (ONE.has(keyword) && isSchema(value)) return smallSchema(value, role, refTo);
  if (MANY.has(keyword) && Array.isArray(value)) return value.map((part: unknown) => (isSchema(part) ? smallSchema(part, role, refTo) : part));
  if (!NAMED.has(keyword) || !isSchema(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, isSchema(part) ? smallSchema(part, role, refTo) : part]));
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A default of nothing is what a field that may be left out has anyway. */
function isEmpty(value: unknown): boolean {
  return value === null || (typeof value === 'object' && Object.keys(value).length === 0);
}

function says(keyword: string, value: unknown, schema: JsonSchema, role: Role): boolean {
  switch (keyword) {
    case '$schema':
      return false;
    case 'pattern':
      return typeof schema.format !== 'string' || !SPELLED_OUT.has(schema.format);
    case 'minimum':
    case 'maximum':
      return Math.abs(Number(value)) < (role === 'arguments' ? BEYOND_REACH : Number.MAX_SAFE_INTEGER);
    case 'minLength':
      return role !== 'arguments' || value !== 1;
    case 'maxLength':
    case 'maxItems':
      return role !== 'arguments' || Number(value) < UNCOUNTED;
    case 'default':
      return role !== 'arguments' || !isEmpty(value);
    case 'required':
      return !Array.isArray(value) || value.length > 0;
    case 'propertyNames':
      return !isSchema(value) || Object.keys(value).length !== 1 || value.type !== 'string';
    case 'additionalProperties':
      return value === false ? role !== 'out' : !isSchema(value) || Object.keys(value).length > 0;
    default:
      return true;
  }
}
