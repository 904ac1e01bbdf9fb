import { type Context, type Platform, bindJobsTo, bindTo, col, defineOperation, definePlatform, refuse, tenantTable } from 'gatehouse';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { type TestApp, type TestKey, openApp } from '../../../../test/support/open-app.js';
import { newAppDatabase, databaseKind, type AppDatabase } from '../../../../test/support/app-database.js';

const notes = tenantTable('notes', { columns: { id: col.uuid(), text: col.text(), done: col.or(col.integer(), 0) } });
const tables = [notes] as const;
const bind = bindTo(tables);
const bindJob = bindJobsTo(tables);

const shout = { name: 'notes_shout', input: z.object({ id: z.string() }), attempts: 3, timeLimitSeconds: 5 };

/** How the next runs of the job go; what is not said goes well. */
let script: (() => void | Promise<void>)[] = [];
let runs: number[] = [];

const write = defineOperation({
  name: 'notes_write',
  title: 'Write',
  description: 'Writes a note.',
  access: { scope: 'notes:write' },
  input: z.object({ text: z.string().describe('What it says'), fail: z.boolean().optional().describe('Undo it') }),
  output: z.object({ id: z.string() }),
  effect: 'create',
  rest: { method: 'POST', path: '/notes' },
});

const platform: Platform = definePlatform({
  name: 'noted',
  version: '1.0.0',
  scopes: ['notes:read', 'notes:write'],
  keys: { prefix: 'note_', checksum: false, whenNoScopes: 'full', displayLength: 8 },
  tables,
  operations: [
    bind(write, ({ text, fail }, { tx, id: newId, enqueue }) =>
      tx(async ({ db }) => {
        const id = newId();
        await db.insertInto('notes').values({ id, text }).execute();
        await enqueue(shout, { id });
        return fail === true ? refuse('conflict', 'Undone.') : { id };
      }),
    ),
  ],
  jobs: [
    bindJob(shout, async ({ id }, { attempt, tenant, user }) => {
      runs.push(attempt);
      expect([tenant, user]).toEqual([key.tenant, key.user]);
      await script.shift()?.();
      return async ({ db }) => {
        await db
          .updateTable('notes')
          .set((eb) => ({ done: eb('done', '+', 1) }))
          .where('id', '=', id)
          .execute();
      };
    }),
  ],
});

let database: AppDatabase;
let app: TestApp;
let key: TestKey;

beforeEach(async () => {
  script = [];
  runs = [];
  database = await newAppDatabase(databaseKind(), platform);
  app = await openApp(platform, { database: { ...database, remove: async () => {} } });
  key = await app.key('ann@example.com');
});

afterEach(async () => {
  await app.close();
  await database.remove();
});

const save = async (fail?: boolean) => app.call('POST', '/api/v1/notes', { token: key.raw, body: { text: 'hello', ...(fail === undefined ? {} : { fail }) } });
const done = async (): Promise<number[]> => {
  const rows = await (app.gatehouse.store.db(key.tenant) as unknown as Context<{ notes: { done: number } }>['db']).selectFrom('notes').select('done').execute();
  return rows.map((row) => row.done);
};

test('a job is done after the call that asked for it, without anybody asking again', async () => {
  expect((await save()).status).toBe(201);
  await expect.poll(done, { timeout: 5000, interval: 20 }).toEqual([1]);
  expect(await app.gatehouse.store.jobs.counts()).toEqual({ open: 0, failed: 0 });
});

test('a job of a unit that was undone is undone with it', async () => {
  expect((await save(true)).status).toBe(409);
  await app.gatehouse.jobs.settle();
  expect(runs).toEqual([]);
  expect(await app.gatehouse.store.jobs.counts()).toEqual({ open: 0, failed: 0 });
});

test('a job that fails is tried again later, and its effect is there once', async () => {
  script = [() => Promise.reject(new Error('the provider is down'))];
  await save();
  await app.gatehouse.jobs.settle();
  expect(runs).toEqual([1]);
  expect(await done()).toEqual([0]);
  app.clock.advance(1300);
  await app.gatehouse.jobs.settle();
  expect(runs).toEqual([1, 2]);
  expect(await done()).toEqual([1]);
});

test('a job that fails to the end is given up, kept for the operator, and forgotten after a week', async () => {
  script = [1, 2, 3].map(() => () => Promise.reject(new Error('no')));
  await save();
  for (let round = 0; round < 4; round += 1) {
    await app.gatehouse.jobs.settle();
    app.clock.advance(10_000);
  }
  expect(runs).toEqual([1, 2, 3]);
  expect(await app.gatehouse.store.jobs.counts()).toEqual({ open: 0, failed: 1 });
  expect(app.logged()).toContain('"event":"job_failed"');
  app.clock.advance(8 * 86_400_000);
  await app.gatehouse.jobs.sweep();
  expect(await app.gatehouse.store.jobs.counts()).toEqual({ open: 0, failed: 0 });
});

test('what a process had taken when it ended is done by the next one, and only that one writes its effect', async () => {
  const { jobs } = app.gatehouse.store;
  script = [() => Promise.reject(new Error('not yet'))];
  await save();
  await app.gatehouse.jobs.settle();
  app.clock.advance(2000);
  // Another process takes it, and dies.
  const [taken] = await jobs.take([shout.name], app.clock.now(), app.clock.now() + 35_000, 4);
  await app.gatehouse.jobs.settle();
  expect(runs).toEqual([1]);
  app.clock.advance(36_000);
  await app.gatehouse.jobs.settle();
  expect(runs).toEqual([1, 3]);
  expect(await done()).toEqual([1]);
  // The dead one was only slow: what it had is no longer there to be finished.
  if (taken === undefined) throw new Error('Nothing was taken');
  expect(await jobs.finish(taken)).toBe(false);
});

test('a job survives a restart', async () => {
  script = [() => Promise.reject(new Error('not yet'))];
  await save();
  await app.gatehouse.jobs.settle();
  await app.close();
  const { clock } = app;
  clock.advance(5000);
  app = await openApp(platform, { database: { ...database, remove: async () => {} }, clock });
  await app.gatehouse.jobs.settle();
  expect(runs).toEqual([1, 2]);
  expect(await done()).toEqual([1]);
});

test('of many takers at once each job has one', async () => {
  const { jobs } = app.gatehouse.store;
  const at = app.clock.now();
  await jobs.add(
    Array.from({ length: 40 }, (_, i) => ({ id: `job-${i}`, tenant: key.tenant, user: null, name: 'other', input: '{}', dueAt: at, createdAt: at })),
    50,
  );
  const taken = await Promise.all(Array.from({ length: 16 }, () => jobs.take(['other'], at, at + 60_000, 4)));
  const ids = taken.flat().map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.length + (await jobs.take(['other'], at, at + 60_000, 100)).length).toBe(40);
});

test('many jobs of one tenant do not hold up the one of another', async () => {
  const { jobs } = app.gatehouse.store;
  const other = await app.key('bob@example.com');
  const at = app.clock.now();
  const job = (id: string, tenant: string, createdAt: number) => ({ id, tenant, user: null, name: 'other', input: '{}', dueAt: createdAt, createdAt });
  await jobs.add(
    Array.from({ length: 100 }, (_, i) => job(`a${i}`, key.tenant, at)),
    50,
  );
  await jobs.add([job('b', other.tenant, at + 20)], 50);
  expect((await jobs.take(['other'], at + 30, at + 60_000, 2)).map(({ id }) => id)).toEqual(['a0', 'b']);
});
