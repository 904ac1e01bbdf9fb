import type { JsonSchema } from '@gatehouse/contract';

const TEXT_FORMATS = new Set(['email', 'uri', 'date', 'date-time']);
const SHOWN = ['title', 'description', 'default'];

/**
 * The restricted JSON Schema that clients make forms of (MCP, Elicitation, Requested Schema; defaults by SEP-1034, enums by
 * SEP-1330). What it cannot say, such as a pattern, is checked when the answer comes.
 * @throws {TypeError} where a field cannot be shown
 */
export function formSchema(whole: JsonSchema): JsonSchema {
  const { properties = {}, required = [] } = whole as { properties?: Readonly<Record<string, JsonSchema>>; required?: readonly string[] };
  const fields = Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, fieldSchema(name, schema)]));
  return { type: 'object', properties: fields, ...(required.length > 0 && { required }) };
}

function fieldSchema(name: string, schema: JsonSchema): JsonSchema {
  const choices = choicesIn(schema, 'oneOf');
  const shown = picked(schema, SHOWN);
  if (choices !== undefined) return { type: 'string', ...choices, ...shown };
  switch (schema.type) {
    case 'string':
      return {
        type: 'string',
        ...shown,
        ...picked(schema, ['minLength', 'maxLength']),
        ...(TEXT_FORMATS.has(String(schema.format)) && { format: schema.format }),
      };
    case 'number':
    case 'integer':
      return { type: schema.type, ...shown, ...bounds(schema) };
    case 'boolean':
      return { type: 'boolean', ...shown };
    case 'array': {
      const items = isSchema(schema.items) ? choicesIn(schema.items, 'anyOf') : undefined;
      if (items !== undefined)
        return { type: 'array', ...shown, ...picked(schema, ['minItems', 'maxItems']), items: 'enum' in items ? { type: 'string', ...items } : items };
    }
  }
  throw new TypeError(`A form cannot show the field ${name}: it takes texts, numbers, booleans, enums and lists of enums.`);
}

/** A choice among texts: with titles where each has one, under `titled`; or as it was, with the names of former versions. */
function choicesIn(schema: JsonSchema, titled: 'oneOf' | 'anyOf'): JsonSchema | undefined {
  const options = schema.oneOf ?? schema.anyOf;
  if (Array.isArray(options) && options.every(isOption)) return { [titled]: options.map(({ const: value, title = value }) => ({ const: value, title })) };
  const { enum: values, const: only } = schema;
  if (typeof only === 'string') return { enum: [only] };
  return Array.isArray(values) && values.every((value) => typeof value === 'string') ? { enum: values, ...picked(schema, ['enumNames']) } : undefined;
}

function isOption(option: unknown): option is { readonly const: string; readonly title?: string } {
  return isSchema(option) && typeof option.const === 'string';
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Those that somebody has set. */
function bounds({ minimum, maximum }: JsonSchema): JsonSchema {
  return {
    ...(minimum !== undefined && minimum !== Number.MIN_SAFE_INTEGER && { minimum }),
    ...(maximum !== undefined && maximum !== Number.MAX_SAFE_INTEGER && { maximum }),
  };
}

function picked(schema: JsonSchema, keywords: readonly string[]): JsonSchema {
  return Object.fromEntries(keywords.flatMap((keyword) => (schema[keyword] === undefined ? [] : [[keyword, schema[keyword]]])));
}
