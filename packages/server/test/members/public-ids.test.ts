import { expect, test } from 'vitest';
import { useStoreOfKind } from '../oauth/store-of-kind.js';

const bench = useStoreOfKind();

test('a tenant has one public name, the first that was offered, however many offer one at once', async () => {
  const offered = ['one', 'two', 'three', 'four'];
  const answered = await Promise.all(offered.map((name, n) => bench.of(n).publicIds.settle('a', name, 1)));
  const [name = ''] = answered;
  expect(new Set(answered).size).toBe(1);
  expect(offered).toContain(name);
  expect(await bench.store.publicIds.settle('a', 'five', 2)).toBe(name);
  const other = await bench.store.publicIds.settle('b', 'six', 2);
  expect(await Promise.all([name, other, 'five', ''].map((id) => bench.store.publicIds.tenantOf(id)))).toEqual(['a', 'b', undefined, undefined]);
  await bench.raw('delete from gatehouse_public_ids');
});

test('the public name of a tenant that has ended is nobody’s', async () => {
  const name = await bench.store.publicIds.settle('b', 'gone', 1);
  await bench.raw("update gatehouse_tenants set deleted_at = 5 where id = 'b'");
  expect(await bench.store.publicIds.tenantOf(name)).toBeUndefined();
  await bench.raw("update gatehouse_tenants set deleted_at = null where id = 'b'");
  expect(await bench.store.publicIds.tenantOf(name)).toBe('b');
  await bench.raw('delete from gatehouse_public_ids');
});
