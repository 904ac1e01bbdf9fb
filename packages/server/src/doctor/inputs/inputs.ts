import { type JsonSchema, type Operation, jsonSchema, parse } from '@gatehouse/contract';
import type { Input } from '../http.js';
import { isRecord } from '../values.js';
import { type Source, candidates, holdsIds, isList } from './candidates.js';

export interface Field {
  readonly name: string;
  readonly schema: JsonSchema;
  readonly required: boolean;
}

const fieldsByOperation = new WeakMap<Operation, readonly Field[]>();

export function fieldsOf(op: Operation): readonly Field[] {
  const known = fieldsByOperation.get(op);
  if (known !== undefined) return known;
  const { properties, required } = jsonSchema(op.input, 'input');
  const fields = Object.entries(isRecord(properties) ? properties : {}).flatMap(([name, schema]) =>
    isRecord(schema) ? [{ name, schema, required: Array.isArray(required) && required.includes(name) }] : [],
  );
  fieldsByOperation.set(op, fields);
  return fields;
}

/**
 * Inputs that the operation's schema takes: with every field, without lists of ids, without one of the optional fields each, with the
 * required ones only. Whether the operation itself takes them, only it can say.
 */
export function validInputs(op: Operation, source: Source): readonly Input[] {
  const fields = fieldsOf(op);
  const optional = fields.filter(({ required }) => !required);
  const withoutLists = fields.filter(({ name, schema, required }) => required || !(isList(schema) && holdsIds(name, schema)));
  const variants = [fields, withoutLists, ...optional.map((left) => fields.filter((field) => field !== left)), fields.filter(({ required }) => required)];
  const inputs = variants.map((variant) => validInput(op, variant, source)).filter((input) => input !== undefined);
  const seen = new Set<string>();
  return inputs.filter((input) => {
    const names = Object.keys(input).join();
    return seen.has(names) ? false : seen.add(names);
  });
}

/** Each field has its likeliest value that the schema takes; an optional one for which none is found is left out. */
function validInput(op: Operation, fields: readonly Field[], source: Source): Input | undefined {
  const choices = new Map(fields.map(({ name, schema }) => [name, [...candidates(name, schema, source)]]));
  for (;;) {
    const input = Object.fromEntries([...choices].flatMap(([name, [value]]) => (value === undefined ? [] : [[name, value]])));
    const parsed = parse(op.input, input);
    if (parsed.ok) return input;
    const culprits = new Set(parsed.issues.map(({ path }) => path.split('.')[0] ?? ''));
    const open = [...culprits].filter((name) => (choices.get(name)?.length ?? 0) > 0);
    if (open.length === 0) return undefined;
    for (const name of open) choices.get(name)?.shift();
  }
}
