import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { IsolationError, type Layers } from '../../src/store/layers.js';
import type { Store } from '../../src/store/store.js';
import { Connection } from '../../src/store/sqlite/connection.js';
import type { Driver, OpenDriver } from '../../src/store/sqlite/driver.js';
import { canaryTable, guardedTables, guardsOf } from '../../src/store/sqlite/guarded-tables.js';
import { openSqliteStore } from '../../src/store/sqlite/index.js';
import { loadDriver } from '../../src/store/sqlite/load-driver.js';
import { proveByTrying, proveGuards } from '../../src/store/sqlite/prove.js';
import { tenant } from './place.js';
import { dbOf, tables } from './tables.js';
import { fillTwoTenants } from './two-tenants.js';

const guarded = guardedTables(tables);
let folder: string;
let path: string;
let open: OpenDriver;
let store: Store;
let beside: Driver;

const opened = (layers?: Layers): Promise<Store> => openSqliteStore({ path, tables, now: () => 1_000, ...(layers && { layers }) });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'isolation-'));
  path = join(folder, 'store.db');
  open = await loadDriver();
  store = await opened();
  for (const id of ['a', 'b']) await store.tenants.create(tenant(id));
  await fillTwoTenants(store);
  beside = open(path, false);
});

afterEach(async () => {
  beside.close();
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

/** A connection of the store's kind, guarded, to break something on. */
async function onWriter<T>(work: (writer: Connection) => T): Promise<T> {
  const writer = new Connection(open, path, 'writer');
  try {
    writer.guard(guarded.flatMap(guardsOf).map(({ create }) => create));
    writer.run('begin immediate');
    return work(writer);
  } finally {
    writer.rollback();
    writer.close();
  }
}

describe('the guards of a connection', () => {
  test('show no row to statements that run for nobody, and let them write none', () =>
    onWriter((writer) => {
      for (const { name } of guarded) expect(writer.all(`select * from "${name}"`)).toEqual([]);
      expect(writer.run("update main.tickets set title = 'x'")).toBe(0);
      expect(writer.run('delete from main.tickets')).toBe(0);
      expect(() => writer.run("insert into main.people (tenant_id, id, name) values ('a', 'x', 'x')")).toThrow('an insert of "people" for another tenant');
    }));

  test('forget the tenant after each statement, one that fails too', () =>
    onWriter((writer) => {
      const told = (): unknown => writer.get('select gatehouse_tenant() as tenant')?.tenant;
      expect(writer.query('a', 'select gatehouse_tenant() as tenant', []).rows).toEqual([{ tenant: 'a' }]);
      expect(told()).toBeNull();
      expect(() => writer.query('a', 'select no_such_column from tickets', [])).toThrow();
      expect(told()).toBeNull();
      expect(() => writer.query('a', "insert into main.people (tenant_id, id, name) values ('a', 'own-person', 'again')", [])).toThrow(/UNIQUE/);
      expect(told()).toBeNull();
      expect(() => writer.query('a', 'select abs(-9223372036854775807 - number) from tickets', [])).toThrow(/overflow/);
      expect(told()).toBeNull();
    }));

  test('know the tenant anew each time that one prepared statement runs', () =>
    onWriter((writer) => {
      const titles = (of: string): unknown => writer.query(of, 'select distinct title from tickets', []).rows;
      const renamed = (of: string): number => writer.query(of, "update main.tickets set title = title || '!' where id = 'same'", []).changed;
      for (let round = 0; round < 3; round += 1) {
        expect([titles('a'), titles('b'), titles('c')]).toEqual([[{ title: 'own' }], [{ title: 'secret' }], []]);
      }
      expect([renamed('a'), renamed('b'), renamed('c'), renamed('a')]).toEqual([1, 1, 0, 1]);
    }));

  test("pass over another tenant's rows in the midst of its own", () =>
    onWriter((writer) => {
      const returned = writer.query('b', "update main.tickets set title = 'x' returning tenant_id, title", []).rows;
      expect(returned).toEqual([
        { tenant_id: 'b', title: 'x' },
        { tenant_id: 'b', title: 'x' },
      ]);
      expect(writer.query('b', 'delete from main.tickets', []).changed).toBe(2);
      expect(writer.query('a', 'select title from tickets', []).rows).toHaveLength(2);
    }));

  const moves = {
    'an insert for another': "insert into main.people (tenant_id, id, name) values ('b', 'x', 'x')",
    'an insert for nobody': "insert into main.people (id, name) values ('x', 'x')",
    "an insert in another's place": "insert or replace into main.people (tenant_id, id, name) values ('b', 'secret-person', 'x')",
    'a conflict that is passed over': "insert or ignore into main.people (tenant_id, id, name) values ('b', 'x', 'x')",
    "an upsert of another's":
      "insert into main.people (tenant_id, id, name) values ('b', 'secret-person', 'x') on conflict (tenant_id, id) do update set name = 'x'",
    'an upsert that moves its own':
      "insert into main.people (tenant_id, id, name) values ('a', 'own-person', 'x') on conflict (tenant_id, id) do update set tenant_id = 'b'",
    'a row that is given away': "update main.people set tenant_id = 'b'",
    'a row that is given to nobody': 'update or ignore main.people set tenant_id = null',
    'an insert from a select': "insert into main.people (tenant_id, id, name) select 'b', id || 'x', name from people",
  };
  test.each(Object.entries(moves))('refuse %s', (_, sql) =>
    onWriter((writer) => {
      expect(() => writer.query('a', sql, [])).toThrow(/of "people" for another tenant/);
      expect(writer.query('b', 'select id, name from people', []).rows).toEqual([{ id: 'secret-person', name: 'secret' }]);
    }),
  );

  test('let a tenant cascade and null what is its own, and only that', async () => {
    for (const [id, word] of [
      ['a', 'own'],
      ['b', 'secret'],
    ] as const) {
      const db = dbOf(store, id);
      await db.insertInto('projects').values({ id: 'p', name: 'p' }).execute();
      await db.insertInto('people').values({ id: 'q', name: word }).execute();
      await db.insertInto('tickets').values({ id: 'in-p', number: 8, title: word, project_id: 'p' }).execute();
      await db.insertInto('tickets').values({ id: 'of-q', number: 9, title: word, assignee_id: 'q', parent_id: 'in-p' }).execute();
    }
    const untouched = JSON.stringify(beside.prepare("select * from tickets where tenant_id = 'b' order by id").all([]));
    await dbOf(store, 'a').deleteFrom('projects').where('id', '=', 'p').execute();
    await dbOf(store, 'a').deleteFrom('people').where('id', '=', 'q').execute();
    const kept = await dbOf(store, 'a').selectFrom('tickets').select(['id', 'assignee_id', 'parent_id']).where('number', '>', 2).execute();
    expect(kept).toEqual([{ id: 'of-q', assignee_id: null, parent_id: null }]);
    expect(JSON.stringify(beside.prepare("select * from tickets where tenant_id = 'b' order by id").all([]))).toBe(untouched);
  });

  const lookups = {
    'by id': ['select title from tickets where id = ?', /^SEARCH main\.tickets USING INDEX sqlite_autoindex_tickets_1 \(tenant_id=\? AND id=\?\)/],
    'by id, as the facade writes it': [
      'select "title" from (select "id", "title" from "tickets" where "tenant_id" = ?) as "tickets" where "id" = ?',
      /^SEARCH main\.tickets USING INDEX sqlite_autoindex_tickets_1 \(tenant_id=\? AND id=\?\)/,
    ],
    'by a unique column': ['select title from tickets where number = ?', /gatehouse_unique:tickets:number \(tenant_id=\? AND number=\?\)/],
    'by an index': ['select title from tickets where open = ? and due > ?', /gatehouse_index:tickets:open:due \(tenant_id=\? AND open=\? AND due>\?\)/],
    'of all rows': ['select title from tickets', /^SEARCH main\.tickets USING INDEX \S+ \(tenant_id=\?\)/],
    'through a join': [
      'select t.title from projects p left join tickets t on t.id = p.id',
      /SEARCH main\.tickets USING INDEX \S+ \(tenant_id=\? AND id=\?\) LEFT-JOIN/m,
    ],
  } as const;
  test.each(Object.entries(lookups))('do not keep a look-up %s from its index', (_, [sql, plan]) =>
    onWriter((writer) => {
      const parameters = [...sql].filter((letter) => letter === '?').map(() => 'x');
      const steps = writer.query('a', `explain query plan ${sql}`, parameters).rows.map(({ detail }) => String(detail));
      expect(steps.join('\n')).toMatch(plan);
      expect(steps.join('\n')).not.toMatch(/SCAN (?!CONSTANT)/);
    }),
  );
});

describe('raw SQL on SQLite', () => {
  const names = (sql: string): string[] =>
    beside
      .prepare(sql)
      .all([])
      .map(({ name }) => String(name));

  test('reads nothing of another tenant through any table that this SQLite has by itself', async () => {
    const modules = [...names('select name from pragma_module_list'), 'sqlite_schema', 'sqlite_temp_schema', 'dbstat', 'json_each', 'json_tree', 'sqlite_stmt'];
    for (const module of new Set(modules)) {
      for (const source of [module, `"${module}"`, `'${module}'`, `${module}('tickets')`, `${module}('main', 'tickets')`]) {
        const rows = await store.unsafe('a', `select * from ${source}`).catch((error: Error) => error.message);
        expect(JSON.stringify(rows)).not.toMatch(/secret|gatehouse_keys|hash/);
      }
    }
  });

  test('reads nothing of another tenant, and changes nothing, through any function that this SQLite has', async () => {
    const before = JSON.stringify(beside.prepare('select * from tickets').all([]));
    const functions = names('select distinct name from pragma_function_list').filter((name) => /^[a-z]/.test(name));
    expect(functions.length).toBeGreaterThan(50);
    for (const name of functions) {
      for (const given of ['', "'tickets'", 'title', "'main', 'tickets'", "title, 'tickets'"]) {
        const rows = await store.unsafe('a', `select ${name}(${given}) as value from tickets`).catch((error: Error) => error.message);
        expect(JSON.stringify(rows)).not.toMatch(/secret/);
      }
    }
    expect(JSON.stringify(beside.prepare('select * from tickets').all([]))).toBe(before);
    expect(await store.unsafe('a', 'select distinct title from tickets')).toEqual([{ title: 'own' }]);
  });

  test('sees what its unit has written, and nothing else of what is not committed', async () => {
    await store.tx('a', async () => {
      await dbOf(store, 'a').updateTable('tickets').set({ title: 'new' }).execute();
      expect(await store.unsafe('a', 'select distinct title from tickets')).toEqual([{ title: 'new' }]);
      expect(await store.unsafe('b', 'select distinct title from tickets')).toEqual([{ title: 'secret' }]);
    });
  });
});

describe('the proof at opening', () => {
  test('passes, says nothing, and leaves nothing behind', async () => {
    const version = (): unknown => beside.prepare('pragma data_version').get([])?.data_version;
    const before = version();
    await store.proveIsolation();
    expect(version()).toBe(before);
    await store.tx('a', () => store.proveIsolation());
    expect(beside.prepare('select count(*) as n from gatehouse_canary').get([])).toEqual({ n: 0 });
  });

  test.each([
    ['table', 'create table notes (id text)'],
    ['table', 'create table "tickets copy" as select * from tickets'],
    ['view', 'create view notes as select * from tickets'],
  ])('a %s that nobody declared is named, and nothing starts: %s', async (kind, sql) => {
    await store.close();
    beside.exec(sql);
    await expect(opened()).rejects.toThrow(IsolationError);
    await expect(opened()).rejects.toThrow(
      new RegExp(`^The ${kind} "[a-z ]+" is in the database and undeclared, .*: declare it in the platform's tables, or drop it$`),
    );
  });

  const broken = guarded.flatMap(guardsOf).filter(({ table }) => table === 'tickets' || table === canaryTable.name);
  test.each(broken)('a missing $is "$name" is named, with what it keeps from happening', ({ is, name, keeps, table }) =>
    onWriter((writer) => {
      proveGuards(writer, guarded, 'writing connection');
      writer.exec(`drop ${is} temp."${name}"`);
      expect(() => proveGuards(writer, guarded, 'writing connection')).toThrow(IsolationError);
      expect(() => proveGuards(writer, guarded, 'writing connection')).toThrow(
        `The ${is} "${name}" is missing on the writing connection: a handler could ${keeps} rows of another tenant in "${table}"; start again`,
      );
    }),
  );

  test('a view that shows more than it should is named', () =>
    onWriter((writer) => {
      writer.exec('drop view temp.tickets; create temp view tickets as select * from main.tickets');
      expect(() => proveGuards(writer, guarded, 'writing connection')).toThrow('The view "tickets" is not the one that Gatehouse makes');
    }));

  test.each(guardsOf(canaryTable))('without its $is that keeps $keeps apart, a row that is tried is reached', ({ is, name }) =>
    onWriter((writer) => {
      writer.exec(`drop ${is} temp."${name}"`);
      expect(() => proveByTrying(writer)).toThrow(/^The guards of the database do not hold \(a tenant .*\): start again/);
    }),
  );

  test('with all of its guards a row that is tried is not reached', () => onWriter((writer) => expect(() => proveByTrying(writer)).not.toThrow()));

  test.each([
    [{ facade: true, database: false }, /^The layer of the database is off/],
    [{ facade: false, database: true }, /^The facade does not hold a query to its tenant \(select on "people"\)/],
  ])('with a layer off (%j) it fails when it is asked', async (layers, message) => {
    const bare = await opened(layers);
    await expect(bare.proveIsolation()).rejects.toThrow(message);
    await bare.close();
  });

  test('with both layers off an attack gets through, so that what the suite shows is the work of each', async () => {
    const bare = await opened({ facade: false, database: false });
    expect(await bare.unsafe('a', "select title from tickets where title = 'secret'")).toHaveLength(2);
    expect(await dbOf(bare, 'a').selectFrom('tickets').select('title').execute()).toHaveLength(4);
    await dbOf(bare, 'a').updateTable('tickets').set({ title: 'taken' }).execute();
    expect(beside.prepare("select count(*) as n from tickets where tenant_id = 'b' and title = 'taken'").get([])).toEqual({ n: 2 });
    await bare.close();
  });
});
