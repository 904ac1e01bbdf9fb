import { expect, test } from 'vitest';
import { key, type NewPlace, useStore } from './place.js';
import { leastStall } from './stall.js';
import { dbOf, txOf } from './tables.js';

export function loadCases(newPlace: NewPlace): void {
  const bench = useStore(newPlace);

  test('while a unit waits a second and then throws, 100 keys are made and revoked: what was acknowledged holds, and nothing stalls', async () => {
    const answers: (readonly [id: string, made: string, revoked: string | undefined])[] = [];
    const stall = await leastStall(async (attempt) => {
      const failing = txOf(bench.store, 'a', async (unit) => {
        await unit.db.insertInto('people').values({ id: 'x', name: 'X' }).execute();
        await new Promise((resolve) => setTimeout(resolve, 1_000));
        throw new Error('after a second');
      });
      const acknowledged = Promise.all(
        Array.from({ length: 100 }, async (_, index) => {
          const id = `k${attempt}-${index}`;
          const made = await bench.store.keys.create('a', key(id));
          return [id, made, index % 2 === 0 ? await bench.store.keys.revoke('a', id, 5_000) : undefined] as const;
        }),
      );
      await expect(failing).rejects.toThrow('after a second');
      answers.push(...(await acknowledged));
    });
    expect(stall).toBeLessThan(50);
    expect(new Set(answers.map(([, made]) => made))).toEqual(new Set(['created']));
    expect(answers.filter(([, , revoked]) => revoked === 'revoked')).toHaveLength(answers.length / 2);
    const again = await bench.reopen();
    for (const [id, , revoked] of answers) {
      expect((await again.keys.find('a', id))?.revokedAt).toBe(revoked === 'revoked' ? 5_000 : null);
    }
    expect(await dbOf(again, 'a').selectFrom('people').selectAll().execute()).toEqual([]);
  });

  test('of writes that are committed together, one that fails takes no other with it', async () => {
    const { store } = bench;
    const outcomes = await Promise.allSettled(
      Array.from({ length: 60 }, (_, index) =>
        dbOf(store, 'a')
          .insertInto('people')
          .values({ id: `p${index % 40}`, name: String(index) })
          .execute(),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(40);
    expect(await bench.raw('select count(*) as n from people')).toEqual([{ n: 40 }]);
  });

  test('two thousand writes at once are all done, in the order they came, and nothing stalls', async () => {
    const order: number[] = [];
    let attempts = 0;
    const stall = await leastStall(async (attempt) => {
      attempts += 1;
      order.splice(0);
      await Promise.all(Array.from({ length: 2_000 }, (_, index) => bench.store.keys.create('a', key(`k${attempt}-${index}`)).then(() => order.push(index))));
    });
    expect(order).toEqual(Array.from({ length: 2_000 }, (_, index) => index));
    expect(await bench.store.keys.list('a', {})).toHaveLength(2_000 * attempts);
    expect(stall).toBeLessThan(50);
  });

  test('close waits for what was taken, refuses what comes after, and everything is there when opened again', async () => {
    const { store } = bench;
    const unit = txOf(store, 'a', async ({ db }) => {
      await new Promise((resolve) => setImmediate(resolve));
      await db.insertInto('people').values({ id: 'x', name: 'X' }).execute();
    });
    const writes = Promise.all(Array.from({ length: 20 }, (_, index) => store.keys.create('a', key(`k${index}`))));
    const closed = store.close();
    await expect(store.keys.create('a', key('late'))).rejects.toThrow(/closed/);
    await Promise.all([unit, writes, closed, store.close()]);
    const again = await bench.reopen();
    expect(await again.keys.list('a', {})).toHaveLength(20);
    expect(await dbOf(again, 'a').selectFrom('people').select('id').execute()).toEqual([{ id: 'x' }]);
    expect(await again.tenants.find('a')).toBeDefined();
  });
}
