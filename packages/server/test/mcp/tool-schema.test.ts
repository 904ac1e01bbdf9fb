import { defineOperation, timestamp } from '@gatehouse/contract';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { inputSchema, outline, outputShape } from '../../src/surfaces/mcp/tool-schema.js';

const op = (input: z.ZodObject, output: z.ZodType = z.object({})) =>
  defineOperation({ name: 'x', title: 'X', description: 'X.', access: { scope: null }, input, output, effect: 'read' });

const output = (schema: z.ZodType) => outputShape(op(z.object({}), schema));

interface Node {
  readonly name: string;
  readonly children: readonly Node[];
}
const node: z.ZodType<Node> = z.object({
  name: z.string(),
  get children() {
    return z.array(node);
  },
});

describe('the schema of a tool’s arguments', () => {
  it('names each field with its bounds and default, and is closed', () => {
    const schema = inputSchema(
      op(z.object({ id: z.uuid(), limit: z.int().min(1).max(100).default(20), tags: z.array(z.string()).max(3).optional().describe('Any of these') })),
    );
    expect(schema).toEqual({
      type: 'object',
      properties: {
        id: { type: 'string', format: 'uuid' },
        limit: { type: 'integer', minimum: 1, maximum: 100, default: 20 },
        tags: { type: 'array', items: { type: 'string' }, maxItems: 3, description: 'Any of these' },
      },
      required: ['id'],
      additionalProperties: false,
    });
  });

  it('spends no bytes on what says nothing', () => {
    expect(inputSchema(op(z.object({ n: z.int(), map: z.record(z.string(), z.string()) })))).toEqual({
      type: 'object',
      properties: { n: { type: 'integer' }, map: { type: 'object', additionalProperties: { type: 'string' } } },
      required: ['n', 'map'],
      additionalProperties: false,
    });
  });

  it('hides bounds and defaults that no agent needs to know, and keeps those that it does', () => {
    const hidden = z.object({
      title: z.string().min(1).max(500),
      text: z.string().max(50_000).nullable().default(null),
      rank: z.int().min(-1_000_000_000).max(1_000_000_000).default(0),
      tags: z.array(z.string().max(50)).max(100).default([]),
      more: z.record(z.string(), z.unknown()).default({}),
      code: z.string().length(4),
      state: z.enum(['open', 'done']).default('open'),
      parts: z.array(z.string()).min(1).max(5),
    });
    expect(inputSchema(op(hidden))).toEqual({
      type: 'object',
      properties: {
        title: { type: 'string' },
        text: { type: ['string', 'null'] },
        rank: { type: 'integer', default: 0 },
        tags: { type: 'array', items: { type: 'string' } },
        more: { type: 'object' },
        code: { type: 'string', minLength: 4, maxLength: 4 },
        state: { type: 'string', enum: ['open', 'done'], default: 'open' },
        parts: { type: 'array', items: { type: 'string' }, minItems: 1, maxItems: 5 },
      },
      required: ['title', 'code', 'parts'],
      additionalProperties: false,
    });
  });

  it('says of an id that may be null that it is a UUID, and spares its pattern', () => {
    expect(inputSchema(op(z.object({ id: z.uuid().nullable() }))).properties).toEqual({ id: { type: ['string', 'null'], format: 'uuid' } });
  });

  it('keeps a pattern that no format speaks for, and fields that are named like keywords', () => {
    expect(inputSchema(op(z.object({ pattern: z.string().regex(/^a+$/), minimum: z.int(), required: z.boolean() })))).toEqual({
      type: 'object',
      properties: { pattern: { type: 'string', pattern: '^a+$' }, minimum: { type: 'integer' }, required: { type: 'boolean' } },
      required: ['pattern', 'minimum', 'required'],
      additionalProperties: false,
    });
  });

  it('of a tool without arguments accepts the empty object alone', () => {
    expect(inputSchema(op(z.object({})))).toEqual({ type: 'object', properties: {}, additionalProperties: false });
  });
});

describe('what a platform says of a tool’s arguments in JSON Schema itself', () => {
  it('is kept: the dialect, definitions by their names, conditions and keywords that Zod has no word for', () => {
    const address = z.object({ city: z.string() }).meta({ id: 'address', $anchor: 'there' });
    const said = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      allOf: [{ anyOf: [{ required: ['a'] }, { required: ['b'] }] }],
      if: { required: ['a'] },
      else: {},
    };
    const { $defs, ...schema } = inputSchema(op(z.object({ a: address.optional(), b: z.string().meta({ 'x-mcp-header': 'B' }).optional() }).meta(said)));
    expect(schema).toEqual({
      ...said,
      type: 'object',
      properties: { a: { $ref: '#/$defs/address' }, b: { type: 'string', 'x-mcp-header': 'B' } },
      additionalProperties: false,
    });
    expect($defs).toMatchObject({ address: { $anchor: 'there', type: 'object' } });
  });
});

describe('the schema of a tool’s structured output', () => {
  it('of an object is its own, open to fields to come', () => {
    expect(output(z.object({ at: timestamp(), inner: z.object({ a: z.string() }) }))).toEqual({
      wrapped: false,
      schema: {
        type: 'object',
        properties: { at: { type: 'string', format: 'date-time' }, inner: { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] } },
        required: ['at', 'inner'],
      },
    });
  });

  it.each<[string, z.ZodType, object]>([
    ['a list', z.array(z.string()), { type: 'array', items: { type: 'string' } }],
    ['a string', z.string(), { type: 'string' }],
    ['nothing', z.null(), { type: 'null' }],
    ['an object or nothing', z.object({}).nullable(), { type: ['object', 'null'], properties: {} }],
  ])('of %s is an object that holds it as its result', (_what, schema, result) => {
    expect(output(schema)).toEqual({ wrapped: true, schema: { type: 'object', properties: { result }, required: ['result'] } });
  });

  it('of one of several objects is an object', () => {
    const union = z.discriminatedUnion('kind', [z.object({ kind: z.literal('a') }), z.object({ kind: z.literal('b'), b: z.int() })]);
    expect(output(union)).toMatchObject({ wrapped: false, schema: { type: 'object', oneOf: [{ required: ['kind'] }, { required: ['kind', 'b'] }] } });
  });

  it('keeps references sound, wrapped or not', () => {
    expect(output(node)).toMatchObject({ wrapped: false, schema: { properties: { children: { items: { $ref: '#' } } } } });
    const list = output(z.array(node)).schema;
    const [[name, definition] = ['', undefined]] = Object.entries(list.$defs ?? {});
    expect(list.properties).toEqual({ result: { type: 'array', items: { $ref: `#/$defs/${name}` } } });
    expect(definition).toMatchObject({ type: 'object', required: ['name', 'children'] });
  });

  it('of a list that holds itself refers to where it went', () => {
    type Nested = readonly Nested[];
    const nested: z.ZodType<Nested> = z.lazy(() => z.array(nested));
    const { schema } = output(nested);
    expect(JSON.stringify(schema)).not.toContain('"#"');
  });
});

describe('the outline of a tool’s structured output', () => {
  it.each<[string, z.ZodType, object]>([
    ['an object', z.object({ a: z.string() }), { type: 'object' }],
    ['a list', z.array(z.object({ a: z.string() })), { type: 'object', properties: { result: { type: 'array' } }, required: ['result'] }],
    ['a text or nothing', z.string().nullable(), { type: 'object', properties: { result: { type: ['string', 'null'] } }, required: ['result'] }],
    ['this or that', z.union([z.string(), z.object({})]), { type: 'object', properties: { result: {} }, required: ['result'] }],
  ])('of %s is true of all that the whole schema is true of', (_what, schema, expected) => {
    const whole = output(schema);
    expect(outline(whole)).toEqual({ wrapped: whole.wrapped, schema: expected });
  });
});
