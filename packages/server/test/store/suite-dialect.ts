import { beforeEach, expect, test } from 'vitest';
import { type NewPlace, useStore } from './place.js';
import { dbOf } from './tables.js';

/** What the two databases would each do in their own way, and do alike here. */
export function dialectCases(newPlace: NewPlace): void {
  const bench = useStore(newPlace);

  beforeEach(async () => {
    await dbOf(bench.store, 'a')
      .insertInto('tickets')
      .values([
        { id: 'one', number: 1, title: 'Ärger', weight: 0.5, due: 30, labels: { a: 1 } },
        { id: 'two', number: 2, title: 'berta', weight: 1.5, due: null, labels: { a: '1' } as never },
        { id: 'three', number: 3, title: 'Anton 50%', weight: 2.5, due: 10, labels: null },
        { id: 'four', number: 4, title: 'anna\\', weight: -2.5, due: null, labels: ['x'] },
      ])
      .execute();
  });
  const tickets = () => dbOf(bench.store, 'a').selectFrom('tickets');
  const idsOf = async (query: { execute(): Promise<{ id: string }[]> }) => (await query.execute()).map(({ id }) => id);

  test('nulls come before everything else, and last where the order is turned round, unless it is said', async () => {
    const by = (direction: 'asc' | 'desc') => tickets().select('id').orderBy('due', direction).orderBy('number');
    expect(await idsOf(by('asc'))).toEqual(['two', 'four', 'three', 'one']);
    expect(await idsOf(by('desc'))).toEqual(['one', 'three', 'two', 'four']);
    const said = tickets()
      .select('id')
      .orderBy('due', (order) => order.asc().nullsLast())
      .orderBy('number');
    expect(await idsOf(said)).toEqual(['three', 'one', 'two', 'four']);
    const joined = dbOf(bench.store, 'a')
      .selectFrom('tickets as t')
      .leftJoin('projects as p', 'p.id', 't.project_id')
      .select('t.id')
      .orderBy('p.name')
      .orderBy('t.number', 'desc');
    expect(await idsOf(joined)).toEqual(['four', 'three', 'two', 'one']);
    const hidden = tickets().select(['id', 'due as number']).orderBy('number').orderBy('id');
    expect(await idsOf(hidden)).toEqual(['four', 'two', 'three', 'one']);
  });

  test('text is in the order of its bytes, and without regard to case where that is asked', async () => {
    expect(await idsOf(tickets().select('id').orderBy('title'))).toEqual(['three', 'four', 'two', 'one']);
    const folded = tickets()
      .select('id')
      .orderBy('title', (order) => order.collate('nocase').desc());
    expect(await idsOf(folded)).toEqual(['one', 'two', 'three', 'four']);
  });

  test('like knows no case of ASCII letters, and no escape', async () => {
    expect(await idsOf(tickets().select('id').where('title', 'like', 'AN%').orderBy('id'))).toEqual(['four', 'three']);
    expect(await idsOf(tickets().select('id').where('title', 'like', 'ä%'))).toEqual([]);
    expect(await idsOf(tickets().select('id').where('title', 'like', '%\\'))).toEqual(['four']);
    expect(await idsOf(tickets().select('id').where('title', 'not like', 'a%').orderBy('id'))).toEqual(['one', 'two']);
  });

  test('nothing is in an empty list, and everything is not', async () => {
    expect(await idsOf(tickets().select('id').where('number', 'in', []))).toEqual([]);
    expect(await idsOf(tickets().select('id').where('number', 'not in', []).where('due', 'is not', null).orderBy('id'))).toEqual(['one', 'three']);
  });

  test('what may be null is compared with another column by is', async () => {
    await dbOf(bench.store, 'a').insertInto('people').values({ id: 'p', name: 'P' }).execute();
    await dbOf(bench.store, 'a').updateTable('tickets').set({ assignee_id: 'p' }).where('number', '>', 2).execute();
    expect(await idsOf(tickets().select('id').whereRef('assignee_id', 'is', 'project_id').orderBy('id'))).toEqual(['one', 'two']);
    expect(await idsOf(tickets().select('id').whereRef('assignee_id', 'is not', 'project_id').orderBy('id'))).toEqual(['four', 'three']);
  });

  test('a field of JSON is compared as the kind that it has', async () => {
    const field = (value: unknown) =>
      tickets()
        .select('id')
        .where((eb) => eb(eb.ref('labels', '->>').key('a' as never), '=', value as never))
        .orderBy('id');
    expect(await idsOf(field(1))).toEqual(['one']);
    const more = tickets()
      .select('id')
      .where((eb) => eb(eb.ref('labels', '->>').key('a' as never), '>', 0 as never))
      .where('number', '=', 1);
    expect(await idsOf(more)).toEqual(['one']);
    const position = tickets()
      .select('id')
      .where((eb) => eb(eb.ref('labels', '->>').at(0 as never), '=', 'x' as never));
    expect(await idsOf(position)).toEqual(['four']);
    const deep = await tickets()
      .select((eb) =>
        eb
          .ref('labels', '->')
          .key('a' as never)
          .as('json'),
      )
      .where('number', '=', 1)
      .execute();
    expect(deep).toEqual([{ json: '1' }]);
  });

  test('numbers add up, divide and round alike, and are numbers', async () => {
    const row = await tickets()
      .select((eb) => [
        eb.fn.sum('number').as('sum'),
        eb.fn.avg('number').as('mean'),
        eb.fn.sum('weight').as('weights'),
        eb.fn.min('due').as('least'),
        eb.fn.count('due').as('known'),
      ])
      .executeTakeFirstOrThrow();
    expect(row).toStrictEqual({ sum: 10, mean: 2.5, weights: 2, least: 10, known: 2 });
    const each = await tickets()
      .select((eb) => [
        eb.fn<number>('round', ['weight']).as('whole'),
        eb.fn<number>('round', [eb('weight', '*', 1.11), eb.val(1)]).as('tenth'),
        eb('number', '/', 2).as('half'),
        eb('number', '%', 2).as('rest'),
        eb.val(5).as('five'),
        eb.val('x').as('word'),
      ])
      .orderBy('number', 'desc')
      .limit(2)
      .execute();
    expect(each).toStrictEqual([
      { whole: -3, tenth: -2.8, half: 2, rest: 0, five: 5, word: 'x' },
      { whole: 3, tenth: 2.8, half: 1, rest: 1, five: 5, word: 'x' },
    ]);
  });

  test('parts of text, defaults and cases take the values that are given', async () => {
    const rows = await tickets()
      .select((eb) => [
        eb.fn<string>('substr', ['title', eb.val(1), eb.val(3)]).as('start'),
        eb.fn.coalesce('due', eb.val(0)).as('due'),
        eb.case().when('number', '>', 2).then('late').else('early').end().as('when'),
        eb.fn<number>('length', ['title']).as('length'),
        eb.fn<string>('upper', ['title']).as('loud'),
      ])
      .orderBy('number')
      .limit(2)
      .offset(0)
      .execute();
    expect(rows).toStrictEqual([
      { start: 'Ärg', due: 30, when: 'early', length: 5, loud: 'ÄRGER' },
      { start: 'ber', due: 0, when: 'early', length: 5, loud: 'BERTA' },
    ]);
  });

  test('a text with a quote, a backslash, a dollar or a question mark is a text', async () => {
    const title = `a'b"c\\d$1?e; -- /* {}`;
    await dbOf(bench.store, 'a').updateTable('tickets').set({ title }).where('id', '=', 'one').execute();
    expect(await tickets().select(['id', 'title']).where('title', '=', title).execute()).toEqual([{ id: 'one', title }]);
  });

  test('a statement that comes again, with other values, is answered anew', async () => {
    const count = async (least: number) => (await tickets().select('id').where('number', '>=', least).execute()).length;
    for (const [least, found] of [
      [1, 4],
      [2, 3],
      [3, 2],
      [4, 1],
      [5, 0],
      [2 ** 40, 0],
      [1.5, 3],
      [1, 4],
    ] as const)
      expect(await count(least)).toBe(found);
  });
}
