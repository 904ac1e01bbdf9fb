import { bindTo, col, defineOperation, definePlatform, tenantTable } from 'gatehouse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type AppDatabase, databaseKind, newAppDatabase } from '../../../../test/support/app-database.js';
import { fixtureSpec } from '../../../../test/support/fixture-platform.js';
import { type TestApp, openApp, settableClock } from '../../../../test/support/open-app.js';
import { tally } from '../oauth/store-of-kind.js';
import { type Person, founded, joined, keyOf, person, programOf, statuses } from './people.js';

const tables = [
  tenantTable('folders', {
    columns: { id: col.text(), parent_id: col.nullable(col.text()), cover_id: col.nullable(col.text()), made_at: col.timestamp() },
    references: { parent_id: { table: 'folders' }, cover_id: { table: 'notes' } },
  }),
  tenantTable('notes', {
    columns: { id: col.text(), folder_id: col.text(), title: col.text(), picture: col.nullable(col.bytes()), more: col.json<object>(), secret: col.text() },
    references: { folder_id: { table: 'folders' } },
    sealed: ['secret'],
  }),
] as const;

const SEALED = 'sealed-and-never-exported';
const fill = bindTo(tables)(
  defineOperation({
    name: 'fill',
    title: 'Fill',
    description: 'Makes folders within folders, and notes in them.',
    access: { scope: 'things:write' },
    input: z.object({ mark: z.string(), count: z.int() }),
    output: z.object({}),
    effect: 'create',
    rest: { method: 'POST', path: '/fill' },
  }),
  ({ mark, count }, { tx }) =>
    tx(async ({ db }) => {
      const ids = Array.from({ length: count }, (_, i) => `${mark}-${String(i).padStart(5, '0')}`);
      for (let from = 0; from < count; from += 500) {
        const some = ids.slice(from, from + 500);
        const parent = from === 0 ? null : (ids[0] ?? null);
        await db
          .insertInto('folders')
          .values(some.map((id) => ({ id, parent_id: parent, cover_id: null, made_at: 1_769_851_800_000 })))
          .execute();
        await db
          .insertInto('notes')
          .values(some.map((id) => ({ id, folder_id: id, title: `Note of ${mark}`, picture: new Uint8Array([1, 2]), more: { a: [1] }, secret: SEALED })))
          .execute();
      }
      await db
        .updateTable('folders')
        .set({ cover_id: ids[0] ?? null })
        .execute();
      return {};
    }),
);

const archive = definePlatform({ ...fixtureSpec, name: 'archive', tables, operations: [fill] });

const clock = settableClock();
let database: AppDatabase;
let app: TestApp;
let owner: Person;
let tenant: string;

const open = () => openApp(archive, { clock, database: { ...database, remove: async () => {} } });
beforeAll(async () => {
  database = await newAppDatabase(databaseKind(), archive);
  app = await open();
  owner = await person(app, 'owner@example.com');
  tenant = await founded(owner);
});
afterAll(async () => {
  await app.close();
  await database.remove();
});

const fillWith = (who: Person, mark: string, count: number) => app.call('POST', '/api/v1/fill', { token: who.token, body: { mark, count } });
const lines = (text: string): Record<string, unknown>[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
const rowsLeft = (of: string) => app.gatehouse.store.unsafe(of, 'select id from notes union all select id from folders');
/** What was under way as a tenant ended has ended, and what is left of it is gone. */
async function erased(): Promise<void> {
  await app.gatehouse.jobs.settle();
  clock.advance(120_000);
  await app.gatehouse.jobs.settle();
}
const back = async (who: Person) => person(app, who.email);

describe('the export of a tenant', () => {
  it('is a file of all that is its own, and of nothing else, without any secret; the last line says that it is whole', async () => {
    const member = await person(app, 'member@example.com');
    await joined(owner, member, 'member');
    const raw = await keyOf(member, ['things:read']);
    const token = await programOf(app, member, tenant);
    await owner.manage('POST', '/invitations', { email: 'invited@example.com', role: 'member' });
    await fillWith(owner, 'ours', 650);
    const other = await person(app, 'other@example.com');
    await fillWith(other, 'theirs', 3);
    const answer = await owner.manage('GET', '/tenant/export');
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control'), answer.headers.get('content-disposition')]).toEqual([
      200,
      'application/x-ndjson',
      'no-store',
      `attachment; filename=tenant-${tenant}-2026-01-31.ndjson`,
    ]);
    const all = lines(answer.text);
    expect(tally(all.map(({ is }) => String(is)))).toEqual({
      ...{ tenant: 1, member: 2, invitation: 1, key: 1, session: 2, grant: 1, row: 1300, end: 1 },
    });
    expect(all.at(-1)).toEqual({ is: 'end', lines: all.length - 1 });
    expect(all.find(({ table }) => table === 'notes')).toEqual({
      is: 'row',
      table: 'notes',
      row: { id: 'ours-00000', folder_id: 'ours-00000', title: 'Note of ours', picture: 'AQI=', more: { a: [1] } },
    });
    expect(all.find(({ table }) => table === 'folders')?.row).toMatchObject({ made_at: '2026-01-31T09:30:00.000Z' });
    expect(new Set(all.flatMap(({ row }) => (row === undefined ? [] : [(row as { id: string }).id]))).size).toBe(650);
    for (const secret of [SEALED, raw, token, owner.token, member.token, 'theirs', 'other@example.com', '"hash"']) expect(answer.text).not.toContain(secret);
    expect(answer.text).not.toMatch(/[0-9a-f]{64}/);
    expect((await member.manage('GET', '/tenant/export')).status).toBe(403);
  });

  it('of a person holds the account, memberships elsewhere and the own space, and nobody else’s rows', async () => {
    const who = await person(app, 'whole@example.com');
    await fillWith(who, 'mine', 2);
    await joined(owner, who, 'member');
    const { text } = await who.manage('GET', '/me/export');
    const all = lines(text);
    expect(all[0]).toMatchObject({ is: 'user', email: 'whole@example.com', email_verified: true, home_tenant: who.home });
    const places = all.filter(({ is }) => is === 'member').map(({ tenant_id, role }) => `${tenant_id} ${role}`);
    expect(new Set(places)).toEqual(new Set([`${who.home} owner`, `${tenant} member`]));
    expect(all.flatMap(({ row }) => (row === undefined ? [] : [(row as { id: string }).id])).sort()).toEqual([
      'mine-00000',
      'mine-00000',
      'mine-00001',
      'mine-00001',
    ]);
    expect(text).not.toContain('owner@example.com');
  });
});

describe('a deleted tenant', () => {
  it('is closed to everybody with the answer, then its rows go, and then itself; other tenants keep theirs', async () => {
    const second = await person(app, 'second@example.com');
    const gone = await founded(second, 'Short-lived');
    const member = await person(app, 'mate@example.com');
    await joined(second, member, 'member');
    await fillWith(second, 'gone', 30);
    const credentials = [await keyOf(second), await keyOf(member), await programOf(app, member, gone), member.token];
    const works = () => Promise.all(credentials.map(async (token) => (await app.call('POST', '/api/v1/fill', { token, body: {} })).status));
    expect(await works()).toEqual([400, 400, 400, 400]);
    const refused = [
      await member.manage('POST', '/tenant/delete', { name: 'Short-lived' }),
      await second.manage('POST', '/tenant/delete', { name: 'Another' }),
    ];
    expect(statuses(...refused)).toEqual([403, 400]);
    expect((await second.manage('POST', '/tenant/delete', { name: 'Short-lived' })).status).toBe(204);
    expect(await works()).toEqual([401, 401, 401, 401]);
    expect([(await second.manage('GET', '/me')).body.tenant_id, (await second.manage('GET', '/tenants')).body.length]).toEqual([second.home, 1]);
    expect(await app.gatehouse.users.listTenants()).not.toContainEqual(expect.objectContaining({ id: gone }));
    await erased();
    expect([await rowsLeft(gone), (await rowsLeft(tenant)).length]).toEqual([[], 1300]);
    // What SQLite has deleted stays in the file until its page is used again.
    const left = (await database.content()).split('\n').filter((line) => line.includes(gone) && !line.includes('invitations-into:'));
    if (databaseKind() === 'postgres') expect(left).toEqual([]);
  });

  it('is nobody’s own space', async () => {
    const { email } = owner;
    const home = await person(app, email);
    const answer = await home.manage('POST', '/tenant/delete', { name: email });
    expect([answer.status, answer.body.error]).toEqual([409, 'This is the own space of a person.']);
  });

  it('is deleted to the end though the server stops in the middle of it', async () => {
    const who = await person(app, 'large@example.com');
    const large = await founded(who, 'Large');
    await fillWith(who, 'large', 2_500);
    expect((await who.manage('POST', '/tenant/delete', { name: 'Large' })).status).toBe(204);
    await app.close();
    app = await open();
    const before = await rowsLeft(large);
    expect(before.length).toBeGreaterThan(0);
    await erased();
    expect([await rowsLeft(large), await app.gatehouse.store.endings.hasEnded(large)]).toEqual([[], false]);
  });
});

describe('a deleted person', () => {
  it('is refused while others need them, and then gone with all that was theirs; who comes back is somebody new', async () => {
    const who = await person(app, 'leaving@example.com');
    const shared = await founded(who, 'Shared');
    const alone = await founded(who, 'Alone');
    await fillWith(who, 'alone', 3);
    await who.manage('POST', '/sessions/switch', { tenant_id: shared });
    const mate = await person(app, 'staying@example.com');
    await joined(who, mate, 'member');
    await fillWith(who, 'shared', 2);
    const [raw, program] = [await keyOf(who), await programOf(app, who, shared)];
    const end = (email = who.email) => who.manage('POST', '/me/delete', { email });
    expect((await end('mistaken@example.com')).status).toBe(400);
    const needed = await end();
    expect([needed.status, needed.body.error]).toEqual([409, 'Others are in "Shared", and would be left without an owner.']);
    await who.manage('PATCH', `/members/${mate.user}`, { role: 'owner' });
    expect((await end()).status).toBe(204);
    const refused = await Promise.all([raw, program, who.token].map(async (token) => (await app.call('POST', '/api/v1/fill', { token, body: {} })).status));
    expect(refused).toEqual([401, 401, 401]);
    const { store } = app.gatehouse;
    expect([await store.users.find(who.user), await store.users.findByEmail(who.email), await store.sessions.list(who.user, 0)]).toEqual([
      undefined,
      undefined,
      [],
    ]);
    await erased();
    expect([await rowsLeft(alone), await rowsLeft(who.home), (await rowsLeft(shared)).length]).toEqual([[], [], 4]);
    const again = await back(who);
    expect([again.user === who.user, (await again.manage('GET', '/tenants')).body.length]).toEqual([false, 1]);
  });
});
