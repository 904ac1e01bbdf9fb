import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Begun, Idempotency, type IdempotencyOptions, REMEMBERED_MS } from '../../src/services/idempotency.js';
import { openSqliteStore } from '../../src/store/sqlite/index.js';
import { loadDriver } from '../../src/store/sqlite/load-driver.js';
import type { Store } from '../../src/store/store.js';

let folder: string;
let store: Store;
let idempotency: Idempotency;
let at: number;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'i-'));
  at = 1_000_000;
  store = await openSqliteStore({ path: join(folder, 'store.db'), tables: [], now: () => at });
});
afterEach(async () => {
  await idempotency.close();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(options: Partial<IdempotencyOptions> = {}): void {
  const failed = (event: string, error: unknown): never => {
    throw new Error(event, { cause: error });
  };
  idempotency = new Idempotency({ store: store.idempotency, now: () => at, failed, ...options });
}

const begin = (
  key: string,
  input: unknown = {},
  more: { readonly tenant?: string; readonly owner?: string; readonly operation?: string } = {},
): Promise<Begun> => idempotency.begin({ tenant: 'a', owner: 'user:ann', operation: 'make', key, input, ...more });

async function stored(): Promise<readonly Record<string, unknown>[]> {
  const connection = (await loadDriver())(join(folder, 'store.db'), true);
  try {
    return connection.prepare('select * from gatehouse_idempotency order by claimed_at').all([]);
  } finally {
    connection.close();
  }
}

test('what was asked is the operation and its input, whatever the order of members, and nothing else', async () => {
  open();
  expect((await begin('k', { a: 1, b: { c: [1, 2], d: null } })).is).toBe('claimed');
  expect((await begin('k', { b: { d: null, c: [1, 2] }, a: 1 })).is).toBe('known');
  for (const other of [{ a: '1', b: { c: [1, 2], d: null } }, { a: 1, b: { c: [2, 1], d: null } }, { a: 1, b: { c: [1, 2] } }, { a: 1 }, [], null, 'a']) {
    expect((await begin('k', other)).is).toBe('other');
  }
  expect((await begin('k', { a: 1, b: { c: [1, 2], d: null } }, { operation: 'other' })).is).toBe('other');
});

test('neither keys nor inputs are stored, and nothing that runs together makes two of them one', async () => {
  open();
  await begin('a key that is seen nowhere', { text: 'an input that is seen nowhere' });
  expect(JSON.stringify(await stored())).not.toContain('seen nowhere');
  expect((await begin('y', {}, { owner: 'x' })).is).toBe('claimed');
  expect((await begin('', {}, { owner: 'xy' })).is).toBe('claimed');
  expect((await begin('y","', {}, { owner: 'x' })).is).toBe('claimed');
});

test('what is older than a day is deleted in the background', async () => {
  open({ sweepMs: 5 });
  await begin('old');
  at += REMEMBERED_MS + 1;
  await begin('new');
  await expect.poll(async () => (await stored()).length).toBe(1);
  expect((await begin('new')).is).toBe('known');
});

test('of one tenant no more are kept than so many of the newest, and as many again as come between two looks', async () => {
  open({ keep: 100 });
  await begin('theirs', {}, { tenant: 'b' });
  for (let n = 0; n < 512; n += 1) {
    at += 1;
    await begin(`k${n}`);
  }
  await idempotency.close();
  const rows = await stored();
  expect(rows.filter(({ tenant_id: tenant }) => tenant === 'a')).toHaveLength(100);
  expect(rows.filter(({ tenant_id: tenant }) => tenant === 'b')).toHaveLength(1);
  expect((await begin('k511')).is).toBe('known');
});
