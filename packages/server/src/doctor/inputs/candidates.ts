import { createHash } from 'node:crypto';
import type { JsonSchema } from '@gatehouse/contract';
import { isRecord } from '../values.js';

/** Where values come from. */
export interface Source {
  /** A text that no other field has, with the mark of whose it is. */
  text(): string;
  /** Ids of things made before, the likeliest for this field first. */
  ids(field: string): readonly string[];
  /** What the platform can grant. */
  readonly scopes: readonly string[];
}

const LATER = '2999-01-01T00:00:00Z';

/** Values to try for a field, the likeliest first. A schema says much, but not all: what it does not say is found by trying. */
export function candidates(field: string, schema: JsonSchema, source: Source): readonly unknown[] {
  if ('const' in schema) return [schema.const];
  if (Array.isArray(schema.enum)) return schema.enum;
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(alternatives)) return alternatives.filter(isRecord).flatMap((alternative) => candidates(field, alternative, source));
  switch (typeOf(schema)) {
    case 'string':
      return strings(field, schema, source);
    case 'integer':
    case 'number':
      return numbers(schema);
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
  return forms.some((form) => form.format === 'uuid' || form.format === 'guid' || (typeOf(form) === 'string' && ID.test(field)) || itemsHoldIds(field, form));
}

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
  const { format, pattern, maxLength = Number.POSITIVE_INFINITY } = schema;
  if (format === 'uuid' || format === 'guid') return source.ids(field);
  if (format === 'date-time') return [LATER];
  if (format === 'date') return [LATER.slice(0, 10)];
  const text = source.text();
  const ids = ID.test(field) ? source.ids(field) : [];
  const hash = createHash('sha256').update(text).digest('hex');
  const likely = format === 'email' ? [`${text}@example.com`] : format === 'uri' ? [`https://example.com/${text}`] : [];
  if (/scope/.test(field)) likely.push(...source.scopes);
  if (/hash|digest|sha/.test(field)) likely.push(hash);
  const all = [...ids, ...likely, text, `https://example.com/${text}.git`, `${text}@example.com`, LATER, hash, text.toUpperCase(), '1', 'a', '/', '#aabbcc'];
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
  const [first] = candidates(field, item, source);
  if (first === undefined) return [[]];
  const [second] = candidates(field, item, source).filter((one) => one !== first);
  return [...(second !== undefined && Number(maxItems) > 1 ? [[first, second]] : []), [first], []];
}

function object({ properties, additionalProperties }: JsonSchema, source: Source): object {
  const own = isRecord(properties) ? properties : {};
  const filled = Object.entries(own).map(([name, schema]) => [name, isRecord(schema) ? candidates(name, schema, source)[0] : undefined] as const);
  const open = additionalProperties === undefined || additionalProperties === false || filled.length > 0 ? [] : [[source.text(), source.text()] as const];
  return Object.fromEntries([...filled, ...open].filter(([, value]) => value !== undefined));
}
