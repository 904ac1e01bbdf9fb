// What is fuzzed beside a platform's own operations: the kinds of input, output and conversation that it may lack.
import { bindTo, defineOperation, definePlatform, elicit, promptMessages, readContents } from 'gatehouse';
import { z } from 'zod';

const bind = bindTo([]);
const common = { access: { scope: null }, effect: 'read' };

const echo = bind(
  defineOperation({
    ...common,
    name: 'echo',
    title: 'Echo',
    description: 'Answers what it is given.',
    input: z.object({
      text: z.string().max(1000).optional(),
      number: z.number().optional(),
      any: z.json().optional(),
      names: z.record(z.string(), z.string()).optional(),
      one: z.union([z.string(), z.int(), z.object({ a: z.boolean() })]).optional(),
    }),
    output: z.record(z.string(), z.json()),
    rest: { method: 'POST', path: '/echo', status: 200 },
  }),
  (input) => input,
);

const note = bind(
  defineOperation({
    ...common,
    name: 'note_read',
    title: 'Note',
    description: 'Reads one note.',
    input: z.object({ id: z.string().min(1).max(100) }),
    output: readContents,
    resource: { uri: 'note://{id}' },
  }),
  ({ id }, { changed }) => {
    changed(`note://${id}`);
    return { contents: [{ uri: `note://${id}`, text: `The note ${id}`, mimeType: 'text/plain' }] };
  },
);

const about = bind(
  defineOperation({
    ...common,
    name: 'about_read',
    title: 'About',
    description: 'Says what this is.',
    input: z.object({}),
    output: z.object({ name: z.string() }),
    resource: { uri: 'note://about/this' },
  }),
  () => ({ name: 'fuzzed' }),
);

const review = bind(
  defineOperation({
    ...common,
    name: 'review',
    title: 'Review',
    description: 'Asks for a review.',
    input: z.object({ topic: z.string().max(200) }),
    output: promptMessages,
    prompt: true,
  }),
  ({ topic }) => ({ messages: [{ role: 'user', content: { type: 'text', text: `Review ${topic}` } }] }),
  { complete: { topic: (typed) => ['alpha', 'beta'].filter((one) => one.startsWith(typed)) } },
);

const tell = bind(
  defineOperation({
    ...common,
    name: 'tell',
    title: 'Tell',
    description: 'Tells how far it is, and says something.',
    input: z.object({ steps: z.int().min(0).max(5), text: z.string().max(100).optional() }),
    output: z.object({ done: z.int() }),
    rest: { method: 'POST', path: '/tell', status: 200 },
  }),
  async ({ steps, text }, { client }) => {
    for (let n = 1; n <= steps; n += 1) {
      client.progress(n, steps, text);
      client.log('info', text ?? null);
      await new Promise(setImmediate);
    }
    return { done: steps };
  },
);

const ask = bind(
  defineOperation({
    ...common,
    name: 'ask',
    title: 'Ask',
    description: 'Asks the user for a colour, twice.',
    input: z.object({ about: z.string().max(100).optional() }),
    output: z.object({ first: z.string(), second: z.string() }),
    timeLimitSeconds: 5,
  }),
  async ({ about: topic = 'it' }, { client }) => {
    const form = z.object({ colour: z.string() });
    const { one } = await client.ask({ one: elicit(`Which colour has ${topic}?`, form) }, { keep: { topic } });
    const { two } = await client.ask({ two: elicit('And the other?', form) });
    return { first: one.action, second: two.action };
  },
);

/**
 * The platform with these beside it, with sessions in which they can ask, and without the limits of its plans: what is refused for coming too
 * often is not looked at.
 */
export function fuzzed(platform) {
  const { plans } = platform.tenancy;
  const unlimited = Object.fromEntries(Object.entries(plans).map(([name, { limits: _limits, ...plan }]) => [name, plan]));
  return definePlatform({
    ...platform,
    name: 'fuzzed',
    mcp: { ...platform.mcp, sessions: true },
    tenancy: { ...platform.tenancy, plans: unlimited },
    operations: [...platform.operations, echo, note, about, review, tell, ask],
  });
}
