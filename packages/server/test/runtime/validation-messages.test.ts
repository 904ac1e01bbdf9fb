import { bindTo, defineOperation, definePlatform } from 'gatehouse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fixtureSpec } from '../../../../test/support/fixture-platform.js';
import { type TestApp, openApp } from '../../../../test/support/open-app.js';

const point = z.strictObject({ x: z.number() });

const input = z.object({
  text: z.string().min(2).max(3).optional(),
  needed: z.string(),
  count: z.int().min(1).max(100).optional(),
  share: z.number().positive().lt(1).multipleOf(0.25).optional(),
  flag: z.boolean().optional(),
  size: z.enum(['small', 'large']).optional(),
  fixed: z.literal('yes').optional(),
  tags: z.array(z.string().max(5)).min(1).max(2).optional(),
  id: z.uuid().optional(),
  email: z.email().optional(),
  at: z.iso.datetime({ offset: true }).optional(),
  day: z.iso.date().optional(),
  site: z.url().optional(),
  code: z
    .string()
    .regex(/^[a-z]+$/)
    .optional(),
  either: z.union([z.string(), z.number()]).optional(),
  shape: z.discriminatedUnion('kind', [z.strictObject({ kind: z.literal('point'), point }), z.strictObject({ kind: z.literal('none') })]).optional(),
  points: z.array(point).optional(),
  named: z.record(z.string(), z.number()).optional(),
  empty: z.string().nullable().optional(),
  own: z.string('Must be what we say').optional(),
});

const bind = bindTo([]);
const check = bind(
  defineOperation({
    name: 'check',
    title: 'Check',
    description: 'Checks what it is given.',
    access: { scope: null },
    input,
    output: z.object({ ok: z.literal(true) }),
    effect: 'update',
    rest: { method: 'POST', path: '/check' },
  }),
  () => ({ ok: true as const }),
);

let app: TestApp;
let key: string;
beforeAll(async () => {
  app = await openApp(definePlatform({ ...fixtureSpec, operations: [check] }));
  key = (await app.key('ann@example.com')).raw;
});
afterAll(() => app.close());

const UUID = 'a UUID, such as 123e4567-e89b-42d3-a456-426614174000';

const table: readonly (readonly [unknown, Readonly<Record<string, readonly string[]>>])[] = [
  [{}, { needed: ['Required, a string'] }],
  [{ needed: 1 }, { needed: ['Expected a string, not a number'] }],
  [{ needed: null }, { needed: ['Expected a string, not null'] }],
  [{ needed: ['a'] }, { needed: ['Expected a string, not a list'] }],
  [{ text: '' }, { text: ['Must not be empty'] }],
  [{ text: [] }, { text: ['Expected a string, not a list'] }],
  [{ text: 'a' }, { text: ['Must be at least 2 characters long, not 1'] }],
  [{ text: 'abcd' }, { text: ['Must be at most 3 characters long, not 4'] }],
  [{ count: '1' }, { count: ['Expected a whole number, not a string'] }],
  [{ count: 1.5 }, { count: ['Expected a whole number, not a fraction'] }],
  [{ count: 0 }, { count: ['Must be at least 1, not 0'] }],
  [{ count: 1e308 }, { count: ['Must be at most 100, not 1e+308'] }],
  [{ count: -1e308 }, { count: ['Must be at least 1, not -1e+308'] }],
  [{ count: 101 }, { count: ['Must be at most 100, not 101'] }],
  [{ share: 0 }, { share: ['Must be more than 0, not 0'] }],
  [{ share: 1 }, { share: ['Must be less than 1, not 1'] }],
  [{ share: 0.3 }, { share: ['Must be a multiple of 0.25'] }],
  [{ flag: 'yes' }, { flag: ['Expected true or false, not a string'] }],
  [{ size: 'middle' }, { size: ['Must be one of small, large'] }],
  [{ size: 3 }, { size: ['Must be one of small, large, not a number'] }],
  [{ fixed: 'no' }, { fixed: ['Must be yes'] }],
  [{ tags: 'a' }, { tags: ['Expected a list, not a string'] }],
  [{ tags: 'a long text' }, { tags: ['Expected a list, not a string'] }],
  [{ tags: [] }, { tags: ['Must have at least 1 item, not 0'] }],
  [{ tags: ['a', 'b', 'c'] }, { tags: ['Must have at most 2 items, not 3'] }],
  [{ tags: ['a', 2] }, { 'tags.1': ['Expected a string, not a number'] }],
  [{ tags: ['abcdef'] }, { 'tags.0': ['Must be at most 5 characters long, not 6'] }],
  [{ id: 'x' }, { id: [`Must be ${UUID}`] }],
  [{ email: 'x' }, { email: ['Must be an e-mail address, such as ann@example.com'] }],
  [{ at: 'yesterday' }, { at: ['Must be a time in ISO 8601, such as 2026-01-31T09:30:00Z'] }],
  [{ day: '31.1.2026' }, { day: ['Must be a date in ISO 8601, such as 2026-01-31'] }],
  [{ site: 'x' }, { site: ['Must be a URL, such as https://example.com'] }],
  [{ code: 'A' }, { code: ['Must match the pattern /^[a-z]+$/'] }],
  [{ either: true }, { either: ['Expected a string or a number, not true'] }],
  [{ shape: { kind: 'circle' } }, { 'shape.kind': ['Must be one of point, none'] }],
  [{ shape: { kind: 'point', point: { x: 'far' } } }, { 'shape.point.x': ['Expected a number, not a string'] }],
  [{ points: [{ x: 1 }, { x: '1', y: 2 }] }, { 'points.1.x': ['Expected a number, not a string'], 'points.1.y': ['Unknown field'] }],
  [{ named: { a: 'b' } }, { 'named.a': ['Expected a number, not a string'] }],
  [{ empty: 0 }, { empty: ['Expected a string, not a number'] }],
  [{ own: 1 }, { own: ['Must be what we say'] }],
  [
    { colour: 'red', constructor: 1 },
    { colour: ['Unknown field'], constructor: ['Unknown field'] },
  ],
];

const complete = (given: unknown) => ({
  ...(Object.hasOwn(given as object, 'needed') || Object.keys(given as object).length === 0 ? {} : { needed: 'a' }),
  ...(given as object),
});

describe('what is wrong with an input is told by field, in the same words on every surface', () => {
  it.each(table)('%j', async (given, fields) => {
    const [path, [message]] = Object.entries(fields)[0] as [string, string[]];
    const rest = await app.call('POST', '/api/v1/check', { token: key, body: complete(given) });
    expect([rest.status, rest.body.error, rest.body.fields]).toEqual([400, `${path}: ${message}`, fields]);
    const { body } = await app.rpc(key, 'tools/call', { name: 'check', arguments: complete(given) });
    expect([body.error.code, body.error.message, body.error.data.fields]).toEqual([-32602, rest.body.error, fields]);
    expect([body.error.data.code, body.error.data.next]).toEqual([rest.body.code, rest.body.next]);
  });

  it.each([
    [[], 'a list'],
    ['x', 'a string'],
    [3, 'a number'],
  ])('%j is no object, which is what an input must be', async (given, kind) => {
    const message = `Expected an object, not ${kind}`;
    const rest = await app.call('POST', '/api/v1/check', { token: key, body: JSON.stringify(given), headers: { 'content-type': 'application/json' } });
    expect([rest.status, rest.body.error, rest.body.fields]).toEqual([400, message, { '': [message] }]);
    const { body } = await app.rpc(key, 'tools/call', { name: 'check', arguments: given });
    expect([body.error.code, body.error.message, body.error.data.fields]).toEqual([-32602, message, { '': [message] }]);
  });

  it('names the fields that there are, where one is not known', async () => {
    const { body } = await app.call('POST', '/api/v1/check', { token: key, body: { needed: 'a', colour: 'red' } });
    expect(body.next).toBe(`check takes: ${Object.keys(input.shape).join(', ')}.`);
  });

  it('never repeats what was sent', async () => {
    const { text } = await app.call('POST', '/api/v1/check', {
      token: key,
      body: { id: 'hunter2', size: 'hunter2', code: 'hunter2', at: 'hunter2', count: 'hunter2' },
    });
    expect(text).not.toContain('hunter2');
  });
});
