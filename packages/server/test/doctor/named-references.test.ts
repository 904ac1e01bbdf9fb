import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LooseDb } from '../../src/doctor/attacks/probe.js';
import type { Attempt } from '../../src/doctor/attempt.js';
import type { Answer, Request } from '../../src/doctor/http.js';
import { judgeOf } from '../../src/doctor/judge.js';
import type { Settled } from '../../src/doctor/world.js';
import { col, tenantTable } from '../../src/index.js';
import type { Store } from '../../src/store/store.js';
import { tenant } from '../store/place.js';
import { PostgresPlace } from '../store/postgres-place.js';

const things = tenantTable('things', { columns: { id: col.uuid(), name: col.text() } });
const referring = (name: string) => tenantTable(name, { columns: { id: col.uuid(), thing_id: col.uuid() }, references: { thing_id: { table: 'things' } } });
const tables = [things, referring('orders'), referring('visits')];
const named = (by: string) => `update or delete on table "things" violates foreign key constraint "gatehouse_reference:${by}:thing_id" on table "${by}"`;

describe('what PostgreSQL names of several references that are in the way', () => {
  let place: PostgresPlace;
  let store: Store;

  beforeAll(async () => {
    place = await PostgresPlace.make();
  });
  beforeEach(async () => {
    store = await place.open({ tables });
    for (const id of ['a', 'b']) await store.tenants.create(tenant(id));
  });
  afterEach(async () => {
    await store.close();
    await place.empty();
    // Where the next rows will lie is not to hang on those that were there.
    await place.raw('vacuum things, orders, visits');
  });
  afterAll(() => place.remove());

  const db = (of: string) => store.db(of) as LooseDb;
  const insert = async (of: string, into: string, ...rows: Record<string, string>[]) => db(of).insertInto(into).values(rows).execute();

  /** Things, of which 1 is ordered and 2 is visited. */
  async function settle(of: string, ids: readonly string[] = ['1', '2']): Promise<void> {
    await insert(of, 'things', ...ids.map((id) => ({ id, name: 'x' })));
    await insert(of, 'orders', { id: 'o', thing_id: '1' });
    await insert(of, 'visits', { id: 'v', thing_id: '2' });
  }

  async function refusal(): Promise<string> {
    const error: unknown = await db('a')
      .deleteFrom('things')
      .execute()
      .catch((reason: unknown) => reason);
    return error instanceof Error ? error.message : 'no error';
  }

  it('is another where the same rows were written in another order', async () => {
    await settle('a', ['1', '2']);
    const one = await refusal();
    await place.empty();
    for (const id of ['a', 'b']) await store.tenants.create(tenant(id));
    await settle('a', ['2', '1']);
    expect([one, await refusal()]).toEqual([named('orders'), named('visits')]);
  });

  it('is another where a row was written again as it was, and the plan goes by where rows lie', async () => {
    await settle('a');
    await place.raw('vacuum analyze things');
    const before = await refusal();
    await db('a').updateTable('things').set({ name: 'x' }).where('id', '=', '1').execute();
    expect([before, await refusal()]).toEqual([named('orders'), named('visits')]);
  });

  it('is the same whatever another tenant has', async () => {
    await settle('a');
    const seen = new Set([await refusal()]);
    await settle('b', ['2', '1']);
    seen.add(await refusal());
    await insert('b', 'visits', { id: 'w', thing_id: '1' });
    await insert('b', 'orders', { id: 'p', thing_id: '2' });
    seen.add(await refusal());
    await insert('b', 'things', ...Array.from({ length: 500 }, (_, i) => ({ id: `more${i}`, name: 'x' })));
    await insert('b', 'visits', ...Array.from({ length: 500 }, (_, i) => ({ id: `more${i}`, thing_id: `more${i}` })));
    seen.add(await refusal());
    await place.raw("delete from orders where tenant_id = 'b'");
    seen.add(await refusal());
    expect([...seen]).toEqual([named('orders')]);
  });
});

describe('where an answer names a reference', () => {
  const row = (columns: Record<string, string | null>) => JSON.stringify(columns);
  const inhabitant = (name: string, visited: string | null): Settled => ({
    party: { tenant: name, tenants: [name], users: [] },
    ...{ mark: `${name}mark`, key: 'key', token: 'token', session: 'session', calling: [], known: [], ownInputs: {} },
    rows: new Map([
      ['things', new Map([['1', row({ id: '1', name: 'x' })]])],
      ['orders', new Map([['o', row({ id: 'o', thing_id: '1' })]])],
      ['visits', new Map([['v', row({ id: 'v', thing_id: visited })]])],
    ]),
  });
  const answered = (text: string): Answer => ({ status: 200, headers: { 'content-length': String(text.length), etag: `"${text.length}"` }, text });
  const refused = (message: string) => JSON.stringify({ refused: `ConstraintError: ${message}` });
  const request: Request = { method: 'POST', path: '/isolation-probe', headers: {}, sent: '' };
  const attempt: Attempt = { target: 'handler on things', attack: 'delete without a condition', detail: 'db', request, changes: true };

  /** Whether two answers say the same to the attacker, whose one visit is to this thing. */
  function alike(one: string, other: string, visited: string | null = '1'): boolean {
    const judge = judgeOf(inhabitant('a', visited), inhabitant('b', '1'), 'key_', tables);
    return judge.same(judge.normalised(attempt, answered(one)), judge.normalised(attempt, answered(other)));
  }

  it('says the same as one that names another, where its own rows hold both', () => {
    expect(alike(refused(named('orders')), refused(named('visits')))).toBe(true);
    const nested = (by: string) => JSON.stringify({ text: refused(named(by)) });
    expect(alike(nested('orders'), nested('visits'))).toBe(true);
  });

  it('says something else where its own rows do not hold one of them', () => {
    for (const visited of [null, 'a thing of another tenant']) expect(alike(refused(named('orders')), refused(named('visits')), visited)).toBe(false);
  });

  it('says something else than success, than more words, and than what is no such name', () => {
    const others = [
      JSON.stringify({ answer: '[]' }),
      refused(`${named('visits')} and more`),
      refused(named('visits').replace('on table "visits"', 'on table "orders"')),
      refused(named('visits').replace('on table "things"', 'on table "visits"')),
      refused(named('visits').replace('gatehouse_reference:', 'another:')),
      refused('insert or update on table "visits" violates foreign key constraint "gatehouse_reference:visits:thing_id"'),
      refused('duplicate key value violates unique constraint "gatehouse_id:things"'),
    ];
    for (const other of others) expect(alike(refused(named('orders')), other), other).toBe(false);
    for (const other of others) expect(alike(other, other)).toBe(true);
  });
});
