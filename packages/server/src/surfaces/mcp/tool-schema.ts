import { type JsonSchema, type Operation, jsonSchema } from '@gatehouse/contract';
import { isObject } from './message.js';

export interface OutputShape {
  readonly schema: JsonSchema;
  /** The output is no object, and travels as `{"result": …}`. */
  readonly wrapped: boolean;
}

type Role = 'in' | 'out';

/** A format says in a word what the pattern beside it says in a hundred characters. */
const SPELLED_OUT = new Set(['uuid', 'email', 'date-time', 'date', 'time', 'ipv4', 'ipv6', 'uri']);
/** Keywords that hold one schema, a list of them, or a map from names to them. */
const ONE = new Set(['items', 'contains', 'not', 'if', 'then', 'else', 'additionalProperties', 'propertyNames', 'unevaluatedProperties', 'unevaluatedItems']);
const MANY = new Set(['anyOf', 'oneOf', 'allOf', 'prefixItems']);
const NAMED = new Set(['properties', 'patternProperties', '$defs', 'dependentSchemas']);

/** The JSON Schema of a tool's arguments: closed, so that an agent sees at once which arguments there are. */
export function inputSchema(op: Operation): JsonSchema {
  return { ...small(jsonSchema(op.input, 'input'), 'in', '#'), type: 'object', additionalProperties: false };
}

/** The JSON Schema of a tool's `structuredContent`, which is an object in every protocol version. */
export function outputShape(op: Operation): OutputShape {
  const whole = jsonSchema(op.output, 'output');
  if (describesObject(whole, whole)) return { schema: { type: 'object', ...small(whole, 'out', '#') }, wrapped: false };
  const { $defs, ...result } = small(whole, 'out', '#/properties/result');
  return { schema: { type: 'object', properties: { result }, required: ['result'], ...($defs === undefined ? {} : { $defs }) }, wrapped: true };
}

/** Whether every value of the schema is an object. */
function describesObject(schema: JsonSchema, root: JsonSchema, depth = 0): boolean {
  if (schema.type !== undefined) return schema.type === 'object';
  if (depth === 8) return false;
  const every = (parts: unknown): boolean =>
    Array.isArray(parts) && parts.length > 0 && parts.every((part) => isObject(part) && describesObject(part, root, depth + 1));
  if (every(schema.anyOf) || every(schema.oneOf)) return true;
  const target = typeof schema.$ref === 'string' && isObject(root.$defs) ? root.$defs[schema.$ref.replace('#/$defs/', '')] : undefined;
  return isObject(target) && describesObject(target, root, depth + 1);
}

/**
 * The same schema in fewer bytes, for a context window is paid by the token. What is left out says nothing, or only
 * what a server that has checked its own output need not repeat.
 */
function small(schema: JsonSchema, role: Role, root: string): JsonSchema {
  const out: Record<string, unknown> = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (!says(keyword, value, schema, role)) continue;
    out[keyword] = keyword === '$ref' && value === '#' ? root : within(keyword, value, role, root);
  }
  return out;
}

function within(keyword: string, value: unknown, role: Role, root: string): unknown {
  if (ONE.has(keyword) && isObject(value)) return small(value, role, root);
  if (MANY.has(keyword) && Array.isArray(value)) return value.map((part: unknown) => (isObject(part) ? small(part, role, root) : part));
  if (!NAMED.has(keyword) || !isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, isObject(part) ? small(part, role, root) : part]));
}

function says(keyword: string, value: unknown, schema: JsonSchema, role: Role): boolean {
  switch (keyword) {
    case '$schema':
      return false;
    case 'pattern':
      return typeof schema.format !== 'string' || !SPELLED_OUT.has(schema.format);
    case 'minimum':
      return value !== Number.MIN_SAFE_INTEGER;
    case 'maximum':
      return value !== Number.MAX_SAFE_INTEGER;
    case 'required':
      return !Array.isArray(value) || value.length > 0;
    case 'propertyNames':
      return !isObject(value) || Object.keys(value).length !== 1 || value.type !== 'string';
    case 'additionalProperties':
      return value === false ? role === 'in' : !isObject(value) || Object.keys(value).length > 0;
    default:
      return true;
  }
}
