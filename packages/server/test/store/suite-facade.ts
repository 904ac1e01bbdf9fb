import { expect, test } from 'vitest';
import { type NewPlace, useStore } from './place.js';
import { dbOf } from './tables.js';

/** Written as a handler's author writes: every query here is typed from the declarations, without a cast. */
export function facadeCases(newPlace: NewPlace): void {
  const bench = useStore(newPlace);

  test('insert gives back what was asked for, with the defaults that the database filled in', async () => {
    const db = dbOf(bench.store, 'a');
    const made = await db
      .insertInto('tickets')
      .values({ id: 't', number: 1, title: 'One' })
      .returning(['id', 'open', 'weight', 'due'])
      .executeTakeFirstOrThrow();
    const typed: { id: string; open: boolean; weight: number; due: number | null } = made;
    expect(typed).toEqual({ id: 't', open: true, weight: 0.5, due: null });
  });

  test('rows that leave out different columns each get their defaults', async () => {
    const db = dbOf(bench.store, 'a');
    await db
      .insertInto('tickets')
      .values([
        { id: 't', number: 1, title: 'One', open: false },
        { id: 'u', number: 2, title: 'Two', weight: 2 },
      ])
      .execute();
    expect(await db.selectFrom('tickets').select(['open', 'weight']).orderBy('number').execute()).toEqual([
      { open: false, weight: 0.5 },
      { open: true, weight: 2 },
    ]);
  });

  test('select joins, filters, orders, groups and pages', async () => {
    const db = dbOf(bench.store, 'a');
    await db
      .insertInto('projects')
      .values([
        { id: 'p', name: 'P' },
        { id: 'q', name: 'Q' },
      ])
      .execute();
    await db
      .insertInto('tickets')
      .values([1, 2, 3].map((number) => ({ id: `t${number}`, number, title: `T${number}`, project_id: number < 3 ? 'p' : 'q', open: number !== 2 })))
      .execute();
    const rows = await db
      .selectFrom('tickets as t')
      .innerJoin('projects as p', 'p.id', 't.project_id')
      .select(['t.title', 'p.name as project', 't.open'])
      .where('t.number', '>', 1)
      .where((eb) => eb.or([eb('t.open', '=', true), eb('p.name', '=', 'P')]))
      .orderBy('t.number', 'desc')
      .limit(5)
      .offset(0)
      .execute();
    expect(rows).toEqual([
      { title: 'T3', project: 'Q', open: true },
      { title: 'T2', project: 'P', open: false },
    ]);
    const counts = await db
      .selectFrom('projects')
      .leftJoin('tickets', 'tickets.project_id', 'projects.id')
      .select((eb) => ['projects.name', eb.fn.count<number>('tickets.id').as('tickets')])
      .groupBy('projects.name')
      .orderBy('projects.name')
      .execute();
    expect(counts).toEqual([
      { name: 'P', tickets: 2 },
      { name: 'Q', tickets: 1 },
    ]);
  });

  test('update and delete tell how many rows they met', async () => {
    const db = dbOf(bench.store, 'a');
    await db
      .insertInto('tickets')
      .values([
        { id: 't', number: 1, title: 'One' },
        { id: 'u', number: 2, title: 'Two' },
      ])
      .execute();
    const updated = await db
      .updateTable('tickets')
      .set({ open: false, labels: ['done'] })
      .where('number', '=', 1)
      .executeTakeFirstOrThrow();
    expect(updated.numUpdatedRows).toBe(1n);
    expect(
      await db
        .updateTable('tickets')
        .set((eb) => ({ number: eb('number', '+', 10) }))
        .where('id', '=', 't')
        .returning('number')
        .executeTakeFirst(),
    ).toEqual({ number: 11 });
    expect((await db.deleteFrom('tickets').where('open', '=', true).executeTakeFirstOrThrow()).numDeletedRows).toBe(1n);
    expect(await db.selectFrom('tickets').select(['id', 'labels']).execute()).toEqual([{ id: 't', labels: ['done'] }]);
  });

  test('an upsert by id or by a unique changes the row that is there', async () => {
    const db = dbOf(bench.store, 'a');
    const upsert = (id: string, title: string) =>
      db
        .insertInto('tickets')
        .values({ id, number: 1, title })
        .onConflict((conflict) => conflict.column('number').doUpdateSet((eb) => ({ title: eb.ref('excluded.title') })))
        .returning(['id', 'title'])
        .executeTakeFirst();
    expect(await upsert('t', 'One')).toEqual({ id: 't', title: 'One' });
    expect(await upsert('other', 'Two')).toEqual({ id: 't', title: 'Two' });
    const nothing = await db
      .insertInto('tickets')
      .values({ id: 't', number: 9, title: 'Nine' })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .executeTakeFirstOrThrow();
    expect(nothing.numInsertedOrUpdatedRows).toBe(0n);
    expect(
      await db
        .insertInto('tickets')
        .values({ id: 't', number: 9, title: 'Nine' })
        .onConflict((conflict) => conflict.doNothing())
        .returning('id')
        .execute(),
    ).toEqual([]);
  });

  test('common table expressions, sub-queries, unions and recursion work', async () => {
    const db = dbOf(bench.store, 'a');
    await db
      .insertInto('tickets')
      .values([1, 2, 3].map((number) => ({ id: `t${number}`, number, title: `T${number}`, parent_id: number > 1 ? `t${number - 1}` : null })))
      .execute();
    const open = await db
      .with('late', (qc) => qc.selectFrom('tickets').selectAll().where('number', '>', 1))
      .selectFrom('late')
      .select(['late.id', 'late.open'])
      .where('late.id', 'in', (eb) => eb.selectFrom('tickets').select('tickets.id').where('tickets.title', 'like', 'T%'))
      .orderBy('late.id')
      .execute();
    expect(open).toEqual([
      { id: 't2', open: true },
      { id: 't3', open: true },
    ]);
    const both = await db
      .selectFrom('tickets')
      .select(['id', 'open'])
      .where('number', '=', 1)
      .unionAll((eb) => eb.selectFrom('tickets').select(['id', 'open']).where('number', '=', 3))
      .execute();
    expect(both).toHaveLength(2);
    const tree = await db
      .with('first', (qc) => qc.selectFrom('tickets').select('id').where('number', '=', 1))
      .withRecursive('tree', (qc) =>
        qc
          .selectFrom('tickets')
          .innerJoin('first', 'first.id', 'tickets.id')
          .select(['tickets.id', 'tickets.open', 'tickets.labels'])
          .unionAll(qc.selectFrom('tickets').innerJoin('tree', 'tree.id', 'tickets.parent_id').select(['tickets.id', 'tickets.open', 'tickets.labels'])),
      )
      .selectFrom('tree')
      .select(['tree.id', 'tree.open'])
      .orderBy('tree.id')
      .execute();
    expect(tree).toEqual([1, 2, 3].map((number) => ({ id: `t${number}`, open: true })));
  });

  test('insert from a select, update from a join, and delete by a sub-query stay typed', async () => {
    const db = dbOf(bench.store, 'a');
    await db.insertInto('projects').values({ id: 'p', name: 'P', budget: 7.5 }).execute();
    await db
      .insertInto('people')
      .columns(['id', 'name'])
      .expression((eb) => eb.selectFrom('projects').select(['projects.id', 'projects.name']))
      .execute();
    expect(await db.selectFrom('people').selectAll().execute()).toEqual([{ id: 'p', name: 'P' }]);
    await db
      .updateTable('people')
      .from('projects')
      .set((eb) => ({ name: eb.ref('projects.id') }))
      .whereRef('projects.id', '=', 'people.id')
      .execute();
    expect(await db.selectFrom('people').select('name').execute()).toEqual([{ name: 'p' }]);
    await db
      .deleteFrom('people')
      .where((eb) => eb.exists(eb.selectFrom('projects').select('projects.id').whereRef('projects.id', '=', 'people.id')))
      .execute();
    expect(await db.selectFrom('people').selectAll().execute()).toEqual([]);
  });

  test('the facade has five verbs and nothing else', () => {
    expect(Object.keys(bench.store.db('a')).sort()).toEqual(['deleteFrom', 'insertInto', 'selectFrom', 'updateTable', 'with']);
  });
}
