import { createHash } from 'node:crypto';
import type { JsonSchema } from '@gatehouse/contract';
import { isRecord } from '../values.js';

/** Where values come from. */
export interface Source {
  /** A text that no other field has, with the mark of whose it is. */
  text(): string;
  /** Ids of things made before, the likeliest for this field first. */
  ids(field: string): readonly string[];
  /** Of things made before that a field is called after. */
  names(field: string): readonly string[];
  /** What stands in a row that is there under the field's name; undefined where nothing does. */
  readonly own?: (field: string) => unknown;
  /** Whether that comes first even where any other text would do. */
  readonly asItIs?: boolean;
  /** With which of several values to begin. @default 0 */
  readonly turn?: number;
  /** What the platform can grant. */
  readonly scopes: readonly string[];
}

const LATER = '2999-01-01T00:00:00Z';

/**
 * Values to try for a field, the likeliest first: what its schema has as `examples`, what a row that is there has, then what fits the
 * schema. That says much, but not all: what it does not say is found by trying.
 */
export function candidates(field: string, schema: JsonSchema, source: Source): readonly unknown[] {
  const kept = source.own?.(field);
  const own = typeof kept === 'string' ? asTaken(schema, kept)[0] : kept;
  const fitting = fittingFor(field, schema, source);
  if (own === undefined) return fitting;
  // A text of its own is no other's: it carries the mark, and stands in nobody's way.
  return typeof own === 'string' && source.asItIs !== true && isFree(field, schema) ? [...fitting, own] : [own, ...fitting];
}

/** Takes any text of some form: no id, and none of a list. */
function isFree(field: string, schema: JsonSchema): boolean {
  return holdsText(schema) && !holdsIds(field, schema) && ![schema, ...alternativesOf(schema)].some((form) => 'const' in form);
}

/** Values that a field takes one of, where there are several to choose from. */
export function choicesOf(schema: JsonSchema): readonly unknown[] {
  return [schema, ...alternativesOf(schema)].flatMap((form) =>
    Array.isArray(form.enum) ? (form.enum as readonly unknown[]) : typeOf(form) === 'boolean' ? [true, false] : [],
  );
}

function turned<T>(values: readonly T[], turn = 0): readonly T[] {
  const at = values.length === 0 ? 0 : turn % values.length;
  return [...values.slice(at), ...values.slice(0, at)];
}

function fittingFor(field: string, schema: JsonSchema, source: Source): readonly unknown[] {
  return [...(Array.isArray(schema.examples) ? (schema.examples as readonly unknown[]) : []), ...guesses(field, schema, source)];
}

function guesses(field: string, schema: JsonSchema, source: Source): readonly unknown[] {
  if ('const' in schema) return [schema.const];
  if (Array.isArray(schema.enum)) return turned(schema.enum, source.turn);
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(alternatives)) return alternatives.filter(isRecord).flatMap((alternative) => fittingFor(field, alternative, source));
  switch (typeOf(schema)) {
    case 'string':
      return strings(field, schema, source);
    case 'integer':
    case 'number':
      return [...(ID.test(field) ? source.ids(field).flatMap((id) => asTaken(schema, id)) : []), ...numbers(schema)];
    case 'boolean':
      return [true, false];
    case 'array':
      return arrays(field, schema, source);
    case 'object':
      return [object(schema, source)];
    case 'null':
      return [null];
    default:
      return [source.text()];
  }
}

/** Whether a field holds ids, or a list of them. */
export function holdsIds(field: string, schema: JsonSchema): boolean {
  const forms = [schema, ...alternativesOf(schema)];
  return forms.some(
    (form) =>
      form.format === 'uuid' || form.format === 'guid' || ((typeOf(form) === 'string' || isNumeric(form)) && ID.test(field)) || itemsHoldIds(field, form),
  );
}

/** An id as a field of this schema takes it: kept as text, some are whole numbers outside. None where it is no number and has to be one. */
export function asTaken(schema: JsonSchema, id: string): readonly (string | number)[] {
  const forms = [schema, ...alternativesOf(schema)];
  const items = forms.map((form) => form.items).find(isRecord);
  if (items !== undefined) return asTaken(items, id);
  if (!forms.some(isNumeric)) return [id];
  return /^\d{1,15}$/.test(id) ? [Number(id)] : [];
}

const isNumeric = (schema: JsonSchema): boolean => ['integer', 'number'].includes(String(typeOf(schema)));

export function isList(schema: JsonSchema): boolean {
  return [schema, ...alternativesOf(schema)].some((form) => typeOf(form) === 'array');
}

/** Whether a field holds text, or a list of texts, of whatever form. */
export function holdsText(schema: JsonSchema): boolean {
  const forms = [schema, ...alternativesOf(schema)];
  return forms.some((form) => (typeOf(form) === 'string' && !('enum' in form)) || (isRecord(form.items) && holdsText(form.items)));
}

const ID = /(^|_)ids?$/;

function itemsHoldIds(field: string, { items }: JsonSchema): boolean {
  return isRecord(items) && holdsIds(field, items);
}

function alternativesOf(schema: JsonSchema): readonly JsonSchema[] {
  const alternatives = schema.anyOf ?? schema.oneOf;
  return Array.isArray(alternatives) ? alternatives.filter(isRecord) : [];
}

function typeOf(schema: JsonSchema): unknown {
  const type = schema.type;
  return Array.isArray(type) ? type.find((one) => one !== 'null') : type;
}

function strings(field: string, schema: JsonSchema, source: Source): readonly string[] {
  const { format, pattern, contentEncoding, maxLength = Number.POSITIVE_INFINITY } = schema;
  if (format === 'uuid' || format === 'guid') return source.ids(field);
  if (format === 'date-time') return [LATER];
  if (format === 'date') return [LATER.slice(0, 10)];
  const text = source.text();
  if (contentEncoding === 'base64' || format === 'base64') return [Buffer.from(text).toString('base64')];
  const ids = ID.test(field) ? source.ids(field) : [];
  const hash = createHash('sha256').update(text).digest('hex');
  const likely = format === 'email' ? [`${text}@example.com`] : format === 'uri' ? [`https://example.com/${text}`] : [];
  if (/scope/.test(field)) likely.push(...source.scopes);
  if (/hash|digest|sha/.test(field)) likely.push(hash);
  const all = [
    ...ids,
    ...source.names(field),
    ...likely,
    text,
    `https://example.com/${text}.git`,
    `${text}@example.com`,
    LATER,
    hash,
    text.toUpperCase(),
    '1',
    'a',
    '/',
    '#aabbcc',
  ];
  const fitting = typeof pattern === 'string' ? all.filter((one) => new RegExp(pattern, 'u').test(one)) : all;
  return fitting.map((one) => (one.length > Number(maxLength) ? one.slice(0, Number(maxLength)) : one));
}

function numbers({ minimum, exclusiveMinimum, maximum, multipleOf }: JsonSchema): readonly number[] {
  const least = typeof minimum === 'number' ? minimum : typeof exclusiveMinimum === 'number' ? exclusiveMinimum + 1 : 1;
  const most = typeof maximum === 'number' ? maximum : least;
  return [Math.max(least, Math.min(1, most)), least, most, typeof multipleOf === 'number' ? multipleOf : least];
}

function arrays(field: string, { items, maxItems = 2 }: JsonSchema, source: Source): readonly unknown[] {
  const item = isRecord(items) ? items : {};
  const [first, ...others] = fittingFor(field, item, source);
  if (first === undefined) return [[]];
  const second = others.find((one) => one !== first);
  return [...(second !== undefined && Number(maxItems) > 1 ? [[first, second]] : []), [first], []];
}

function object({ properties, additionalProperties }: JsonSchema, source: Source): object {
  const own = isRecord(properties) ? properties : {};
  const filled = Object.entries(own).map(([name, schema]) => [name, isRecord(schema) ? fittingFor(name, schema, source)[0] : undefined] as const);
  const open = additionalProperties === undefined || additionalProperties === false || filled.length > 0 ? [] : [[source.text(), source.text()] as const];
  return Object.fromEntries([...filled, ...open].filter(([, value]) => value !== undefined));
}
