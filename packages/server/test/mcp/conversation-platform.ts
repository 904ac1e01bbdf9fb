import { definePlatform, defineOperation, elicit, promptMessages, refuse, roots, sample } from 'gatehouse';
import { z } from 'zod';
import { bindTo } from 'gatehouse';
import { fixtureSpec } from '../../../../test/support/fixture-platform.js';

const bind = bindTo(fixtureSpec.tables as readonly []);
const read = { scope: 'things:read' };
const about = { title: 'A tool', description: 'Talks back.', effect: 'read' } as const;
const text = z.object({ said: z.string() });

/** Calls that wait until a test lets them go on, by name. */
export const gates = new Map<string, { reached(): void; readonly opened: Promise<void> }>();

/** Lets calls of `talk_wait` with this name wait; answers how to see that one does, and how to let it go on. */
export function gate(name: string): { readonly reached: Promise<void>; open(): void } {
  let open = (): void => {};
  let reached = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const waits = new Promise<void>((resolve) => {
    reached = resolve;
  });
  gates.set(name, { reached, opened });
  return { reached: waits, open };
}

/** What aborted calls left behind. */
export const aborted: string[] = [];

const operations = [
  bind(defineOperation({ ...about, name: 'talk_plain', access: read, input: z.object({}), output: text }), () => ({ said: 'nothing on the way' })),
  bind(defineOperation({ ...about, name: 'talk_tell', access: read, input: z.object({}), output: text }), async (_input, { client }) => {
    client.progress(0, 100);
    client.log('debug', 'fine print');
    client.log('info', { step: 1 }, 'teller');
    await Promise.resolve();
    client.progress(50, 100, 'half');
    client.progress(40, 100, 'back');
    client.log('error', 'odd');
    client.progress(100, 100);
    return { said: 'done' };
  }),
  bind(defineOperation({ ...about, name: 'talk_late', access: read, input: z.object({}), output: text }), async (_input, { client }) => {
    client.progress(1);
    return refuse('not_found', 'There was nothing.');
  }),
  bind(
    defineOperation({ ...about, name: 'talk_name', access: read, input: z.object({ greeting: z.string().default('Hello') }), output: text }),
    async ({ greeting }, { client }) => {
      const { user_name: name } = await client.ask({ user_name: elicit('What is your name?', z.object({ name: z.string().min(1) })) });
      return { said: name.action === 'accept' ? `${greeting}, ${name.content.name}!` : `You chose to ${name.action}.` };
    },
  ),
  bind(defineOperation({ ...about, name: 'talk_all', access: read, input: z.object({}), output: text }), async (_input, { client }) => {
    const { form, written, folders } = await client.ask({
      form: elicit('Who?', z.object({ name: z.string() })),
      written: sample({ messages: [{ role: 'user', content: { type: 'text', text: 'Greet' } }], maxTokens: 50 }),
      folders: roots(),
    });
    const name = form.action === 'accept' ? form.content.name : form.action;
    const content = Array.isArray(written.content) ? written.content[0] : written.content;
    return { said: `${name}; ${content?.type === 'text' ? content.text : ''}; ${folders.roots.map(({ uri }) => uri).join()}` };
  }),
  bind(defineOperation({ ...about, name: 'talk_rounds', access: read, input: z.object({}), output: text }), async (_input, { client, id }) => {
    const first = (client.kept as { token: string } | undefined)?.token ?? id();
    const { step1 } = await client.ask({ step1: elicit('Name?', z.object({ name: z.string() })) }, { keep: { token: first } });
    const { step2 } = await client.ask({ step2: elicit('Colour?', z.object({ colour: z.string() })) });
    const same = (client.kept as { token: string }).token === first;
    return { said: `${step1.action === 'accept' ? step1.content.name : ''} ${step2.action === 'accept' ? step2.content.colour : ''} ${same}` };
  }),
  bind(
    defineOperation({ ...about, name: 'talk_wait', access: read, input: z.object({ gate: z.string() }), output: text }),
    async ({ gate: name }, { client, signal }) => {
      const waits = gates.get(name);
      signal.addEventListener('abort', () => aborted.push(name));
      client.progress(1);
      waits?.reached();
      await Promise.race([waits?.opened, new Promise((resolve) => signal.addEventListener('abort', resolve))]);
      return { said: signal.aborted ? 'aborted' : 'opened' };
    },
  ),
  bind(
    defineOperation({
      ...about,
      name: 'notes_touch',
      effect: 'update',
      access: { scope: 'things:write' },
      input: z.object({ id: z.string(), fail: z.boolean().default(false) }),
      output: text,
    }),
    ({ id, fail }, { changed }) => {
      changed(`fixture://notes/${id}`);
      return fail ? refuse('conflict', 'Not now.') : { said: 'touched' };
    },
  ),
  bind(
    defineOperation({
      ...about,
      name: 'notes_read',
      access: { scope: 'notes:read' },
      input: z.object({ id: z.string() }),
      output: text,
      resource: { uri: 'fixture://notes/{id}' },
    }),
    ({ id }) => ({ said: id }),
  ),
  bind(
    defineOperation({ ...about, name: 'ask_prompt', access: read, input: z.object({}), output: promptMessages, prompt: true }),
    async (_input, { client }) => {
      const { context } = await client.ask({ context: elicit('Which?', z.object({ context: z.string() })) });
      const said = context.action === 'accept' ? context.content.context : context.action;
      return { messages: [{ role: 'user' as const, content: { type: 'text' as const, text: said } }] };
    },
  ),
];

const tenancy = {
  roles: {
    owner: { scopes: ['*'], administers: true },
    admin: { scopes: ['*'], administers: true },
    member: { scopes: ['things:read', 'notes:read'], administers: false },
  },
};

/** Everything that a handler can say to its client, and ask it. */
export const conversationPlatform = definePlatform({
  ...fixtureSpec,
  scopes: [...fixtureSpec.scopes, 'notes:read'],
  tenancy,
  operations: [...fixtureSpec.operations, ...operations],
});
