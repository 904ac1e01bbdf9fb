import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { col, tenantTable } from '../../src/index.js';
import { openSqliteStore } from '../../src/store/sqlite/index.js';
import type { Store } from '../../src/store/store.js';
import { tenant } from './place.js';

const ROWS = 3000;
const items = tenantTable('items', { columns: { id: col.uuid(), number: col.integer() } });

let folder: string;
let store: Store;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'long-'));
  store = await openSqliteStore({ path: join(folder, 'store.db'), tables: [items], now: () => 1_000 });
  for (const id of ['a', 'b']) {
    await store.tenants.create(tenant(id));
    for (let made = 0; made < ROWS; made += 500) await add(id, made, 500);
  }
});

afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

function add(to: string, from: number, count: number) {
  const rows = Array.from({ length: count }, (_, i) => ({ id: `${to}${from + i}`, number: from + i }));
  return store.db(to).insertInto('items').values(rows).execute();
}

const numbers = async (of: string) => (await store.db(of).selectFrom('items').select(['id', 'number']).orderBy('number').execute()).map(({ id }) => id);
const expected = (of: string, count = ROWS) => Array.from({ length: count }, (_, i) => `${of}${i}`);

test('a long reading gives way to others, and is whole and in order', async () => {
  let over = false;
  const reading = numbers('a').finally(() => {
    over = true;
  });
  let turns = 0;
  while (!over) {
    await new Promise((resolve) => setImmediate(resolve));
    turns += 1;
  }
  expect(turns).toBeGreaterThan(ROWS / 256 - 2);
  expect(await reading).toEqual(expected('a'));
});

test('many long readings of several tenants at once show each its own rows alone, by the builder and raw', async () => {
  const raw = async (of: string) => (await store.unsafe(of, 'select id from items order by number')).map(({ id }) => id);
  const readings = Array.from({ length: 12 }, (_, i) => (i % 3 === 2 ? raw : numbers)(i % 2 === 0 ? 'a' : 'b'));
  for (const [i, ids] of (await Promise.all(readings)).entries()) expect(ids).toEqual(expected(i % 2 === 0 ? 'a' : 'b'));
});

test('a long reading is of one moment, and holds nobody else to it', async () => {
  const reading = numbers('a');
  await new Promise((resolve) => setImmediate(resolve));
  await add('a', ROWS, 1);
  expect(await store.unsafe('a', 'select id from items where number = ?', [ROWS])).toEqual([{ id: `a${ROWS}` }]);
  const seen = await reading;
  expect([expected('a'), expected('a', ROWS + 1)]).toContainEqual(seen);
});

test('a short snapshot does not wait for long readings, however many there are', async () => {
  const order: string[] = [];
  const long = Array.from({ length: 8 }, () => numbers('a').then(() => order.push('long')));
  const one = store.snapshot('b', ({ db }) => db.selectFrom('items').select('id').limit(1).execute()).then(() => order.push('snapshot'));
  await Promise.all([...long, one]);
  expect(order.indexOf('snapshot')).toBeLessThan(4);
});

test('inside a unit of work it sees what the unit has written', async () => {
  const seen = await store.tx('a', async ({ db }) => {
    await db
      .insertInto('items')
      .values({ id: `a${ROWS}`, number: ROWS })
      .execute();
    return (await db.selectFrom('items').select('id').execute()).length;
  });
  expect(seen).toBe(ROWS + 1);
});

test('closing waits for it', async () => {
  const reading = numbers('a');
  await store.close();
  expect((await reading).length).toBe(ROWS);
});
