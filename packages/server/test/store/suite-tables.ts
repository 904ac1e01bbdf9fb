import { expect, test } from 'vitest';
import { col, type TableDef, tenantTable } from '../../src/domain/tables.js';
import type { TenantDb } from '../../src/store/unit.js';
import { type NewPlace, useStore } from './place.js';
import { dbOf, tables } from './tables.js';

const text = { id: col.uuid(), name: col.text() };
const without = (name: string): TableDef[] => tables.filter((table) => table.name !== name);
const people = (columns: TableDef['columns'], more: Partial<TableDef> = {}): TableDef[] => [
  { name: 'people', columns, unique: [], indexes: [], references: [], ...more },
  ...without('people'),
];

export function tableCases(newPlace: NewPlace): void {
  const bench = useStore(newPlace);

  test('deleting a row cascades, nulls only the referring column, or is held back, as declared', async () => {
    const db = dbOf(bench.store, 'a');
    await db.insertInto('projects').values({ id: 'p', name: 'P' }).execute();
    await db
      .insertInto('people')
      .values([
        { id: 'x', name: 'X' },
        { id: 'y', name: 'Y' },
      ])
      .execute();
    await db
      .insertInto('tickets')
      .values([
        { id: 't1', number: 1, title: 'T', project_id: 'p', assignee_id: 'x' },
        { id: 't2', number: 2, title: 'T', parent_id: 't1', assignee_id: 'x' },
      ])
      .execute();
    await db.insertInto('comments').values({ id: 'c', person_id: 'y', ticket_id: 't1', text: 'C' }).execute();
    await expect(db.deleteFrom('people').where('id', '=', 'y').execute()).rejects.toMatchObject({ violation: 'reference' });
    await db.deleteFrom('people').where('id', '=', 'x').execute();
    expect(await db.selectFrom('tickets').select(['id', 'assignee_id']).orderBy('id').execute()).toEqual([
      { id: 't1', assignee_id: null },
      { id: 't2', assignee_id: null },
    ]);
    await db.deleteFrom('projects').execute();
    expect(await db.selectFrom('tickets').select(['id', 'parent_id']).execute()).toEqual([{ id: 't2', parent_id: null }]);
    expect(await db.selectFrom('comments').select(['id', 'ticket_id']).execute()).toEqual([{ id: 'c', ticket_id: null }]);
  });

  test("nulling a reference touches the tenant's own rows only, where another has the same ids", async () => {
    for (const tenant of ['a', 'b']) {
      const db = dbOf(bench.store, tenant);
      await db.insertInto('people').values({ id: 'x', name: 'X' }).execute();
      await db.insertInto('tickets').values({ id: 't', number: 1, title: 'T', assignee_id: 'x' }).execute();
    }
    await dbOf(bench.store, 'a').deleteFrom('people').execute();
    expect(await dbOf(bench.store, 'b').selectFrom('tickets').select('assignee_id').execute()).toEqual([{ assignee_id: 'x' }]);
  });

  test('rows that refer to each other can all be deleted at once', async () => {
    const db = dbOf(bench.store, 'a');
    await db
      .insertInto('tickets')
      .values([1, 2, 3].map((number) => ({ id: `t${number}`, number, title: 'T' })))
      .execute();
    await db.updateTable('tickets').set({ parent_id: 't3' }).where('id', '=', 't1').execute();
    await db.updateTable('tickets').set({ parent_id: 't1' }).where('id', '=', 't3').execute();
    expect((await db.deleteFrom('tickets').executeTakeFirstOrThrow()).numDeletedRows).toBe(3n);
  });

  test('new tables, indexes, and columns that are nullable or defaulted come by themselves, and rows stay', async () => {
    await dbOf(bench.store, 'a').insertInto('people').values({ id: 'x', name: 'X' }).execute();
    const grown = { ...text, age: col.or(col.integer(), 7), active: col.or(col.boolean(), true), note: col.nullable(col.json()) };
    const more = tenantTable('more', { columns: text, references: { name: { table: 'people' } } });
    const store = await bench.reopen({ tables: [...people(grown, { indexes: [['age']], unique: [['name']] }), more] });
    const db = store.db('a') as unknown as TenantDb<Record<string, Record<string, unknown>>>;
    expect(await db.selectFrom('people').selectAll().execute()).toEqual([{ id: 'x', name: 'X', age: 7, active: true, note: null }]);
    await expect(db.insertInto('people').values({ id: 'y', name: 'X' }).execute()).rejects.toMatchObject({ violation: 'unique', columns: ['name'] });
    await db.insertInto('more').values({ id: 'm', name: 'x' }).execute();
    const again = await bench.reopen({ tables: [...people(grown, { indexes: [['name']] }), more] });
    await again.db('a');
    expect(await bench.raw('select count(*) as n from more')).toEqual([{ n: 1 }]);
  });

  const refusals: Record<string, [TableDef[], RegExp]> = {
    'a table that is gone': [without('comments'), /"comments"/],
    'a column that is gone': [people({ id: col.uuid() }), /"name".*"people"/],
    'a column of another kind': [people({ id: col.uuid(), name: col.integer() }), /"name".*"people"/],
    'a column that may now be null': [people({ id: col.uuid(), name: col.nullable(col.text()) }), /"name".*"people"/],
    'a new column without a default': [people({ ...text, age: col.integer() }), /"age".*"people"/],
    'a changed reference': [people(text, { references: [{ column: 'name', table: 'projects', onDelete: 'restrict' }] }), /"people\.name"/],
  };
  test.each(Object.entries(refusals))('%s keeps the store from opening, with its name, and changes nothing', async (_, [changed, message]) => {
    await expect(bench.reopen({ tables: changed })).rejects.toThrow(message);
    const store = await bench.reopen();
    expect(await dbOf(store, 'a').selectFrom('people').selectAll().execute()).toEqual([]);
  });

  const declarations: Record<string, [TableDef[], RegExp]> = {
    'a reserved table name': [[tenantTable('gatehouse_x', { columns: text })], /gatehouse_x/],
    'a name of SQLite': [[tenantTable('sqlite_x', { columns: text })], /sqlite_x/],
    'a name with a quote': [[tenantTable('x"; drop table people; --', { columns: text })], /drop table/],
    'a name in upper case': [[tenantTable('People', { columns: text })], /People/],
    'the tenant as a column': [[tenantTable('x', { columns: { ...text, tenant_id: col.text() } })], /"tenant_id"/],
    'a column name with a space': [[tenantTable('x', { columns: { ...text, 'a b': col.text() } })], /"a b"/],
    'two tables of one name': [[tenantTable('x', { columns: text }), tenantTable('x', { columns: text })], /"x".*twice/],
    'a reference to an undeclared table': [[tenantTable('x', { columns: text, references: { name: { table: 'nowhere' } } })], /"x\.name".*"nowhere"/],
    'a nulling reference of a column that is never null': [
      [tenantTable('y', { columns: text }), tenantTable('x', { columns: text, references: { name: { table: 'y', onDelete: 'set null' } } })],
      /"x\.name"/,
    ],
    'a default of the wrong kind': [
      [{ ...tenantTable('x', { columns: text }), columns: { ...text, n: { kind: 'integer', nullable: false, default: 'x' } } }],
      /"n"/,
    ],
    'an id that may be null': [[{ ...tenantTable('x', { columns: text }), columns: { ...text, id: { kind: 'uuid', nullable: true } } }], /"id"/],
  };
  test.each(Object.entries(declarations))('%s is refused before anything is opened', async (_, [declared, message]) => {
    await expect(bench.reopen({ tables: declared })).rejects.toThrow(message);
    await bench.reopen();
  });
}
