import { bindTo, defineOperation, promptMessages } from 'gatehouse';
import { expect, test } from 'vitest';
import { z } from 'zod';

const bind = bindTo([]);
const state = defineOperation({
  name: 'state',
  title: 'State',
  description: 'Says how it is.',
  access: { scope: 'a:read' },
  input: z.object({ open: z.boolean() }),
  output: z.object({ state: z.enum(['open', 'closed']) }),
  effect: 'read',
});
const start = defineOperation({ ...state, name: 'start', tool: false, output: promptMessages });

/** It is compiling that proves it, by `npm run check`. */
test('literals that a handler answers need no cast, whether it is asynchronous or not', () => {
  const bound = [
    bind(state, ({ open }) => (open ? { state: 'open' } : { state: 'closed' })),
    bind(state, async ({ open }) => ({ state: open ? 'open' : 'closed' })),
    bind(start, async () => ({ messages: [{ role: 'user', content: { type: 'text', text: 'Begin.' } }] })),
  ];
  expect(bound.map(({ op }) => op.name)).toEqual(['state', 'state', 'start']);
});
