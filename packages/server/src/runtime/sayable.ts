import { type JsonSchema, type Operation, jsonSchema } from '@gatehouse/contract';

const known = new WeakMap<Operation, boolean>();

/**
 * An output whose schema lets anything through may hold what JSON cannot say: a BigInt, a circle. That is found here, where it is
 * one call's failure, and not when the answer is written, which may be that of others too. @throws what `JSON.stringify` throws
 */
export function assertSayable(op: Operation, value: unknown): void {
  let lax = known.get(op);
  if (lax === undefined) {
    lax = isLax(jsonSchema(op.output, 'output'));
    known.set(op, lax);
  }
  if (lax && JSON.stringify(value) === undefined) throw new TypeError(`The output of ${op.name} is nothing that JSON can say.`);
}

const SAYS = ['type', 'enum', 'const', 'anyOf', 'oneOf', 'allOf', '$ref'];

/** Whether the schema, or a part of it, says nothing of what it is. */
function isLax(schema: unknown): boolean {
  if (typeof schema !== 'object' || schema === null) return schema === true;
  const { properties = {}, $defs = {}, items, prefixItems = [], additionalProperties, anyOf = [], oneOf = [], allOf = [] } = schema as JsonSchema;
  if (!SAYS.some((keyword) => keyword in schema)) return true;
  const parts = [properties, $defs, prefixItems, anyOf, oneOf, allOf].flatMap((group) => Object.values(group as object));
  return [...parts, ...[items, additionalProperties].filter((part) => part !== undefined)].some(isLax);
}
