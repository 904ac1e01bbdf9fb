import { type Expression, sql } from 'kysely';
import { beforeEach, expect, test } from 'vitest';
import { type NewPlace, useStore } from './place.js';
import { dbOf } from './tables.js';
import { everything, fillTwoTenants } from './two-tenants.js';

/** Queries that a tenant's facade does not run at all. */
export function refusedCases(newPlace: NewPlace): void {
  const bench = useStore(newPlace);
  beforeEach(() => fillTwoTenants(bench.store));

  const refused = {
    'a table that is not declared': [(db) => db.selectFrom('gatehouse_keys' as 'tickets').selectAll(), /"gatehouse_keys" is not declared/],
    'a table of the database': [(db) => db.selectFrom('sqlite_master' as 'tickets').selectAll(), /not declared/],
    'another spelling of a table': [(db) => db.selectFrom('Tickets' as 'tickets').selectAll(), /not declared/],
    'a name qualified with a schema': [(db) => db.selectFrom('main.tickets' as 'tickets').selectAll(), /"main.tickets"/],
    'a qualified name in an insert': [(db) => db.insertInto('main.tickets' as 'tickets').values({ id: 'x', number: 7, title: 'x' }), /"main.tickets"/],
    'a qualified column': [(db) => db.selectFrom('tickets').select('main.tickets.id' as 'id'), /"main.tickets"/],
    withSchema: [
      (db) =>
        db
          .with('x', (qc) => qc.selectFrom('tickets').selectAll())
          .withSchema('main')
          .selectFrom('tickets')
          .selectAll(),
      /"main\.|schema/,
    ],
    'a join with an undeclared table': [
      (db) =>
        db
          .selectFrom('tickets')
          .innerJoin('gatehouse_users as u' as 'people as u', 'u.id', 'tickets.id')
          .selectAll(),
      /not declared/,
    ],
    'raw SQL in where': [(db) => db.selectFrom('tickets').selectAll().where(sql<boolean>`1 = 1`), /raw SQL/],
    'raw SQL in select': [(db) => db.selectFrom('tickets').select(sql<string>`(select hash from gatehouse_keys)`.as('x')), /raw SQL/],
    'raw SQL in from': [(db) => db.selectFrom(sql<{ id: string }>`tickets`.as('t')).selectAll(), /cannot be read from/],
    'raw SQL in order by': [(db) => db.selectFrom('tickets').selectAll().orderBy(sql`1`), /raw SQL/],
    'raw SQL in set': [(db) => db.updateTable('tickets').set({ title: sql<string>`'x'` }), /raw SQL/],
    'raw SQL in returning': [(db) => db.updateTable('tickets').set({ title: 'x' }).returning(sql<string>`tenant_id`.as('x')), /raw SQL/],
    'raw SQL behind a modifier': [(db) => db.selectFrom('tickets').selectAll().modifyEnd(sql`union select * from tickets`), /modifier/],
    'a made-up operator': [
      (db) =>
        db
          .selectFrom('tickets')
          .selectAll()
          .where('id', madeUp('OperatorNode', { operator: '= 1 or 1 =' }) as never, 'x'),
      /operator|BinaryOperation|not allowed/,
    ],
    'a function that is not listed': [(db) => db.selectFrom('tickets').select((eb) => eb.fn<string>('load_extension', ['id']).as('x')), /load_extension/],
    'an aggregate that is not listed': [
      (db) => db.selectFrom('tickets').select((eb) => eb.fn.agg<string>('group_concat); drop table x', ['id']).as('x')),
      /group_concat/,
    ],
    'a whole row as a value': [(db) => db.selectFrom('tickets').select((eb) => eb.fn.toJson('tickets').as('x')), /to_json/],
    'the tenant in where': [
      (db) =>
        db
          .selectFrom('tickets')
          .selectAll()
          .where('tenant_id' as 'id', '=', 'b'),
      /"tenant_id"/,
    ],
    'the tenant in another case': [
      (db) =>
        db
          .selectFrom('tickets')
          .selectAll()
          .where('TENANT_ID' as 'id', '=', 'b'),
      /"TENANT_ID"/,
    ],
    'the tenant in select': [(db) => db.selectFrom('tickets').select('tickets.tenant_id as t' as 'id'), /"tenant_id"/],
    'the tenant as an alias': [(db) => db.selectFrom('tickets').select('id as tenant_id'), /"tenant_id"/],
    'the tenant in set': [(db) => db.updateTable('tickets').set({ tenant_id: 'b' } as never), /"tenant_id"/],
    'the tenant in values': [(db) => db.insertInto('people').values({ id: 'x', name: 'x', tenant_id: 'b' } as never), /"tenant_id"/],
    'the tenant in returning': [(db) => db.deleteFrom('tickets').returning('tenant_id' as 'id'), /"tenant_id"/],
    'the tenant in a conflict': [
      (db) =>
        db
          .insertInto('people')
          .values({ id: 'x', name: 'x' })
          .onConflict((oc) => oc.column('tenant_id' as 'id').doNothing()),
      /"tenant_id"/,
    ],
    'the row number of SQLite': [(db) => db.insertInto('people').values({ id: 'x', name: 'x', rowid: 1 } as never), /"rowid"/],
    'an undeclared column in values': [(db) => db.insertInto('people').values({ id: 'x', name: 'x', age: 1 } as never), /no column "age"/],
    'a conflict by the name of a constraint': [
      (db) =>
        db
          .insertInto('people')
          .values({ id: 'x', name: 'x' })
          .onConflict((oc) => oc.constraint('people_pkey').doUpdateSet({ name: 'y' })),
      /constraint/,
    ],
    'a conflict by an expression': [
      (db) =>
        db
          .insertInto('people')
          .values({ id: 'x', name: 'x' })
          .onConflict((oc) => oc.expression(sql`id`).doUpdateSet({ name: 'y' })),
      /indexExpression/,
    ],
    'an upsert without columns': [
      (db) =>
        db
          .insertInto('people')
          .values({ id: 'x', name: 'x' })
          .onConflict((oc) => oc.doUpdateSet({ name: 'y' })),
      /names the columns/,
    ],
    'insert or replace': [(db) => db.insertInto('people').values({ id: 'x', name: 'x' }).orReplace(), /orAction/],
    'replace into': [
      (db) =>
        db
          .with('y', (qc) => qc.selectFrom('people').selectAll())
          .replaceInto('people')
          .values({ id: 'x', name: 'x' }),
      /replace/,
    ],
    'merge into': [
      (db) =>
        db
          .with('y', (qc) => qc.selectFrom('people').selectAll())
          .mergeInto('people')
          .using('projects', 'projects.id', 'people.id')
          .whenMatched()
          .thenDelete(),
      /Merge/,
    ],
    'insert with default values': [(db) => db.insertInto('people').defaultValues(), /defaultValues/],
    'a common table expression that hides a table': [
      (db) =>
        db
          .with('tickets', (qc) => qc.selectFrom('projects').selectAll())
          .selectFrom('tickets')
          .selectAll(),
      /"tickets"/,
    ],
    'one that hides it in another case': [
      (db) =>
        db
          .with('TICKETS', (qc) => qc.selectFrom('projects').selectAll())
          .selectFrom('tickets')
          .selectAll(),
      /"TICKETS"/,
    ],
    'a deep one that hides it': [
      (db) =>
        db
          .selectFrom('people')
          .selectAll()
          .where('id', 'in', () =>
            db
              .with('tickets', (qc) => qc.selectFrom('projects').select('id'))
              .selectFrom('tickets')
              .select('id'),
          ),
      /"tickets"/,
    ],
    'a common table expression that is defined further on': [
      (db) =>
        db
          .with('first', (qc) => qc.selectFrom('second' as 'people').selectAll())
          .with('second', (qc) => qc.selectFrom('people').selectAll())
          .selectFrom('first')
          .selectAll(),
      /"second" is used before it is defined/,
    ],
    'two that define each other': [
      (db) =>
        db
          .with('first', (qc) => qc.selectFrom('second' as 'people').selectAll())
          .withRecursive('second', (qc) => qc.selectFrom('first' as 'people').selectAll())
          .selectFrom('second')
          .selectAll(),
      /"second" is used before it is defined/,
    ],
    'a delete inside a common table expression': [
      (db) =>
        db
          .with('x', (qc) => qc.deleteFrom('people').returningAll())
          .selectFrom('x')
          .selectAll(),
      /only a select/,
    ],
    'a delete inside a condition': [
      (db) =>
        db
          .selectFrom('tickets')
          .selectAll()
          .where((eb) => eb.exists(db.deleteFrom('people').returningAll() as never)),
      /a delete inside another query/,
    ],
    'a cast to a made-up type': [
      (db) =>
        db.selectFrom('tickets').select((eb) => eb.cast<string>('id', madeUp('DataTypeNode', { dataType: 'text) from gatehouse_keys --' }) as never).as('x')),
      /cast|raw|not allowed/,
    ],
    'a made-up identifier as raw text': [
      (db) => db.selectFrom('tickets').select(madeUp('RawNode', { sqlFragments: ['1'], parameters: [] }) as never),
      /raw SQL/,
    ],
    'a made-up kind of query': [
      (db) =>
        db
          .selectFrom('tickets')
          .selectAll()
          .where(madeUp('DropTableNode', { table: 'x' }) as never),
      /DropTableNode/,
    ],
    explain: [(db) => ({ execute: () => db.selectFrom('tickets').selectAll().explain() }), /ExplainNode/],
    'an update of nothing': [(db) => db.updateTable('tickets').set({}), /sets nothing/],
  } satisfies Record<string, [(db: ReturnType<typeof dbOf>) => { execute(): Promise<unknown> }, RegExp]>;

  test.each(Object.entries(refused))('%s is refused by name, and nothing runs', async (_, [query, message]) => {
    const before = await everything(bench);
    const attempt = async (): Promise<unknown> => query(dbOf(bench.store, 'a')).execute();
    await expect(attempt()).rejects.toThrow(message);
    await expect(attempt()).rejects.toThrow(/^Refused query/);
    expect(await everything(bench)).toEqual(before);
  });
}

/** An expression that claims to be any node, as code without types could pass it. */
function madeUp(kind: string, more: object): Expression<unknown> {
  const expression = { expressionType: undefined, toOperationNode: () => ({ kind, ...more }) };
  return expression as unknown as Expression<unknown>;
}
