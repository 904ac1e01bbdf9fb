import { type JsonSchema, type Operation, jsonSchema, parse } from '@gatehouse/contract';
import type { Input } from '../http.js';
import { isRecord } from '../values.js';
import { type Source, asTaken, candidates, choicesOf, holdsIds, isList } from './candidates.js';
import type { Row } from './rows.js';

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
  const variants = [...broadVariants(fields), ...optional.map((left) => fields.filter((field) => field !== left)), fields.filter(({ required }) => required)];
  return inputsWith(op, variants, source);
}

/** With every field, and without lists of ids. */
function broadVariants(fields: readonly Field[]): readonly (readonly Field[])[] {
  return [fields, fields.filter(({ name, schema, required }) => required || !(isList(schema) && holdsIds(name, schema)))];
}

function inputsWith(op: Operation, variants: readonly (readonly Field[])[], source: Source): readonly Input[] {
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

/** Of each way to find an input. */
const TRIES = 400;
/** Ids to try for a field where the first are not taken. */
const CHOICES = 6;
/** Ids to try for one field, all others being as they are. */
const IDS = 20;

export interface Sources {
  /** @param skipped how many of the likeliest ids to pass over */
  source(skipped: number): Source;
  /** What is there already of the kind that the operation is about. */
  readonly rows: readonly Row[];
}

/**
 * Inputs that the schema takes, to be tried one after the other until the operation takes one: what rows that are there look like (a
 * read of them, the same once more, a change to what is so already), what the schema alone suggests, and each of these with one field
 * changed to everything that it may be.
 */
export function* inputsToTry(op: Operation, sources: Sources): Generator<Input> {
  yield* some(likeRows(op, sources));
  yield* some(varied(op, likeRows(op, sources), sources.source(0)));
  yield* some(guessed(op, sources));
  yield* some(varied(op, guessed(op, sources), sources.source(0)));
}

function* some(inputs: Iterable<Input>): Generator<Input> {
  let tried = 0;
  for (const input of inputs) {
    if (tried === TRIES) return;
    tried += 1;
    yield input;
  }
}

function* likeRows(op: Operation, { source, rows }: Sources): Generator<Input> {
  const fields = fieldsOf(op);
  const optional = fields.filter(({ required }) => !required);
  const plain = [...broadVariants(fields), fields.filter(({ required }) => required)];
  const lacking = optional.map((left) => fields.filter((field) => field !== left));
  const like = (row: Row, asItIs: boolean) => ({ ...source(0), own: (field: string) => row[field], asItIs });
  for (const row of rows) yield* inputsWith(op, plain, like(row, false));
  for (const row of rows) yield* inputsWith(op, plain, like(row, true));
  for (const row of rows) yield* inputsWith(op, lacking, like(row, false));
}

function* guessed(op: Operation, { source }: Sources): Generator<Input> {
  for (let choice = 0; choice < CHOICES; choice += 1) yield* validInputs(op, source(choice));
}

function* varied(op: Operation, bases: Iterable<Input>, source: Source): Generator<Input> {
  for (const base of bases) {
    for (const { name, schema } of fieldsOf(op)) {
      const ids = () => source.ids(name).flatMap((id) => asTaken(schema, id));
      const values = holdsIds(name, schema) && !isList(schema) ? ids().slice(0, IDS) : choicesOf(schema);
      for (const value of values) {
        const input = { ...base, [name]: value };
        if (value !== base[name] && parse(op.input, input).ok) yield input;
      }
    }
  }
}
