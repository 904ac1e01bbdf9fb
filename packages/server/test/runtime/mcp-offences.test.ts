import { bindTo, defineOperation, definePlatform, promptMessages, readContents } from 'gatehouse';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fixtureSpec } from '../../../../test/support/fixture-platform.js';

const none = z.object({});

type Spec = Partial<Parameters<typeof defineOperation<z.ZodObject, z.ZodType>>[0]>;

function operation(more: Spec) {
  const spec = {
    name: 'odd',
    title: 'Odd',
    description: 'Odd.',
    access: { scope: 'things:read' },
    input: none,
    output: none,
    effect: 'read' as const,
    ...more,
  };
  return defineOperation(spec);
}

function defined(more: Spec, complete?: Record<string, () => string[]>) {
  return () => definePlatform({ ...fixtureSpec, operations: [bindTo([])(operation(more), () => ({}), complete === undefined ? {} : { complete })] });
}

const thing = { uri: 'acme://things/{id}' };
const withId = z.object({ id: z.string() });

describe('a platform is refused by name for', () => {
  it.each<[string, Spec, string]>([
    [
      'a resource that changes something',
      { resource: { uri: 'acme://a' }, effect: 'update' },
      'the operation "odd" must be no resource: it does more than read.',
    ],
    ['a resource that holds a secret', { resource: { uri: 'acme://a' }, secretOutput: true }, 'the operation "odd" must be no resource: its output is secret.'],
    [
      'a resource that manages access',
      { resource: { uri: 'acme://a' }, access: { scope: null, plane: 'management' } },
      'the operation "odd" must be no resource: it manages access.',
    ],
    [
      'a resource that is a prompt',
      { resource: { uri: 'acme://a' }, prompt: true, output: promptMessages },
      'the operation "odd" must be no resource: it is a prompt.',
    ],
    [
      'a prompt that changes something',
      { prompt: true, output: promptMessages, effect: 'create' },
      'the operation "odd" must be no prompt: it does more than read.',
    ],
    ['a prompt of another output', { prompt: true }, 'the output of the prompt "odd" must be promptMessages.'],
    [
      'a prompt with an argument that is no text',
      { prompt: true, output: promptMessages, input: z.object({ count: z.int() }) },
      'the argument "count" of the prompt "odd" takes no text.',
    ],
    [
      'a variable that the input lacks',
      { resource: thing },
      'the URI "acme://things/{id}" of the operation "odd" has the variable "id", which its input lacks.',
    ],
    [
      'a field that is required and has no variable',
      { resource: { uri: 'acme://a' }, input: withId },
      'the URI "acme://a" of the operation "odd" lacks the variable "id", which its input requires.',
    ],
    [
      'text of another type that is no readContents',
      { resource: { uri: 'acme://a', mimeType: 'text/csv' } },
      'the operation "odd" is read as "text/csv", so its output must be readContents.',
    ],
    [
      'a header of an argument that is none',
      { input: z.object({ a: z.object({ b: z.string().meta({ 'x-mcp-header': 'a b' }) }) }) },
      'the x-mcp-header of the field "a.b" of the operation "odd" is no name of a header.',
    ],
    [
      'one header for two arguments',
      { input: z.object({ a: z.string().meta({ 'x-mcp-header': 'A' }), b: z.string().meta({ 'x-mcp-header': 'a' }) }) },
      'the x-mcp-header of the field "b" of the operation "odd" is there twice.',
    ],
    [
      'a fraction in a header',
      { input: z.object({ a: z.number().meta({ 'x-mcp-header': 'A' }) }) },
      'the x-mcp-header of the field "a" of the operation "odd" stands at what is no string, integer or boolean.',
    ],
    [
      'a type that is none',
      { resource: { uri: 'acme://a', mimeType: 'csv' }, output: readContents },
      'the mimeType "csv" of the operation "odd" is not of the form type/subtype.',
    ],
  ])('%s', (_what, spec, offence) => {
    expect(defined(spec)).toThrow(`The platform "fixture" cannot be served: ${offence}`);
  });

  it.each(['about', 'Acme://a', '{id}://a', 'acme:', 'acme://a b', 'acme://ä', 'acme://%2', 'acme://{id', 'acme://{+id}', 'acme://{a b}'])(
    'the URI %s',
    (uri) => {
      expect(defined({ resource: { uri }, input: z.object({ id: z.string().optional() }) })).toThrow(
        `the URI "${uri}" of the operation "odd" is not of the form scheme://things/{id}`,
      );
    },
  );

  it('a variable named twice, and one whose end cannot be seen', () => {
    const input = z.object({ a: z.string(), b: z.string() });
    expect(defined({ resource: { uri: 'acme://{a}/{a}' }, input })).toThrow('names a variable twice');
    for (const uri of ['acme://{a}{b}', 'acme://{a}-{b}']) expect(defined({ resource: { uri }, input })).toThrow('does not show where a variable ends');
  });

  it('two resources under one URI, whatever their variables are called', () => {
    const bind = bindTo([]);
    const first = bind(operation({ name: 'first', resource: thing, input: withId }), () => ({}));
    const second = bind(operation({ name: 'second', resource: { uri: 'acme://things/{key}' }, input: z.object({ key: z.string() }) }), () => ({}));
    expect(() => definePlatform({ ...fixtureSpec, operations: [first, second] })).toThrow(
      'the URI "acme://things/{key}" of the operation "second" is declared twice.',
    );
  });

  it('values for a field that no client can ask about', () => {
    const offence = 'the operation "odd" completes "id", which is neither an argument of a prompt nor a variable of a resource.';
    expect(defined({ input: withId }, { id: () => [] })).toThrow(offence);
    const more = z.object({ name: z.string(), id: z.string().optional() });
    expect(defined({ input: more, resource: { uri: 'acme://{name}' } }, { id: () => [] })).toThrow(offence);
  });
});

describe('a platform may have', () => {
  it.each<[string, Spec]>([
    ['a resource as JSON of its own kind', { resource: { uri: 'acme://a', mimeType: 'application/vnd.acme+json' } }],
    ['a field that has a default beside the variables', { resource: thing, input: withId.extend({ lang: z.string().default('en') }) }],
    ['a resource that is a tool as well', { resource: thing, input: withId, tool: true }],
    ['a suffix after the last variable', { resource: { uri: 'acme://{id}.json' }, input: withId }],
    [
      'a prompt of optional and enumerated texts',
      { prompt: true, output: promptMessages, input: z.object({ a: z.string().nullish(), b: z.enum(['x', 'y']), c: z.literal('z') }) },
    ],
  ])('%s', (_what, spec) => {
    expect(defined(spec)).not.toThrow();
  });
});
