import { bindTo, col, defineOperation, definePlatform, tenantTable } from 'gatehouse';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { type AppDatabase, databaseKind, newAppDatabase } from '../../../../test/support/app-database.js';
import { type TestApp, type TestKey, openApp } from '../../../../test/support/open-app.js';

const plain = tenantTable('pages', { columns: { id: col.uuid(), title: col.text(), body: col.nullable(col.text()) } });
const searched = { ...plain, search: ['title', 'body'] } as const;

const find = defineOperation({
  name: 'pages_find',
  title: 'Find',
  description: 'Finds pages.',
  access: { scope: 'pages:read' },
  input: z.object({ q: z.string().describe('Words') }),
  output: z.array(z.string()),
  effect: 'read',
  rest: { method: 'GET', path: '/find' },
});
const save = defineOperation({
  name: 'pages_save',
  title: 'Save',
  description: 'Saves a page.',
  access: { scope: 'pages:write' },
  input: z.object({ id: z.string().describe('Its name'), title: z.string().describe('Title'), body: z.string().nullable().describe('Text') }),
  output: z.object({}),
  effect: 'update',
  rest: { method: 'PUT', path: '/pages/:id' },
});
const drop = defineOperation({
  name: 'pages_drop',
  title: 'Drop',
  description: 'Drops a page.',
  access: { scope: 'pages:write' },
  input: z.object({ id: z.string().describe('Its name') }),
  output: z.object({}),
  effect: 'delete',
  rest: { method: 'DELETE', path: '/pages/:id' },
});

function platformWith(table: typeof plain) {
  const tables = [table] as const;
  const bind = bindTo(tables);
  return definePlatform({
    name: 'paged',
    version: '1.0.0',
    scopes: ['pages:read', 'pages:write'],
    keys: { prefix: 'page_', checksum: false, whenNoScopes: 'full', displayLength: 8 },
    tables,
    operations: [
      bind(find, async ({ q }, { search }) => [...(await search('pages', q))]),
      bind(save, async (page, { db }) => {
        await db
          .insertInto('pages')
          .values(page)
          .onConflict((on) => on.column('id').doUpdateSet({ title: page.title, body: page.body }))
          .execute();
        return {};
      }),
      bind(drop, async ({ id }, { db }) => {
        await db.deleteFrom('pages').where('id', '=', id).execute();
        return {};
      }),
    ],
  });
}

let database: AppDatabase;
let app: TestApp;
let ann: TestKey;
let bob: TestKey;

beforeAll(async () => {
  database = await newAppDatabase(databaseKind(), platformWith(searched));
  app = await openApp(platformWith(searched), { database });
  [ann, bob] = [await app.key('ann@example.com'), await app.key('bob@example.com')];
});
afterAll(() => app.close());

const put = async (key: TestKey, id: string, title: string, body: string | null = null): Promise<void> => {
  expect((await app.call('PUT', `/api/v1/pages/${id}`, { token: key.raw, body: { title, body } })).status).toBe(200);
};
const found = async (key: TestKey, q: string): Promise<string[]> => (await app.call('GET', `/api/v1/find?q=${encodeURIComponent(q)}`, { token: key.raw })).body;

test('rows are found by all of the words in any of the columns, newest first, whatever case and signs stand around them', async () => {
  await put(ann, 'a', 'A boat of paper', 'Fold it twice; see https://example.com/paper-boats.');
  await put(ann, 'b', 'Paper planes', null);
  expect(await found(ann, 'PAPER')).toEqual(['b', 'a']);
  expect(await found(ann, 'boat paper')).toEqual(['a']);
  expect(await found(ann, 'fold "twice"; see')).toEqual(['a']);
  expect(await found(ann, 'example')).toEqual(['a']);
  expect(await found(ann, 'glass')).toEqual([]);
  expect(await found(ann, ' -- ')).toEqual([]);
});

test('the last word may be the beginning of one, the others not', async () => {
  await put(ann, 'c', 'Encyclopedia of lighthouses');
  expect(await found(ann, 'encyc')).toEqual(['c']);
  expect(await found(ann, 'encyc lighthouses')).toEqual([]);
  expect(await found(ann, 'lighthouses encyc')).toEqual(['c']);
});

test('letters of all scripts are folded and found', async () => {
  await put(ann, 'd', 'ÖSTERREICH und Ελλάδα', 'Москва');
  expect(await found(ann, 'österreich')).toEqual(['d']);
  expect(await found(ann, 'МОСКВА ελλάδα')).toEqual(['d']);
});

test('what is changed or deleted is found as it is now', async () => {
  await put(ann, 'e', 'Violin');
  await put(ann, 'e', 'Cello');
  expect(await found(ann, 'violin')).toEqual([]);
  expect(await found(ann, 'cello')).toEqual(['e']);
  await app.call('DELETE', '/api/v1/pages/e', { token: ann.raw });
  expect(await found(ann, 'cello')).toEqual([]);
});

test("nobody finds another tenant's rows, whatever is asked for", async () => {
  await put(ann, 'f', 'Treasure map');
  await put(bob, 'f', 'Treasure chest');
  expect(await found(bob, 'treasure')).toEqual(['f']);
  expect(await found(bob, 'map')).toEqual([]);
  for (const q of [
    `pages ${ann.tenant} map`,
    `scope : map`,
    'map OR treasure',
    `map" OR scope : "x`,
    `map' | 'treasure`,
    `map:* | treasure`,
    'NOT chest',
    '*',
    "'",
  ])
    expect(await found(bob, q), q).not.toContain('a');
});

test('no text makes the index fail', async () => {
  const odd = [
    '"',
    "'",
    '\\',
    'a"b',
    "x'y",
    '(',
    ')',
    '*',
    ':',
    '^',
    '-',
    'NEAR(a b)',
    'a AND',
    'é'.repeat(600),
    'x'.repeat(3000),
    Array.from({ length: 200 }, (_, i) => `w${i}`).join(' '),
  ];
  await put(ann, 'g', odd.join(' ').slice(0, 5000), odd.join('\n').slice(0, 9000));
  for (const q of odd) expect(Array.isArray(await found(ann, q)), q.slice(0, 20)).toBe(true);
});

test('a text of more words than an index takes for one row is saved, and found by those that it begins with', async () => {
  const many = Array.from({ length: 110_000 }, (_, i) => `n${i.toString(36)}x`).join(' ');
  await put(ann, 'h', 'Marathon', many);
  expect(await found(ann, 'marathon n10x n1z1x')).toEqual(['h']);
});

test('rows that were there before the table was searched are found, and a table that is not searched any more is served on', async () => {
  const at = await newAppDatabase(databaseKind(), platformWith(plain));
  const reopened = async (table: typeof plain, use: (app: TestApp, key: TestKey) => Promise<void>): Promise<void> => {
    await at.migrate(platformWith(table));
    const opened = await openApp(platformWith(table), { database: { ...at, remove: async () => {} } });
    try {
      await use(opened, await opened.key('ann@example.com'));
    } finally {
      await opened.close();
    }
  };
  const query = async (opened: TestApp, key: TestKey, q: string) => (await opened.call('GET', `/api/v1/find?q=${q}`, { token: key.raw })).body;
  try {
    await reopened(plain, async (opened, key) => {
      await opened.call('PUT', '/api/v1/pages/x', { token: key.raw, body: { title: 'Early bird', body: null } });
      expect(await query(opened, key, 'early')).toEqual([]);
    });
    await reopened(searched, async (opened, key) => expect(await query(opened, key, 'early')).toEqual(['x']));
    await reopened(plain, async (opened, key) => expect(await query(opened, key, 'early')).toEqual([]));
  } finally {
    await at.remove();
  }
});
