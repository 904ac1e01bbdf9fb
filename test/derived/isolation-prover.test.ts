import { nenjo } from '@gatehouse/nenjo';
import { neuralrepo } from '@gatehouse/neuralrepo';
import { nippy } from '@gatehouse/nippy';
import {
  type DatabaseOf,
  type Platform,
  type PlatformSpec,
  type SeedContext,
  bindTo,
  col,
  defineOperation,
  definePlatform,
  refuse,
  tenantTable,
} from 'gatehouse';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type DoctorOptions, type Outside, type Report, examineIsolation, holds, printed, summed } from '../../packages/server/src/doctor/index.js';
import { databaseKind } from '../support/app-database.js';
import { fixturePlatform, fixtureSpec } from '../support/fixture-platform.js';
import { newDatabase } from '../support/postgres.js';

const now = () => Date.parse('2026-01-31T09:30:00Z');
const kind = databaseKind();

type How = Pick<DoctorOptions, 'sets' | 'oneIn' | 'outside'>;

async function examined(platform: Platform, how: How = {}): Promise<Report> {
  if (kind === 'sqlite') return examineIsolation({ platform, now, ...how });
  const place = await newDatabase();
  try {
    return await examineIsolation({ platform, now, adminUrl: place.adminUrl, ...how });
  } finally {
    await place.drop();
  }
}

/** Providers of models, whichever is asked: each writes what it was told, so that whatever reaches them is in the answer. */
const echo: Outside = (_url, { body = '' }) => {
  const text = `told ${String(body)}`;
  const answer = { content: [{ type: 'text', text }], stop_reason: 'end_turn', choices: [{ message: { content: text }, finish_reason: 'stop' }] };
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(answer) };
};

// A large platform in brief, as a server serves it, on SQLite: each layer alone is the fixture's to prove, on both databases, and
// `gatehouse doctor isolation`'s of any platform on any of them.
type Row = [Platform, How, readonly string[], readonly string[]];

describe.each<Row>([
  [fixturePlatform, {}, ['both layers', 'the facade alone', 'the database alone'], ['things_break']],
  ...(kind === 'sqlite'
    ? ([
        [nenjo, { sets: ['both layers'], oneIn: 16 }, ['both layers'], []],
        [neuralrepo, { sets: ['both layers'], oneIn: 16, outside: echo }, ['both layers'], []],
        [nippy, { sets: ['both layers'], oneIn: 64 }, ['both layers'], []],
      ] satisfies Row[])
    : []),
])(`on $name, on ${kind}`, (platform, how, layers, failing) => {
  it('nothing that a tenant asks for, and no handler that is wrong, reveals or changes anything of another; without any layer, much does', async () => {
    const report = await examined(platform, how);
    console.log(printed([report]));
    expect(report.findings).toEqual([]);
    expect(holds(report)).toBe(true);
    const sums = summed(report.tallies, ['layers']);
    expect(sums.map((sum) => sum.layers)).toEqual(layers);
    for (const { attempts, done } of sums) {
      expect(attempts).toBeGreaterThan(500);
      expect(done).toBeGreaterThan(attempts / 5);
    }
    // Every operation was called with something that it does when it is asked by its own tenant: nothing is proven by calls that are all refused.
    expect(report.unreached).toEqual(failing);
  }, 240_000);
});

describe(`handlers that are wrong, on ${kind}`, () => {
  const notes = tenantTable('notes', { columns: { id: col.uuid(), text: col.text() } });
  const bind = bindTo([notes]);
  const note = z.object({ id: z.string(), text: z.string() });
  const operation = (name: string, effect: 'read' | 'create', method: 'GET' | 'POST') => ({
    ...{ name, title: name, description: name, access: { scope: effect === 'read' ? 'things:read' : 'things:write' }, effect },
    rest: { method, path: `/${name.replaceAll('_', '-')}` },
  });
  const texts = new Set<string>();
  let latest = '';

  const create = bind(
    defineOperation({ ...operation('notes_create', 'create', 'POST'), input: z.object({ text: z.string() }), output: note }),
    async ({ text }, { db, id }) => {
      const row = { id: id(), text };
      await db.insertInto('notes').values(row).execute();
      texts.add(text);
      latest = text;
      return row;
    },
  );
  const raw = bind(defineOperation({ ...operation('notes_raw', 'read', 'GET'), input: z.object({}), output: z.array(note) }), async (_input, { unsafe }) =>
    (await unsafe('select id, text from notes')).map(({ id, text }) => ({ id: String(id), text: String(text) })),
  );
  const remembers = bind(
    defineOperation({ ...operation('notes_latest', 'read', 'GET'), input: z.object({}), output: z.object({ latest: z.string() }) }),
    () => ({ latest }),
  );
  const compares = bind(
    defineOperation({
      ...operation('notes_check', 'read', 'GET'),
      input: z.object({ text: z.string() }),
      output: z.object({ free: z.literal(true) }),
      errors: ['conflict'],
    }),
    ({ text }) => (texts.has(text) ? refuse('conflict') : { free: true as const }),
  );
  const platform = (...operations: Platform['operations']) => definePlatform({ ...fixtureSpec, name: 'wrong', tables: [notes], operations });

  it('raw SQL that forgot the tenant reveals nothing, for the database holds it to the caller', async () => {
    // Without the layer of the database raw SQL is not run.
    const report = await examined(platform(create, raw), { sets: ['both layers', 'the database alone'] });
    expect(report.findings).toEqual([]);
    expect(holds(report)).toBe(true);
    expect(report.unreached).toEqual([]);
  }, 120_000);

  it('what a handler remembers for everybody is found, whether it is told or only compared', async () => {
    // What lies in no database is the same whatever the database keeps; what is told is recognised as the other tenant's with one of them at the least.
    const report = await examined(platform(create, remembers, compares), { sets: ['both layers', 'the facade alone'] });
    expect(holds(report)).toBe(false);
    const found = new Set(report.findings.map(({ is, target }) => `${is}: ${target}`));
    expect(found).toContain('leak: notes_latest');
    expect(found).toContain('difference: notes_check');
    expect([...new Set(report.findings.map(({ target }) => target))].sort()).toEqual(['notes_check', 'notes_latest']);
  }, 120_000);
});

describe(`what cannot be guessed, on ${kind}`, () => {
  const doors = tenantTable('doors', { columns: { id: col.uuid(), state: col.text<'open' | 'locked'>() } });
  const bind = bindTo([doors]);
  const unlock = (word: z.ZodString) =>
    bind(
      defineOperation({
        ...{ name: 'doors_unlock', title: 'Unlock', description: 'Unlocks a door.', access: { scope: 'things:write' }, effect: 'update' },
        input: z.object({ id: z.uuid(), word }),
        output: z.object({ id: z.string() }),
        errors: ['conflict'],
        rest: { method: 'POST', path: '/doors/:id/unlock' },
      }),
      async ({ id }, { db }) => {
        const found = await db
          .updateTable('doors')
          .set({ state: 'open' })
          .where('id', '=', id)
          .where('state', '=', 'locked')
          .returning('id')
          .executeTakeFirst();
        return found ?? refuse('conflict');
      },
    );
  const word = z.string().regex(/^open [a-z]{6}$/);
  const seed = async ({ tx, id }: SeedContext<DatabaseOf<readonly [typeof doors]>>) => {
    await tx(({ db }) => db.insertInto('doors').values({ id: id(), state: 'locked' }).execute());
    return { doors: 1 };
  };
  const platform = (operation: Platform['operations'][number], more: Pick<PlatformSpec, 'seed'> = {}) =>
    definePlatform({ ...fixtureSpec, name: 'doors', tables: [doors], operations: [operation], ...more });

  it('is said by an example in the schema and by the rows of the seed; without them an operation is reported as not reached', async () => {
    const brief = { sets: ['both layers'], oneIn: 2 } as const;
    expect((await examined(platform(unlock(word)), brief)).unreached).toEqual(['doors_unlock']);
    const told = await examined(platform(unlock(word.meta({ examples: ['open sesame'] })), { seed }), brief);
    expect(told.unreached).toEqual([]);
    expect(told.findings).toEqual([]);
  }, 120_000);
});
