import { elicit, roots, sample } from 'gatehouse';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const shown = (form: z.ZodObject) => elicit('?', form).params.requestedSchema;
const field = (schema: z.ZodType) => (shown(z.object({ f: schema })) as { properties: { f: object } }).properties.f;

describe('a form', () => {
  it.each<[string, z.ZodType, object]>([
    [
      'a text',
      z.string().min(3).max(50).meta({ title: 'Name', description: 'Yours' }),
      { type: 'string', title: 'Name', description: 'Yours', minLength: 3, maxLength: 50 },
    ],
    ['an address', z.email(), { type: 'string', format: 'email' }],
    ['a text with a pattern', z.string().regex(/^a/), { type: 'string' }],
    ['a number with a default', z.number().min(0).default(9.5), { type: 'number', minimum: 0, default: 9.5 }],
    ['a whole number', z.int(), { type: 'integer' }],
    ['a boolean', z.boolean().default(true), { type: 'boolean', default: true }],
    ['an enum', z.enum(['a', 'b']).default('b'), { type: 'string', enum: ['a', 'b'], default: 'b' }],
    ['an enum with names of former versions', z.enum(['a', 'b']).meta({ enumNames: ['A', 'B'] }), { type: 'string', enum: ['a', 'b'], enumNames: ['A', 'B'] }],
    [
      'one of some titled texts',
      z.union([z.literal('a').meta({ title: 'A' }), z.literal('b')]),
      {
        type: 'string',
        oneOf: [
          { const: 'a', title: 'A' },
          { const: 'b', title: 'b' },
        ],
      },
    ],
    ['an enum with titles', z.enum(['a']).meta({ oneOf: [{ const: 'a', title: 'A' }] }), { type: 'string', oneOf: [{ const: 'a', title: 'A' }] }],
    [
      'some of an enum',
      z
        .array(z.enum(['a', 'b']))
        .min(1)
        .max(2)
        .default(['a']),
      { type: 'array', minItems: 1, maxItems: 2, items: { type: 'string', enum: ['a', 'b'] }, default: ['a'] },
    ],
    [
      'some of the titled',
      z.array(z.union([z.literal('a').meta({ title: 'A' }), z.literal('b').meta({ title: 'B' })])),
      {
        type: 'array',
        items: {
          anyOf: [
            { const: 'a', title: 'A' },
            { const: 'b', title: 'B' },
          ],
        },
      },
    ],
  ])('shows %s as clients know it', (_name, schema, expected) => {
    expect(field(schema)).toEqual(expected);
  });

  it('requires what has neither a default nor may be left out', () => {
    expect(shown(z.object({ a: z.string(), b: z.string().optional(), c: z.string().default('x') }))).toMatchObject({ type: 'object', required: ['a'] });
    expect(shown(z.object({ b: z.string().optional() }))).not.toHaveProperty('required');
  });

  it.each<[string, z.ZodType]>([
    ['an object', z.object({})],
    ['a list of texts', z.array(z.string())],
    ['null', z.null()],
  ])('with %s is the mistake of who wrote it', (_name, schema) => {
    expect(() => field(schema)).toThrow(/cannot show the field f/);
  });
});

describe('an answer', () => {
  const { read } = elicit('?', z.object({ n: z.int().max(5), d: z.string().default('filled in') }));

  it('is read with its defaults, or found not to fit', () => {
    expect(read({ action: 'accept', content: { n: 1 } })).toEqual({ ok: true, value: { action: 'accept', content: { n: 1, d: 'filled in' } } });
    expect(read({ action: 'accept', content: { n: 6 } })).toMatchObject({ ok: false, issues: [{ path: 'n' }] });
    expect(read({ action: 'accept' })).toMatchObject({ ok: false });
    expect(read({ action: 'decline', content: null })).toEqual({ ok: true, value: { action: 'decline' } });
    expect(read({ action: 'cancel' })).toEqual({ ok: true, value: { action: 'cancel' } });
  });

  it('of a model or about folders is checked as well', () => {
    const params = { messages: [{ role: 'user', content: { type: 'text', text: 'Hi' } }], maxTokens: 5 } as const;
    const written = { role: 'assistant', content: [{ type: 'text', text: 'Ho' }], model: 'm' };
    expect(sample(params)).toMatchObject({ method: 'sampling/createMessage', needs: 'sampling', params });
    expect(sample(params).read(written)).toEqual({ ok: true, value: written });
    expect(sample(params).read({ role: 'assistant' }).ok).toBe(false);
    expect(roots().read({ roots: [{ uri: 'file:///a' }] })).toEqual({ ok: true, value: { roots: [{ uri: 'file:///a' }] } });
    expect(roots().read({}).ok).toBe(false);
  });
});
