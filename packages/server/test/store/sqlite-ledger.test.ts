import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSqliteStore } from '../../src/store/sqlite/index.js';
import type { LedgerStore, Store } from '../../src/store/store.js';

let folder: string;
let store: Store;
let ledger: LedgerStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ledger-'));
  store = await openSqliteStore({ path: join(folder, 'store.db'), tables: [], now: () => 1_000 });
  if (store.ledger.shared) throw new Error('The limits of one file are one process’s own');
  ledger = store.ledger;
});

afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

test('the ledger remembers what is still running, and forgets what has run out', async () => {
  const entries = new Map([
    ['key:1', 5_000.25],
    ['key:2', 1_500],
  ]);
  await ledger.save(entries, 1_000);
  expect(await ledger.load(1_000)).toEqual(entries);
  expect(await ledger.load(2_000)).toEqual(new Map([['key:1', 5_000.25]]));
  await ledger.save(new Map([['key:1', 6_000]]), 2_000);
  expect(await ledger.load(0)).toEqual(new Map([['key:1', 6_000]]));
});

test('what is saved inside a unit of work is undone with it', async () => {
  const work = store.tx('a', async () => {
    await ledger.save(new Map([['b', 9]]), 1);
    throw new Error('undo');
  });
  await expect(work).rejects.toThrow('undo');
  expect(await ledger.load(0)).toEqual(new Map());
});

test('what a unit of work set off to be saved, and that outlives it, is saved on its own', async () => {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  let upkeep: Promise<void> = Promise.resolve();
  await store.tx('a', async () => {
    upkeep = opened.then(() => ledger.save(new Map([['b', 9_000]]), 1_000));
  });
  open();
  await upkeep;
  expect(await ledger.load(0)).toEqual(new Map([['b', 9_000]]));
});
