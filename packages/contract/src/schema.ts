import { z } from 'zod';
import { UNKNOWN_FIELD, explain } from './messages.js';

/** One thing wrong with one field. `path` is dotted (`items.0.name`); the empty path is the whole value. */
export interface FieldIssue {
  readonly path: string;
  readonly message: string;
}

export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly issues: readonly FieldIssue[] };

/** A JSON Schema (2020-12) document or part of one. */
export type JsonSchema = { readonly [keyword: string]: unknown };

const WORDED = { error: explain };

/** Checks `value` against `schema`; never throws for bad input. */
export function parse<S extends z.ZodType>(schema: S, value: unknown): Parsed<z.output<S>> {
  try {
    const result = schema.safeParse(value);
    if (result.success) return { ok: true, value: result.data };
    // Words of our own make each check several times as dear, and what is right needs none.
    return { ok: false, issues: fieldIssues(schema.safeParse(value, WORDED).error ?? result.error) };
  } catch (error) {
    if (!isHostile(error)) throw error;
    return { ok: false, issues: [{ path: '', message: 'Holds an object where none belongs' }] };
  }
}

/** `{"length": {"toString": 1}}` where a text is expected: a check of its length would have to make a number of it, and cannot. */
function isHostile(error: unknown): boolean {
  return error instanceof TypeError && error.message === 'Cannot convert object to primitive value';
}

/**
 * The JSON Schema of what goes in, or comes out of, `schema`: derived once, since schemas are values, and frozen with all that is in it.
 * Meant for start-up, not for requests.
 */
export function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const known = derived[io].get(schema);
  if (known !== undefined) return known;
  const {
    $schema: _dialect,
    '~standard': _standard,
    ...rest
  } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
  }) as Record<string, unknown>;
  freeze(rest);
  derived[io].set(schema, rest);
  return rest;
}

const derived = { input: new WeakMap<z.ZodType, JsonSchema>(), output: new WeakMap<z.ZodType, JsonSchema>() };

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  Object.freeze(value);
  for (const member of Object.values(value)) freeze(member);
}

/** Every type that a schema names, alternatives included; none where it says nothing about types. */
export function jsonTypes(schema: JsonSchema): ReadonlySet<unknown> {
  const { type, anyOf, oneOf } = schema;
  const alternatives = [anyOf, oneOf].flatMap((schemas) => (Array.isArray(schemas) ? (schemas as readonly JsonSchema[]) : []));
  return new Set([...(type === undefined ? [] : Array.isArray(type) ? (type as unknown[]) : [type]), ...alternatives.flatMap((one) => [...jsonTypes(one)])]);
}

/**
 * A moment: Unix milliseconds inside the server, ISO 8601 UTC with `Z` and no fraction on the wire.
 * For outputs.
 */
export function timestamp() {
  return z
    .number()
    .transform(isoSeconds)
    .pipe(z.string().meta({ format: 'date-time' }));
}

/** When a key is to expire: ISO 8601 with an offset, or null. For inputs. */
export function expiry() {
  return z.iso.datetime({ offset: true }).nullable().optional().describe('When it expires; null or absent: never');
}

/** Unix milliseconds as ISO 8601 UTC, whole seconds: `2026-01-31T09:30:00Z`. */
export function isoSeconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** More than anybody reads; one body can be wrong in a hundred thousand places. */
const ISSUES = 100;

function fieldIssues({ issues }: z.core.$ZodError): FieldIssue[] {
  return telling(issues).flatMap((issue) => within(issue, []));
}

/**
 * What is worth telling: of a value of the wrong type nothing but that, though it may have a length as well, and of two bounds on one side the
 * closer one, though a whole number is first held to what a number can hold.
 */
function telling(all: readonly z.core.$ZodIssue[]): readonly z.core.$ZodIssue[] {
  const issues = all.slice(0, ISSUES);
  if (issues.length < 2) return issues;
  const places = issues.map(({ path }) => path.map(String).join('.'));
  return issues.filter((issue, i) => !issues.some((other, j) => i !== j && places[i] === places[j] && outdoes(other, issue)));
}

function outdoes(other: z.core.$ZodIssue, issue: z.core.$ZodIssue): boolean {
  if (other.code === 'invalid_type') return issue.code !== 'invalid_type';
  if (other.code === 'too_big') return issue.code === 'too_big' && other.maximum < issue.maximum;
  return other.code === 'too_small' && issue.code === 'too_small' && other.minimum > issue.minimum;
}

function within(issue: z.core.$ZodIssue, outer: readonly string[]): FieldIssue[] {
  const path = [...outer, ...issue.path.map(String)];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.slice(0, ISSUES).map((key) => ({ path: [...path, key].join('.'), message: UNKNOWN_FIELD }));
  }
  const meant = issue.code === 'invalid_union' ? meantOf(issue.errors) : undefined;
  return meant === undefined ? [{ path: path.join('.'), message: issue.message }] : telling(meant).flatMap((inner) => within(inner, path));
}

/** Of several alternatives the one that was meant: the only one that found fault further in than with the value's own type. */
function meantOf(errors: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] | undefined {
  const near = errors.filter((issues) => issues.length > 0 && !issues.some(({ code, path }) => code === 'invalid_type' && path.length === 0));
  return near.length === 1 ? near[0] : undefined;
}
