import { expect, test } from 'vitest';
import { z } from 'zod';
import { parse } from '../src/index.js';

const hostile = { length: { toString: 1, valueOf: 1 } };

test.each([
  ['text', z.object({ x: z.string().trim().min(1).max(9) }), { x: hostile }],
  ['list', z.object({ x: z.array(z.string()).max(3) }), { x: hostile }],
  ['element of a list', z.object({ x: z.array(z.string().trim().min(1).max(50)) }), { x: [hostile] }],
])('an object that cannot be made a number is no %s, and nothing throws', (_what, schema, value) => {
  const parsed = parse(schema, value);
  expect(parsed).toMatchObject({ ok: false });
  expect(parsed).not.toHaveProperty('issues', []);
});

test('what a check of the platform throws is thrown', () => {
  const schema = z.string().refine(() => {
    throw new TypeError('a mistake of ours');
  });
  expect(() => parse(schema, 'x')).toThrow('a mistake of ours');
});
