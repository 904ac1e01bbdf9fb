import { Refusal, refuse } from '@gatehouse/contract';
import { expect, test } from 'vitest';
import type { Tag } from '../../src/domain/principal.js';
import type { Unit } from '../../src/store/unit.js';
import { addUser, key, type NewPlace, tenant, useStore, hashOf } from './place.js';
import { type Db, dbOf, txOf } from './tables.js';

interface Gate {
  readonly opened: Promise<void>;
  open(): void;
}

function gate(): Gate {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

export function unitCases(newPlace: NewPlace): void {
  const bench = useStore(newPlace);
  const add = (unit: Pick<Unit<Db>, 'db'>, id: string) => unit.db.insertInto('people').values({ id, name: id }).execute();
  const ids = async (): Promise<string[]> => (await dbOf(bench.store, 'a').selectFrom('people').select('id').orderBy('id').execute()).map(({ id }) => id);

  test('what a unit did is there when it settles, and its value comes through', async () => {
    const value = await txOf(bench.store, 'a', async (unit) => {
      await Promise.all([add(unit, '1'), add(unit, '2'), add(unit, '3')]);
      return unit.db
        .selectFrom('people')
        .select((eb) => eb.fn.countAll<number>().as('n'))
        .executeTakeFirst();
    });
    expect(value).toEqual({ n: 3 });
    expect(await ids()).toEqual(['1', '2', '3']);
  });

  test('until a unit has settled, others see the state before', async () => {
    const [inside, outside] = [gate(), gate()];
    const work = txOf(bench.store, 'a', async (unit) => {
      await add(unit, '1');
      inside.open();
      await outside.opened;
    });
    await inside.opened;
    expect(await ids()).toEqual([]);
    outside.open();
    await work;
    expect(await ids()).toEqual(['1']);
  });

  test('a unit that throws is undone, and the error comes through', async () => {
    const failure = new Error('mine');
    const work = txOf(bench.store, 'a', async (unit) => {
      await add(unit, '1');
      throw failure;
    });
    await expect(work).rejects.toBe(failure);
    expect(await ids()).toEqual([]);
  });

  test('a unit that returns a refusal is undone, and returns it', async () => {
    const refusal = refuse('conflict');
    const value = await txOf(bench.store, 'a', async (unit) => {
      await add(unit, '1');
      return refusal;
    });
    expect(value).toBe(refusal);
    expect(await ids()).toEqual([]);
  });

  test('a statement that fails and is caught undoes itself only', async () => {
    await txOf(bench.store, 'a', async (unit) => {
      await add(unit, '1');
      await expect(add(unit, '1')).rejects.toMatchObject({ violation: 'unique' });
      await add(unit, '2');
    });
    expect(await ids()).toEqual(['1', '2']);
  });

  test('an inner unit that throws or refuses undoes its part only', async () => {
    await txOf(bench.store, 'a', async (unit) => {
      await add(unit, '1');
      const thrown = txOf(bench.store, 'a', async (inner) => {
        await add(inner, '2');
        throw new Error('inner');
      });
      await expect(thrown).rejects.toThrow('inner');
      const refused = await txOf(bench.store, 'a', async (inner) => {
        await add(inner, '3');
        await txOf(bench.store, 'a', (deep) => add(deep, '4'));
        return refuse('conflict');
      });
      expect(refused).toBeInstanceOf(Refusal);
      await txOf(bench.store, 'a', (inner) => add(inner, '5'));
    });
    expect(await ids()).toEqual(['1', '5']);
  });

  test('inner units side by side do not undo each other, nor what is done beside them', async () => {
    await txOf(bench.store, 'a', async (unit) => {
      const good = txOf(bench.store, 'a', async (inner) => {
        await add(inner, 'good');
        await new Promise((resolve) => setImmediate(resolve));
        await add(inner, 'better');
      });
      const bad = txOf(bench.store, 'a', async (inner) => {
        await add(inner, 'bad');
        await new Promise((resolve) => setImmediate(resolve));
        throw new Error('bad');
      });
      await Promise.all([good, expect(bad).rejects.toThrow('bad'), add(unit, 'beside')]);
    });
    expect(await ids()).toEqual(['beside', 'better', 'good']);
  });

  test("the outer unit's own handle, used inside an inner one, belongs to the inner one", async () => {
    await txOf(bench.store, 'a', async (unit) => {
      const inner = txOf(bench.store, 'a', async () => {
        await add(unit, '1');
        throw new Error('inner');
      });
      await expect(inner).rejects.toThrow('inner');
      await add(unit, '2');
    });
    expect(await ids()).toEqual(['2']);
  });

  test('upkeep that a unit set off, and that outlives it, is written on its own', async () => {
    const { store } = bench;
    await store.keys.create('a', key('k'));
    const later = gate();
    let upkeep: Promise<void> = Promise.resolve();
    await store.tx('a', async () => {
      upkeep = later.opened.then(async () => {
        await store.keys.touch(new Map([['k', 5_000]]));
      });
    });
    later.open();
    await upkeep;
    expect((await store.keys.find('a', 'k'))?.lastUsedAt).toBe(5_000);
  });

  test('an outer unit that throws undoes the inner ones that were kept', async () => {
    const work = txOf(bench.store, 'a', async () => {
      await txOf(bench.store, 'a', (inner) => add(inner, '1'));
      throw new Error('outer');
    });
    await expect(work).rejects.toThrow('outer');
    expect(await ids()).toEqual([]);
  });

  test('whatever is called on the store inside a unit joins it, and is undone with it', async () => {
    const { store } = bench;
    const work = store.tx('a', async () => {
      await add({ db: dbOf(store, 'a') }, '1');
      expect(await store.keys.create('a', key('k'))).toBe('created');
      expect(await store.keys.find('a', 'k')).toEqual(key('k'));
      expect(await store.keys.create('a', key('k'))).toBe('exists');
      await store.keys.touch(new Map([['k', 5_000]]));
      await addUser(store, 'u');
      await store.tenants.create(tenant('t'));
      await store.meta.settle('x', 'y');
      expect(await store.unsafe('a', 'select id from people')).toEqual([{ id: '1' }]);
      throw new Error('undo');
    });
    await expect(work).rejects.toThrow('undo');
    expect(await ids()).toEqual([]);
    expect(await store.keys.listAll()).toEqual([]);
    expect(await store.users.list()).toEqual([]);
    expect(await store.tenants.find('t')).toBeUndefined();
    expect(await store.meta.get('x')).toBeUndefined();
  });

  test('a look-up by hash sees committed keys only, also inside the unit that makes one', async () => {
    const { store } = bench;
    await store.tx('a', async () => {
      await store.keys.create('a', key('k'));
      expect(await store.keys.findByHash(hashOf('k'))).toBeUndefined();
    });
    expect((await store.keys.findByHash(hashOf('k')))?.key.id).toBe('k');
  });

  test('a statement that comes after its unit has ended is refused, and lands nowhere', async () => {
    const { store } = bench;
    const [late, next] = [gate(), gate()];
    let branch: Promise<unknown[]> = Promise.resolve([]);
    await txOf(store, 'a', async (unit) => {
      const abandoned = async (): Promise<unknown[]> => {
        await late.opened;
        return Promise.allSettled([add(unit, 'late'), add({ db: dbOf(store, 'a') }, 'later'), store.keys.create('a', key('k')), store.tx('a', async () => 1)]);
      };
      branch = abandoned();
      await add(unit, '1');
    });
    const other = txOf(store, 'a', async (unit) => {
      late.open();
      await next.opened;
      await add(unit, '2');
    });
    const outcomes = await branch;
    next.open();
    await other;
    expect(outcomes).toMatchObject(
      Array.from({ length: 4 }, () => ({ status: 'rejected', reason: { message: expect.stringMatching(/unit of work has ended/) } })),
    );
    expect(await ids()).toEqual(['1', '2']);
    expect(await store.keys.listAll()).toEqual([]);
  });

  test('an inner unit that nobody waited for is undone when the outer one ends', async () => {
    const { store } = bench;
    const forever = gate();
    let inner: Promise<unknown> = Promise.resolve();
    await txOf(store, 'a', async (unit) => {
      await add(unit, '1');
      const started = gate();
      inner = txOf(store, 'a', async (deep) => {
        await add(deep, '2');
        started.open();
        await forever.opened;
        await add(deep, '3');
      }).catch((error: unknown) => error);
      await started.opened;
    });
    forever.open();
    expect(await inner).toMatchObject({ message: expect.stringMatching(/has ended/) });
    expect(await ids()).toEqual(['1']);
  });

  test('a unit that takes too long is undone, told so, and lets the next one in', async () => {
    const events: object[] = [];
    const store = await bench.reopen({ txSeconds: 0.05, log: (event) => events.push(event) });
    const [over, done] = [gate(), gate()];
    let late: unknown;
    const work = txOf(store, 'a', async (unit) => {
      await add(unit, '1');
      await over.opened;
      late = await add(unit, '2').catch((error: unknown) => error);
      done.open();
    });
    const next = txOf(store, 'a', (unit) => add(unit, '3'));
    await expect(work).rejects.toMatchObject({ failure: { code: 'timed_out' } });
    await next;
    over.open();
    await done.opened;
    expect(late).toMatchObject({ failure: { code: 'timed_out' } });
    expect(await ids()).toEqual(['3']);
    expect(events).toHaveLength(1);
  });

  test('a unit that is over before it has begun in the database is not said to take too long', async () => {
    const events: object[] = [];
    const store = await bench.reopen({ txSeconds: 0.05, log: (event) => events.push(event) });
    await Promise.all(Array.from({ length: 20 }, () => txOf(store, 'a', async () => refuse('not_found', 'There is nothing to do.'))));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(events).toEqual([]);
  });

  test('the cap counts from when the unit has the database, not from when it queued', async () => {
    const store = await bench.reopen({ txSeconds: 1 });
    const turns = Array.from({ length: 3 }, (_, index) =>
      txOf(store, 'a', async (unit) => {
        await add(unit, String(index));
        await new Promise((resolve) => setTimeout(resolve, 400));
      }),
    );
    await Promise.all(turns);
    expect(await ids()).toEqual(['0', '1', '2']);
  });

  test('a change told inside a unit is told again once it is committed, before the unit settles', async () => {
    const { store } = bench;
    const heard: [readonly Tag[] | 'everything', boolean][] = [];
    let settled = false;
    store.changes.onChange((tags) => heard.push([tags, settled]));
    const before = store.changes.epoch();
    await store
      .tx('a', async () => {
        await store.keys.create('a', key('k'));
        await store.changes.barrier(['key:k']);
        expect(heard).toEqual([[['key:k'], false]]);
      })
      .then(() => {
        settled = true;
      });
    // Of several processes each may hear its own question too.
    expect(heard.length).toBeGreaterThanOrEqual(2);
    expect(heard.slice(0, 2)).toEqual([
      [['key:k'], false],
      [['key:k'], false],
    ]);
    expect(store.changes.epoch()).toBeGreaterThanOrEqual(before + 2);
    expect(store.changes.current(0)).toBe(true);
  });

  test('what is looked up inside a unit is never kept: its epoch is none that counts', async () => {
    const { store } = bench;
    const outside = store.changes.epoch();
    await store.tx('a', async () => {
      const first = store.changes.epoch();
      expect(first).not.toBe(outside);
      expect(store.changes.epoch()).not.toBe(first);
    });
    expect(store.changes.epoch()).toBe(outside);
  });

  test('outside a unit a change reaches every listener before the barrier settles, though one throws', async () => {
    const heard: (readonly Tag[] | 'everything')[] = [];
    bench.store.changes.onChange(() => {
      throw new Error('deaf');
    });
    bench.store.changes.onChange((tags) => heard.push(tags));
    await expect(bench.store.changes.barrier(['user:u'])).rejects.toThrow();
    expect(heard).toEqual([['user:u']]);
  });
}
