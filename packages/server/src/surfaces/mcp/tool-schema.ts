import { type JsonSchema, type Operation, jsonSchema } from '@gatehouse/contract';
import { type Role, smallSchema } from '../small-schema.js';
import { isObject } from './message.js';

export interface OutputShape {
  readonly schema: JsonSchema;
  /** The output is no object, and travels as `{"result": …}`. */
  readonly wrapped: boolean;
}

/**
 * The JSON Schema of a tool's arguments: closed, so that an agent sees at once which arguments there are, and without the
 * bounds and defaults that no agent needs to know (they hold all the same). Its dialect is the protocol's own, 2020-12, and
 * only named where the platform names it.
 */
export function inputSchema(op: Operation): JsonSchema {
  const { $schema } = op.input.meta() ?? {};
  return {
    ...(typeof $schema === 'string' ? { $schema } : {}),
    ...small(jsonSchema(op.input, 'input'), 'arguments', '#'),
    type: 'object',
    additionalProperties: false,
  };
}

/** The JSON Schema of a tool's `structuredContent`, which is an object in every protocol version. */
export function outputShape(op: Operation): OutputShape {
  const whole = jsonSchema(op.output, 'output');
  if (describesObject(whole, whole)) return { schema: { type: 'object', ...small(whole, 'out', '#') }, wrapped: false };
  const { $defs, ...result } = small(whole, 'out', '#/properties/result');
  return { schema: { type: 'object', properties: { result }, required: ['result'], ...($defs === undefined ? {} : { $defs }) }, wrapped: true };
}

/** The same in as few words as are true: whether there is an object, and else of which kind the `result` in it is. */
export function outline({ schema, wrapped }: OutputShape): OutputShape {
  const { type, properties } = schema;
  const result = wrapped && isObject(properties) && isObject(properties.result) ? properties.result.type : undefined;
  if (!wrapped) return { schema: { type }, wrapped };
  return { schema: { type, properties: { result: result === undefined ? {} : { type: result } }, required: ['result'] }, wrapped };
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

function small(schema: JsonSchema, role: Role, root: string): JsonSchema {
  return smallSchema(schema, role, (ref) => (ref === '#' ? root : ref));
}
