import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Driver } from '../../src/store/sqlite/driver.js';
import { openSqliteStore } from '../../src/store/sqlite/index.js';
import { loadDriver } from '../../src/store/sqlite/load-driver.js';
import type { Store } from '../../src/store/store.js';
import { migrations } from '../../src/store/sqlite/migrate.js';
import { hashOf, key, tenant } from './place.js';

/** The last migration with which keys were looked up by their whole hash. */
const WHOLE_HASHES = 10;

let folder: string;
let path: string;
let store: Store;
let other: Driver;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'file-'));
  path = join(folder, 'store.db');
  store = await openSqliteStore({ path, tables: [], now: () => 1_000 });
  await store.tenants.create(tenant('a'));
  other = (await loadDriver())(path, false);
});

afterEach(async () => {
  other.close();
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

test('a new file can be read by its owner alone', async () => {
  expect((await stat(path)).mode & 0o077).toBe(0);
});

test('while another process holds the lock, writes wait and everything else goes on', async () => {
  other.exec('begin immediate');
  let written = false;
  const write = store.keys.create('a', key('k')).then(() => {
    written = true;
  });
  const unit = store.tx('a', () => store.keys.create('a', key('l')));
  for (let turn = 0; turn < 5; turn += 1) {
    await store.ping();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(written).toBe(false);
  other.exec('commit');
  await Promise.all([write, unit]);
  expect(await store.keys.list('a', {})).toHaveLength(2);
});

test('what was acknowledged is in the file for another process at once', async () => {
  await store.keys.create('a', key('k'));
  expect(other.prepare('select id from gatehouse_keys').all([])).toMatchObject([{ id: 'k' }]);
});

test('a file of a newer version is not opened', async () => {
  await store.close();
  other.exec('insert into gatehouse_migrations values (99, 0)');
  await expect(openSqliteStore({ path, tables: [], now: () => 1_000 })).rejects.toThrow(/newer/);
});

test('a file of an earlier version is brought to this one, and its keys are found', async () => {
  const old = join(folder, 'old.db');
  const earlier = (await loadDriver())(old, false);
  earlier.exec('create table gatehouse_migrations (version integer primary key, applied_at integer not null) strict');
  for (const [index, sql] of migrations.slice(0, WHOLE_HASHES).entries()) earlier.exec(`${sql}; insert into gatehouse_migrations values (${index + 1}, 0)`);
  earlier.exec("insert into gatehouse_tenants (id, name, created_at) values ('a', 'A', 1)");
  const ids = Array.from({ length: 300 }, (_, index) => `k${index}`);
  const insert = earlier.prepare(
    "insert into gatehouse_keys (id, tenant_id, name, hash, prefix, scopes, created_at, created_by) values (?, 'a', 'K', ?, 'p', '[]', 1, 'cli')",
  );
  for (const id of ids) insert.run([id, hashOf(id)]);
  earlier.close();
  const opened = await openSqliteStore({ path: old, tables: [], now: () => 1_000 });
  expect(await Promise.all(ids.map(async (id) => (await opened.keys.findByHash(hashOf(id)))?.key.id))).toEqual(ids);
  expect(await opened.keys.create('a', key('another', { hash: hashOf('k7') }))).toBe('exists');
  await opened.close();
});

test('a file that is no database is not opened, and left as it is', async () => {
  const wrong = join(folder, 'wrong.db');
  await writeFile(wrong, 'x'.repeat(5_000));
  await expect(openSqliteStore({ path: wrong, tables: [], now: () => 1_000 })).rejects.toThrow();
  expect(await readFile(wrong, 'utf8')).toBe('x'.repeat(5_000));
});

test.each(['', ':memory:', 'file:x?mode=memory'])('%j is no file to keep a store in', async (wrong) => {
  await expect(openSqliteStore({ path: wrong, tables: [], now: () => 1_000 })).rejects.toThrow(/path of a file/);
});
