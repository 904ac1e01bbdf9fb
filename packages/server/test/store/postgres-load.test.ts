import { refuse } from '@gatehouse/contract';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { PostgresStoreOptions } from '../../src/store/postgres/index.js';
import type { Store } from '../../src/store/store.js';
import { UnavailableError } from '../../src/domain/unavailable-error.js';
import { key, tenant, hashOf } from './place.js';
import { PostgresPlace } from './postgres-place.js';
import { dbOf, tables, txOf } from './tables.js';

let place: PostgresPlace;
let store: Store;

beforeAll(async () => {
  place = await PostgresPlace.make();
});
beforeEach(async () => {
  await open({});
  for (const id of ['a', 'b']) await store.tenants.create(tenant(id));
});
afterEach(async () => {
  await store.close();
  await place.empty();
});
afterAll(() => place.remove());

async function open(more: Partial<PostgresStoreOptions>): Promise<void> {
  await store?.close();
  store = await place.open({ tables, ...more });
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const read = (of: string) => dbOf(store, of).selectFrom('people').select('id').execute();
const add = (of: string, id: string) => dbOf(store, of).insertInto('people').values({ id, name: id }).execute();

test('200 units of one tenant that wait keep neither a read nor a write of another waiting, nor a look-up, nor a revocation of its own', async () => {
  await store.keys.create('a', key('k'));
  let done = 0;
  const units = Array.from({ length: 200 }, (_, index) =>
    txOf(store, 'a', async (unit) => {
      await unit.db
        .insertInto('people')
        .values({ id: `p${index}`, name: 'P' })
        .execute();
      await pause(10);
      done += 1;
    }),
  );
  const others: Record<string, () => Promise<unknown>> = {
    read: () => read('b'),
    write: () => add('b', 'x'),
    unit: () => txOf(store, 'b', () => add('b', 'y')),
    'look-up': async () => store.keys.findByHash(hashOf('k')),
    revocation: () => store.keys.revoke('a', 'k', 1),
    'read of its own': () => read('a'),
  };
  for (const [name, other] of Object.entries(others)) {
    const before = done;
    await other();
    expect(done - before, name).toBeLessThan(20);
  }
  expect(done).toBeLessThan(100);
  await Promise.all(units);
  expect(await read('a')).toHaveLength(200);
});

test('many more units than connections are all done, with no more connections than there may be', async () => {
  await open({ connections: 3 });
  let open_ = 0;
  let most = 0;
  const names = Array.from({ length: 30 }, (_, index) => `t${index}`);
  const seen = async () =>
    Number((await place.raw("select count(*) as n from pg_stat_activity where datname = current_database() and application_name = 'gatehouse'"))[0]?.n);
  const work = Promise.all(
    names.map((name) =>
      txOf(store, name, async (unit) => {
        open_ += 1;
        most = Math.max(most, open_);
        await unit.db.insertInto('people').values({ id: 'x', name }).execute();
        await pause(5);
        open_ -= 1;
      }),
    ),
  );
  const reads = Promise.all(Array.from({ length: 300 }, (_, index) => read(`t${index % 30}`)));
  expect(await seen()).toBeLessThanOrEqual(3);
  await Promise.all([work, reads]);
  expect(most).toBeLessThanOrEqual(3);
  expect(await place.raw('select count(*) as n from people')).toEqual([{ n: 30 }]);
  expect(await seen()).toBe(3);
});

test('who cannot have a connection in time is told so, and whoever has one keeps it', async () => {
  await open({ connections: 1, waitSeconds: 0.2 });
  let go = (): void => {};
  const held = new Promise<void>((resolve) => {
    go = resolve;
  });
  const unit = txOf(store, 'a', async () => {
    await add('a', '1');
    await held;
    await add('a', '2');
  });
  await expect(read('b')).rejects.toBeInstanceOf(UnavailableError);
  await expect(add('b', 'x')).rejects.toMatchObject({ inDoubt: false });
  expect(await store.keys.findByHash(hashOf('k'))).toBeUndefined();
  go();
  await unit;
  expect(await read('a')).toEqual([{ id: '1' }, { id: '2' }]);
});

const ENDLESS = 'with recursive n (i) as (select 1 union all select i + 1 from n where i < 2000000000) select count(*) as n from n';
const running = async () =>
  Number(
    (await place.raw("select count(*) as n from pg_stat_activity where datname = current_database() and state = 'active' and query like 'with recursive%'"))[0]
      ?.n,
  );

test('a statement that still runs when its unit has had its time is cancelled, and the connection serves the next', async () => {
  await open({ connections: 1, txSeconds: 0.2 });
  const work = txOf(store, 'a', async () => {
    await add('a', '1');
    await store.unsafe('a', ENDLESS);
  });
  await expect(work).rejects.toEqual(refuse('timed_out', 'This took longer than 0.2 s and was undone.', { retryAfterSeconds: 1 }));
  expect(await running()).toBe(0);
  for (let turn = 0; turn < 20; turn += 1) expect(await read('a')).toEqual([]);
});

test('a statement that takes longer than one may is cancelled, and the caller is told to come again', async () => {
  await open({ statementSeconds: 0.3 });
  await expect(store.unsafe('a', ENDLESS)).rejects.toMatchObject({ name: 'UnavailableError', inDoubt: false });
  await txOf(store, 'a', async () => {
    await add('a', '1');
    await expect(store.unsafe('a', ENDLESS)).rejects.toBeInstanceOf(UnavailableError);
    await add('a', '2');
  });
  expect(await running()).toBe(0);
  expect(await read('a')).toEqual([{ id: '1' }, { id: '2' }]);
});

test('inside a unit raw SQL changes nothing either, and what follows it may', async () => {
  await txOf(store, 'a', async () => {
    await add('a', '1');
    expect(await store.unsafe('a', 'select id from people')).toEqual([{ id: '1' }]);
    expect(await store.unsafe('b', 'select id from people')).toEqual([]);
    await add('a', '2');
    await store.keys.create('a', key('k'));
    await add('b', '3');
  });
  expect([await read('a'), await read('b')]).toEqual([[{ id: '1' }, { id: '2' }], [{ id: '3' }]]);
  expect(await store.keys.find('a', 'k')).toBeDefined();
});

test('of two units that wait for each other’s tenant one is told to come again, and the other is done', async () => {
  const both = ([one, other]: readonly [string, string]) =>
    txOf(store, one, async () => {
      await add(one, `${one}${other}`);
      await pause(50);
      await txOf(store, other, () => add(other, `${one}${other}`));
    });
  const outcomes = await Promise.allSettled([both(['a', 'b']), both(['b', 'a'])]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { name: 'UnavailableError', inDoubt: false } });
  expect((await place.raw('select id from people')).map(({ id }) => id)).toHaveLength(2);
});

test('two processes add to one number as often as they say: units of a tenant are one after another in all of them', async () => {
  const other = await place.open({ tables });
  try {
    await dbOf(store, 'a').insertInto('tickets').values({ id: 't', number: 0, title: 'T' }).execute();
    const increment = (of: Store) =>
      txOf(of, 'a', async ({ db }) => {
        const { number } = await db.selectFrom('tickets').select('number').executeTakeFirstOrThrow();
        await db
          .updateTable('tickets')
          .set({ number: number + 1 })
          .execute();
      });
    await Promise.all(Array.from({ length: 60 }, (_, index) => increment(index % 2 === 0 ? store : other)));
    expect(await dbOf(store, 'a').selectFrom('tickets').select('number').execute()).toEqual([{ number: 60 }]);
  } finally {
    await other.close();
  }
});

test('look-ups of one turn are one statement, and each sees what was committed before it was asked', async () => {
  const created = Array.from({ length: 50 }, (_, index) => key(`k${index}`));
  for (const one of created) {
    await store.keys.create('a', one);
    const [found, missing, again] = await Promise.all([
      store.keys.findByHash(one.hash),
      store.keys.findByHash(hashOf('nothing')),
      store.keys.findByHash(one.hash),
    ]);
    expect([found?.key.id, missing, again?.key.id]).toEqual([one.id, undefined, one.id]);
  }
  const found = await Promise.all(created.map(async ({ hash }) => (await store.keys.findByHash(hash))?.key.id));
  expect(found).toEqual(created.map(({ id }) => id));
});
