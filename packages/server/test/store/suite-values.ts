import { expect, test } from 'vitest';
import { type NewPlace, useStore } from './place.js';
import { dbOf } from './tables.js';

const full = {
  ...{ id: 't', number: 1, title: 'One', weight: 1.25, open: false, due: 1_700_000_000_123 },
  ...{ labels: ['x', 'ä'], proof: new Uint8Array([0, 1, 255]), project_id: null, assignee_id: null, parent_id: null },
};

export function valueCases(newPlace: NewPlace): void {
  const bench = useStore(newPlace);

  test('every kind of column comes back as it was stored, in returning and in selects', async () => {
    const db = dbOf(bench.store, 'a');
    expect(await db.insertInto('tickets').values(full).returningAll().executeTakeFirst()).toStrictEqual(full);
    expect(await db.selectFrom('tickets').selectAll().executeTakeFirst()).toStrictEqual(full);
    expect(
      await db.updateTable('tickets as x').set({ number: 2 }).returning(['x.open as o', 'x.labels as l', 'x.proof as p']).executeTakeFirst(),
    ).toStrictEqual({
      ...{ o: false, l: ['x', 'ä'], p: new Uint8Array([0, 1, 255]) },
    });
    expect(await db.deleteFrom('tickets').returning(['open', 'due']).executeTakeFirst()).toStrictEqual({ open: false, due: 1_700_000_000_123 });
  });

  test('aliases, joins, sub-queries, unions and common table expressions keep the kinds', async () => {
    const db = dbOf(bench.store, 'a');
    await db.insertInto('tickets').values(full).execute();
    const expected = { o: false, l: ['x', 'ä'], p: new Uint8Array([0, 1, 255]), d: 1_700_000_000_123 };
    const columns = ['t.open as o', 't.labels as l', 't.proof as p', 't.due as d'] as const;
    const joined = db.selectFrom('tickets as u').leftJoin('tickets as t', 't.id', 'u.id');
    expect(await joined.select(columns).executeTakeFirst()).toStrictEqual(expected);
    expect(await joined.select(columns).distinct().executeTakeFirst()).toStrictEqual(expected);
    const inner = await db
      .selectFrom((eb) => eb.selectFrom('tickets as t').select(columns).as('s'))
      .selectAll()
      .executeTakeFirst();
    expect(inner).toStrictEqual(expected);
    const united = await db
      .with(
        (cte) => cte('s').materialized(),
        (qc) => qc.selectFrom('tickets as t').select(columns).union(qc.selectFrom('tickets as t').select(columns)),
      )
      .selectFrom('s')
      .selectAll()
      .execute();
    expect(united).toStrictEqual([expected]);
    const scalar = await db
      .selectFrom('tickets as u')
      .select((eb) => eb.selectFrom('tickets as t').select('t.open').whereRef('t.id', '=', 'u.id').as('o'))
      .executeTakeFirst();
    expect(scalar).toStrictEqual({ o: false });
  });

  test('null is null in every kind, and an outer join without a match gives nulls', async () => {
    const db = dbOf(bench.store, 'a');
    await db.insertInto('tickets').values({ id: 't', number: 1, title: 'One', labels: null, proof: null, due: null }).execute();
    const row = await db
      .selectFrom('tickets')
      .leftJoin('projects as p', 'p.id', 'tickets.project_id')
      .select(['labels', 'proof', 'due', 'p.budget', 'p.name'])
      .executeTakeFirst();
    expect(row).toStrictEqual({ labels: null, proof: null, due: null, budget: null, name: null });
  });

  test('JSON keeps what looks like something else, and can be filtered by a field', async () => {
    const db = dbOf(bench.store, 'a');
    await db
      .insertInto('tickets')
      .values([
        { ...full, labels: ['1', 'null', '"'] },
        { ...full, id: 'u', number: 2, labels: { a: 1 } },
        { ...full, id: 'v', number: 3, labels: [] },
      ])
      .execute();
    expect((await db.selectFrom('tickets').select('labels').orderBy('number').execute()).map(({ labels }) => labels)).toStrictEqual([
      ['1', 'null', '"'],
      { a: 1 },
      [],
    ]);
    expect(await db.selectFrom('tickets').select('id').where('labels', '=', { a: 1 }).execute()).toEqual([{ id: 'u' }]);
    expect(
      await db
        .selectFrom('tickets')
        .select('id')
        .where((eb) => eb(eb.ref('labels', '->>').key('a' as never), '=', 1 as never))
        .execute(),
    ).toEqual([{ id: 'u' }]);
  });

  test('booleans can be compared, counted numbers are numbers, and text is not quoted twice', async () => {
    const db = dbOf(bench.store, 'a');
    await db
      .insertInto('tickets')
      .values([full, { ...full, id: 'u', number: 2, open: true, title: 'O\'Neil "x" ; --' }])
      .execute();
    expect(await db.selectFrom('tickets').select('title').where('open', '=', true).execute()).toEqual([{ title: 'O\'Neil "x" ; --' }]);
    expect(await db.selectFrom('tickets').select('id').where('open', 'is', false).execute()).toEqual([{ id: 't' }]);
    const totals = await db
      .selectFrom('tickets')
      .select((eb) => [eb.fn.countAll<number>().as('n'), eb.fn.sum<number>('weight').as('w'), eb.fn.max('number').as('m')])
      .executeTakeFirst();
    expect(totals).toStrictEqual({ n: 2, w: 2.5, m: 2 });
  });

  test('a whole number beyond 2^53 is refused when read, from a column and from a sum', async () => {
    const { store } = bench;
    const db = dbOf(store, 'a');
    await db
      .insertInto('tickets')
      .values({ ...full, number: Number.MAX_SAFE_INTEGER })
      .execute();
    expect(await db.selectFrom('tickets').select('number').executeTakeFirst()).toEqual({ number: Number.MAX_SAFE_INTEGER });
    await bench.raw('update tickets set number = 9007199254740993');
    await expect(db.selectFrom('tickets').select('number').execute()).rejects.toThrow(/"number".*2\^53/);
    await expect(
      db
        .selectFrom('tickets')
        .select((eb) => eb.fn.max('number').as('top'))
        .execute(),
    ).rejects.toThrow(/"top".*2\^53/);
  });

  test.each([
    ['a bigint', 5n, /"number".*bigint/],
    ['NaN', Number.NaN, /"number".*NaN/],
    ['Infinity', Number.POSITIVE_INFINITY, /"number".*Infinity/],
    ['a fraction', 1.5, /"number".*whole/],
    ['text', '5', /"number".*text|"number".*string/],
    ['a Date', new Date(0), /"number".*Date/],
    ['an object', { a: 1 }, /"number"/],
    ['a boolean', true, /"number".*boolean/],
    ['more than 2^53', 2 ** 53, /"number".*2\^53/],
  ])('%s is refused for a number, with the column named, in inserts and updates', async (_, value, message) => {
    const db = dbOf(bench.store, 'a');
    const wrong = value as number;
    await expect(
      db
        .insertInto('tickets')
        .values({ ...full, number: wrong })
        .execute(),
    ).rejects.toThrow(message);
    await expect(db.updateTable('tickets').set({ number: wrong }).execute()).rejects.toThrow(message);
    expect(await db.selectFrom('tickets').select('id').execute()).toEqual([]);
  });

  test('undefined, bigint and NaN in a comparison are refused with the column named', async () => {
    const db = dbOf(bench.store, 'a');
    for (const value of [undefined, 5n, Number.NaN]) {
      await expect(
        db
          .selectFrom('tickets')
          .select('id')
          .where('number', '=', value as number)
          .execute(),
      ).rejects.toThrow(/"number"/);
      await expect(
        db
          .selectFrom('tickets')
          .select('id')
          .where('number', 'in', [1, value as number])
          .execute(),
      ).rejects.toThrow(/"number"/);
    }
  });

  test('a broken constraint tells what kind it was, without values', async () => {
    const db = dbOf(bench.store, 'a');
    await db.insertInto('tickets').values(full).execute();
    await expect(
      db
        .insertInto('tickets')
        .values({ ...full, id: 'u' })
        .execute(),
    ).rejects.toMatchObject({ violation: 'unique', table: 'tickets', columns: ['number'] });
    await expect(
      db
        .insertInto('tickets')
        .values({ ...full, id: 'u', number: 2, project_id: 'none' })
        .execute(),
    ).rejects.toMatchObject({ violation: 'reference' });
    await expect(
      db
        .updateTable('tickets')
        .set({ title: null as unknown as string })
        .execute(),
    ).rejects.toMatchObject({ violation: 'not_null' });
  });
}
