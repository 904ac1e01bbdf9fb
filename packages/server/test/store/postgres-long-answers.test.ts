import { Socket } from 'node:net';
import { refuse } from '@gatehouse/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { col, tenantTable } from '../../src/index.js';
import type { Store } from '../../src/store/store.js';
import { tenant } from './place.js';
import { PostgresPlace } from './postgres-place.js';

const ROWS = 6000;
const items = tenantTable('items', { columns: { id: col.uuid(), text: col.text(), number: col.integer() } });

let place: PostgresPlace;
let store: Store;

beforeAll(async () => {
  place = await PostgresPlace.make({ connections: 2 });
  store = await place.open({ tables: [items] });
  for (const id of ['a', 'b']) await store.tenants.create(tenant(id));
  await place.raw(
    `insert into items (tenant_id, id, text, number) select t, t || n, repeat('x', 200), n from generate_series(0, ${ROWS - 1}) n, unnest(array['a', 'b']) t`,
  );
});
afterAll(async () => {
  await store.close();
  await place.remove();
});

const numbers = async (of: string) => (await store.db(of).selectFrom('items').select(['id', 'text', 'number']).orderBy('number').execute()).map(({ id }) => id);
const expected = (of: string) => Array.from({ length: ROWS }, (_, i) => `${of}${i}`);
const series = (to: number, more: string) =>
  `with recursive n (i) as (select 0 union all select i + 1 from n where i < ${to - 1}) select ${more} from n order by i`;

/** The most that all sockets of this process handed over in one turn of the event loop while `work` ran, which falls behind now and then. */
async function mostInOneTurn(work: Promise<unknown>): Promise<number> {
  const emit = Socket.prototype.emit;
  let inTurn = 0;
  Socket.prototype.emit = function (this: Socket, ...told: [name: string | symbol, ...rest: unknown[]]) {
    const [name, piece] = told;
    if (name === 'data' && piece instanceof Uint8Array) inTurn += piece.length;
    return Reflect.apply(emit, this, told);
  };
  let over = false;
  const done = work.finally(() => {
    over = true;
  });
  let most = 0;
  try {
    while (!over) {
      await new Promise((resolve) => setImmediate(resolve));
      most = Math.max(most, inTurn);
      inTurn = 0;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    }
    await done;
  } finally {
    Socket.prototype.emit = emit;
  }
  return most;
}

test('a long answer is read a helping at a time, however much of it is there, so that nobody is held up', async () => {
  expect(await mostInOneTurn(store.unsafe('a', series(40_000, "i, repeat('x', 100) as text")))).toBeLessThanOrEqual(2 * 65_536);
});

test('many long answers at once, alone and in units, are whole and in order, with what is asked behind them', async () => {
  const inUnit = (of: string) =>
    store.tx(of, async () => {
      const [first, second] = await Promise.all([numbers(of), numbers(of)]);
      expect(second).toEqual(first);
      return first;
    });
  const readings = Array.from({ length: 12 }, (_, i) => (i % 3 === 2 ? inUnit : numbers)(i % 2 === 0 ? 'a' : 'b'));
  for (const [i, ids] of (await Promise.all(readings)).entries()) expect(ids).toEqual(expected(i % 2 === 0 ? 'a' : 'b'));
});

test('an answer that ends in an error after many rows is that error, and the connection serves the next', async () => {
  const failing = series(20_000, "1 / (19999 - i) as n, 'some text that makes it long' as text");
  for (let turn = 0; turn < 3; turn += 1) {
    await expect(store.unsafe('a', failing)).rejects.toMatchObject({ name: 'StatementError', code: '22012' });
    expect(await store.unsafe('a', 'select count(*) as n from items')).toEqual([{ n: ROWS }]);
  }
});

test('a unit that has had its time in the middle of a long answer is undone, and what comes next is done', async () => {
  const short = await place.open({ tables: [items], txSeconds: 0.3 });
  try {
    const unit = short.tx('a', async ({ db }) => {
      await db.deleteFrom('items').execute();
      for (;;) await short.unsafe('a', series(200_000, "i, 'some text that makes it long' as text"));
    });
    await expect(unit).rejects.toEqual(refuse('timed_out', 'This took longer than 0.3 s and was undone.', { retryAfterSeconds: 1 }));
    expect(await short.unsafe('a', 'select count(*) as n from items')).toEqual([{ n: ROWS }]);
  } finally {
    await short.close();
  }
});

test('closing waits for it', async () => {
  const other = await place.open({ tables: [items] });
  const reading = other.db('a').selectFrom('items').selectAll().execute();
  await other.close();
  expect(await reading).toHaveLength(ROWS);
});
