import { beforeEach, expect, test } from 'vitest';
import { rawSqlRules } from '../../src/store/sql/raw-sql.js';
import { type NewPlace, useStore } from './place.js';
import { dbOf, txOf } from './tables.js';
import { everything, fillTwoTenants } from './two-tenants.js';

/** Raw SQL, which the database alone holds to the tenant. */
export function rawCases(newPlace: NewPlace): void {
  const bench = useStore(newPlace);
  beforeEach(() => fillTwoTenants(bench.store));

  const reads: Readonly<Record<string, string>> = {
    'a plain select': 'select * from tickets',
    'the tenant by name': "select tenant_id, title from tickets where tenant_id = 'b'",
    'any tenant but its own': "select title from tickets where tenant_id <> 'a'",
    'an or that is always true': "select title from tickets where id = 'x' or 1 = 1",
    'a foreign id': "select title from tickets where id = 'secret-ticket'",
    'another spelling of a table': 'select * from TICKETS',
    'a quoted table': 'select * from "tickets"',
    'a cross join': 'select t.title, p.name, u.title as u from tickets t cross join projects p cross join tickets as u',
    'an outer join': 'select t.title, p.name from projects p left join tickets t on 1 = 1',
    'a join over the tenant': 'select t.title from projects p join tickets t on t.tenant_id <> p.tenant_id',
    'several tables in from': 'select tickets.title, people.name from tickets, people',
    'a sub-query in from': 'select * from (select * from (select title from tickets) as x) as y',
    'a sub-query among the columns': "select (select max(title) from tickets where tenant_id = 'b') as found from people",
    'exists over foreign rows': "select name from people where exists (select 1 from tickets where title = 'secret')",
    'a correlated sub-query': "select (select max(t.title) from tickets t where t.tenant_id >= p.tenant_id and t.title = 'secret') as found from projects p",
    'a union': 'select title from tickets union all select name from projects union select name from people',
    'an except': "select title from tickets except select title from tickets where tenant_id = 'a'",
    'a common table expression': 'with x as (select * from tickets) select title from x',
    'one that hides a table': 'with people as (select title as name from tickets) select name from people',
    'one that hides a table further in': `with x as (with tickets as (select name as title from projects) select title from tickets)
      select title from x union all select title from tickets`,
    'a recursive one': `with recursive walk (title, depth) as (
      select title, 1 from tickets union select t.title, w.depth + 1 from tickets t join walk w on w.depth < 4
    ) select title from walk`,
    'an aggregate': 'select max(title) as m, min(title) as n from tickets',
    'a window': 'select title, max(title) over (order by number rows between unbounded preceding and unbounded following) as m from tickets',
    'groups by tenant': 'select tenant_id, max(title) as m from tickets group by tenant_id having count(*) > 0',
    'order by a sub-query': "select title from tickets order by (select max(title) from tickets where title = 'secret') desc",
    'limit by a sub-query': "select title from tickets limit (select count(*) from tickets where title = 'secret') + 1",
    'comments between tokens': 'select/**/title--x\n from/* . main */tickets',
    'values beside it': 'values ((select max(title) from tickets))',
  };

  test.each(Object.entries(reads))('%s reads nothing of another tenant', async (_, sql) => {
    const { store } = bench;
    const as = async (tenant: string) => JSON.stringify(await store.unsafe(tenant, sql));
    expect(await as('a')).not.toContain('secret');
    expect(await as('b')).not.toMatch(/own/);
    expect(await as('c')).not.toMatch(/own|secret/);
    const inside = await txOf(store, 'a', () => store.unsafe('a', sql));
    expect(JSON.stringify(inside)).not.toContain('secret');
  });

  test('each tenant counts its own rows only, by one statement that is prepared once', async () => {
    const count = async (tenant: string) => Number((await bench.store.unsafe(tenant, 'select count(*) as n from tickets'))[0]?.n);
    for (const [tenant, rows] of [...'abcabcbb'].map((name) => [name, name === 'c' ? 0 : 2] as const)) expect(await count(tenant)).toBe(rows);
    expect(await Promise.all([...'abc'].map(count))).toEqual([2, 2, 0]);
  });

  test('parameters take the place of question marks, in their order, and no other', async () => {
    const sql = `select title, '?' as mark from tickets where number = ? /* ? */ and title in (?, ?) order by number`;
    expect(await bench.store.unsafe('a', sql, [1, 'own', 'secret'])).toEqual([{ title: 'own', mark: '?' }]);
    await expect(bench.store.unsafe('a', sql, [1])).rejects.toThrow(/3 parameters and is given 1/);
  });

  test('a column comes as the facade gives it', async () => {
    const labels = ['x', 'y'];
    await dbOf(bench.store, 'a').insertInto('tickets').values({ id: 'l', number: 7, title: 'own', labels, open: false, due: 5 }).execute();
    expect(await bench.store.unsafe('a', "select labels, open, due, number, weight from tickets where id = 'l'")).toEqual([
      { labels, open: false, due: 5, number: 7, weight: 0.5 },
    ]);
  });

  test('after a statement that failed the next sees its own tenant only', async () => {
    const { store } = bench;
    await expect(store.unsafe('b', 'select no_such_column from tickets')).rejects.toThrow();
    await expect(store.unsafe('b', 'select from from')).rejects.toThrow();
    expect(await store.unsafe('a', 'select distinct title from tickets')).toEqual([{ title: 'own' }]);
    await expect(
      txOf(store, 'b', async () => {
        await store.unsafe('b', 'select 1 as one');
        throw new Error('undo');
      }),
    ).rejects.toThrow('undo');
    expect(await store.unsafe('a', 'select distinct title from tickets')).toEqual([{ title: 'own' }]);
  });

  test('without a tenant nothing runs', async () => {
    await expect(bench.store.unsafe('', 'select 1')).rejects.toThrow(/tenant/);
  });

  test.each(Object.entries(rawSqlRules))('what the rule "%s" refuses does not run, also inside a unit', async (_, { examples }) => {
    const before = await everything(bench);
    for (const example of examples) {
      const sql = example.replaceAll('notes', 'tickets');
      await expect(bench.store.unsafe('a', sql)).rejects.toThrow(/^Refused query: raw SQL holds .*: /);
      await expect(txOf(bench.store, 'a', () => bench.store.unsafe('a', sql))).rejects.toThrow(/^Refused query/);
    }
    expect(await everything(bench)).toEqual(before);
  });
}
