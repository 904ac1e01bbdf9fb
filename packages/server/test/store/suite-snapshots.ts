import { expect, test } from 'vitest';
import { type NewPlace, useStore } from './place.js';
import { type Db, dbOf, snapshotOf, txOf } from './tables.js';
import type { Snapshot } from '../../src/store/unit.js';

export function snapshotCases(newPlace: NewPlace): void {
  const bench = useStore(newPlace);
  const add = (id: string, name = id) => dbOf(bench.store, 'a').insertInto('people').values({ id, name }).execute();
  const ids = async ({ db }: Snapshot<Db>) => (await db.selectFrom('people').select('id').orderBy('id').execute()).map(({ id }) => id);

  test('all readings of a snapshot see the moment of its first one, and keep nobody from writing', async () => {
    await add('1');
    const seen = await snapshotOf(bench.store, 'a', async (snapshot) => {
      const before = await ids(snapshot);
      await add('2');
      await txOf(bench.store, 'a', ({ db }) => db.deleteFrom('people').where('id', '=', '1').execute());
      return [before, await Promise.all([ids(snapshot), ids(snapshot)]), await snapshotOf(bench.store, 'a', ids)];
    });
    expect(seen).toEqual([['1'], [['1'], ['1']], ['2']]);
  });

  test('long readings and short ones at once are each whole', async () => {
    const many = Array.from({ length: 600 }, (_, i) => ({ id: String(i).padStart(4, '0'), name: 'many' }));
    await dbOf(bench.store, 'a').insertInto('people').values(many).execute();
    const [all, one, again] = await snapshotOf(bench.store, 'a', (snapshot) =>
      Promise.all([ids(snapshot), snapshot.db.selectFrom('people').select('name').limit(1).execute(), ids(snapshot)]),
    );
    expect([all, one, again]).toEqual([many.map(({ id }) => id), [{ name: 'many' }], all]);
  });

  test('inside a unit of work a snapshot sees what the unit has written', async () => {
    const seen = await txOf(bench.store, 'a', async ({ db }) => {
      await db.insertInto('people').values({ id: '1', name: '1' }).execute();
      return snapshotOf(bench.store, 'a', ids);
    });
    expect(seen).toEqual(['1']);
  });

  test('a snapshot can only read', async () => {
    await snapshotOf(bench.store, 'a', async ({ db }) => expect(Object.keys(db)).toEqual(['selectFrom']));
  });

  test('a reading that fails, fails the snapshot alone; one that comes too late is refused', async () => {
    let late: Snapshot<Db> | undefined;
    const failed = snapshotOf(bench.store, 'a', async (snapshot) => {
      late = snapshot;
      return snapshot.db
        .selectFrom('missing' as 'people')
        .selectAll()
        .execute();
    });
    await expect(failed).rejects.toThrow();
    await expect(late === undefined ? undefined : ids(late)).rejects.toThrow(/has ended/);
    await add('1');
    expect(await snapshotOf(bench.store, 'a', ids)).toEqual(['1']);
  });

  test('a snapshot that is held for too long ends, and is taken note of', async () => {
    const events: object[] = [];
    const store = await bench.reopen({ txSeconds: 0.05, log: (event) => events.push(event) });
    let goOn = (): void => {};
    const held = snapshotOf(store, 'a', async (snapshot) => {
      await ids(snapshot);
      await new Promise<void>((resolve) => {
        goOn = resolve;
      });
      return ids(snapshot);
    });
    await expect(held).rejects.toMatchObject({ failure: { code: 'timed_out' } });
    goOn();
    expect(events).toEqual([{ event: 'store.snapshot_timed_out', seconds: 0.05 }]);
    expect(await snapshotOf(store, 'a', ids)).toEqual([]);
  });
}
