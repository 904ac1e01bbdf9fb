import { bindTo, col, defineOperation, definePlatform, isoSeconds, type PlatformSpec, promptMessages, readContents, refuse, tenantTable } from 'gatehouse';
import { z } from 'zod';

const things = tenantTable('things', { columns: { id: col.uuid(), name: col.text(), made_at: col.timestamp() }, unique: [['name']] });
const tables = [things] as const;
const bind = bindTo(tables);

const thing = z.object({ id: z.string(), name: z.string(), made_at: z.string() });
const id = z.uuid();

/** The smallest platform that has a read, a write, a delete, a resource, a prompt, a public route and a failure of every kind. */
export const fixtureOperations = [
  bind(
    defineOperation({
      name: 'things_list',
      title: 'List things',
      description: 'Lists things.',
      access: { scope: 'things:read' },
      input: z.object({ limit: z.int().min(1).max(100).default(20), names: z.array(z.string()).optional(), flag: z.boolean().optional() }),
      output: z.array(thing),
      effect: 'read',
      rest: { method: 'GET', path: '/things' },
    }),
    async ({ limit, names }, { db }) => {
      const query = db.selectFrom('things').selectAll().orderBy('name').limit(limit);
      const rows = await (names === undefined ? query : query.where('name', 'in', names)).execute();
      return rows.map((row) => ({ ...row, made_at: isoSeconds(row.made_at) }));
    },
  ),
  bind(
    defineOperation({
      name: 'things_create',
      title: 'Create a thing',
      description: 'Creates a thing.',
      access: { scope: 'things:write' },
      input: z.object({ name: z.string().min(1).max(50) }),
      output: thing,
      errors: ['conflict'],
      effect: 'create',
      rest: { method: 'POST', path: '/things' },
    }),
    async ({ name }, context) => {
      const row = { id: context.id(), name, made_at: context.now() };
      const made = await context.db
        .insertInto('things')
        .values(row)
        .onConflict((on) => on.columns(['name']).doNothing())
        .returning('id')
        .executeTakeFirst();
      return made === undefined ? refuse('conflict', `There is a thing named ${name} already.`) : { ...row, made_at: isoSeconds(row.made_at) };
    },
  ),
  bind(
    defineOperation({
      name: 'things_get',
      title: 'Get a thing',
      description: 'Shows one thing.',
      access: { scope: 'things:read' },
      input: z.object({ id }),
      output: thing,
      errors: ['not_found'],
      effect: 'read',
      rest: { method: 'GET', path: '/things/:id' },
      tool: true,
      resource: { uri: 'fixture://things/{id}' },
    }),
    async ({ id: wanted }, { db }) => {
      const row = await db.selectFrom('things').selectAll().where('id', '=', wanted).executeTakeFirst();
      return row === undefined ? refuse('not_found', 'There is no such thing.') : { ...row, made_at: isoSeconds(row.made_at) };
    },
  ),
  bind(
    defineOperation({
      name: 'things_delete',
      title: 'Delete a thing',
      description: 'Deletes a thing.',
      access: { scope: 'things:write' },
      input: z.object({ id }),
      output: z.object({ id: z.string() }),
      errors: ['not_found'],
      effect: 'delete',
      rest: { method: 'DELETE', path: '/things/:id', status: 204 },
    }),
    async ({ id: wanted }, { db }) => {
      const gone = await db.deleteFrom('things').where('id', '=', wanted).returning('id').executeTakeFirst();
      return gone ?? refuse('not_found', 'There is no such thing.');
    },
  ),
  bind(
    defineOperation({
      name: 'things_names',
      title: 'Names of things',
      description: 'The names of all things, one a line.',
      access: { scope: 'things:read' },
      input: z.object({}),
      output: readContents,
      effect: 'read',
      resource: { uri: 'fixture://things', mimeType: 'text/plain' },
    }),
    async (_input, { db }) => {
      const rows = await db.selectFrom('things').select('name').orderBy('name').execute();
      return { contents: [{ uri: 'fixture://things', text: rows.map(({ name }) => `${name}\n`).join('') }] };
    },
  ),
  bind(
    defineOperation({
      name: 'things_praise',
      title: 'Praise a thing',
      description: 'Asks for praise of one thing.',
      access: { scope: 'things:write' },
      input: z.object({ name: z.string().max(50).describe('Of which thing') }),
      output: promptMessages,
      effect: 'read',
      prompt: true,
    }),
    ({ name }) => ({ messages: [{ role: 'user' as const, content: { type: 'text' as const, text: `Praise the thing named ${name}.` } }] }),
    {
      complete: {
        name: async (typed, { db }) => {
          const rows = await db.selectFrom('things').select('name').where('name', 'like', `${typed}%`).orderBy('name').execute();
          return rows.map(({ name }) => name);
        },
      },
    },
  ),
  bind(
    defineOperation({
      name: 'things_break',
      title: 'Break',
      description: 'Fails in a way that nobody foresaw.',
      access: { scope: 'things:read' },
      input: z.object({}),
      output: z.object({ fine: z.boolean() }),
      effect: 'read',
      rest: { method: 'GET', path: '/broken' },
    }),
    () => {
      throw new Error('the cause, with a secret nen_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef');
    },
  ),
  bind(
    defineOperation({
      name: 'greeting',
      title: 'Greeting',
      description: 'Greets anyone.',
      access: { scope: null, by: ['none', 'key', 'idp', 'session', 'token'] },
      input: z.object({}),
      output: z.object({ hello: z.string() }),
      effect: 'read',
      rest: { method: 'GET', path: '/greeting' },
      tool: false,
    }),
    (_input, { principal }) => ({ hello: principal.user === undefined ? 'stranger' : 'friend' }),
  ),
];

export const fixtureSpec: PlatformSpec = {
  name: 'fixture',
  version: '1.2.3',
  scopes: ['things:read', 'things:write'],
  keys: { prefix: 'fix_', checksum: false, whenNoScopes: 'none', displayLength: 8 },
  tables,
  operations: fixtureOperations,
  publicVersion: true,
};

export const fixturePlatform = definePlatform(fixtureSpec);
