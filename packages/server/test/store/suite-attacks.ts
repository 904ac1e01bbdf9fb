import { BinaryOperationNode, ColumnNode, type Expression, type KyselyPlugin, OperatorNode, OrNode, type SqlBool, ValueNode } from 'kysely';
import { beforeEach, expect, test } from 'vitest';
import { type NewPlace, useStore } from './place.js';
import { dbOf, snapshotOf } from './tables.js';
import { everything, fillTwoTenants } from './two-tenants.js';

/** A plugin like those that a builder accepts: here, one that does nothing. */
const idle: KyselyPlugin = { transformQuery: ({ node }) => node, transformResult: async ({ result }) => result };

/** `title = 'secret' or id = 'secret-ticket'`, without the parentheses that the query builder would put around it. */
const bareOr: Expression<SqlBool> = {
  expressionType: undefined,
  toOperationNode: () =>
    OrNode.create(
      BinaryOperationNode.create(ColumnNode.create('title'), OperatorNode.create('='), ValueNode.create('secret')),
      BinaryOperationNode.create(ColumnNode.create('id'), OperatorNode.create('='), ValueNode.create('secret-ticket')),
    ),
};

/** `a` attacks; all that belongs to `b` carries `secret`. */
export function attackCases(newPlace: NewPlace): void {
  const bench = useStore(newPlace);

  beforeEach(() => fillTwoTenants(bench.store));

  const reads = {
    'a foreign id in where': (db) => db.selectFrom('tickets').selectAll().where('id', '=', 'secret-ticket'),
    'an or that is always true': (db) =>
      db
        .selectFrom('tickets')
        .selectAll()
        .where((eb) => eb.or([eb.lit(true), eb('id', '=', 'x')])),
    'a cross join': (db) => db.selectFrom('tickets').crossJoin('projects as p').crossJoin('tickets as t').select(['p.name', 't.title', 'tickets.title as u']),
    'an outer join without a condition': (db) =>
      db
        .selectFrom('projects')
        .fullJoin('tickets as t', (join) => join.onTrue())
        .select(['t.title', 'projects.name']),
    'a right join': (db) => db.selectFrom('projects').rightJoin('tickets as t', 't.id', 'projects.id').select(['t.title']),
    'several tables in from': (db) => db.selectFrom(['tickets', 'projects']).selectAll(),
    'a sub-query in from': (db) => db.selectFrom((eb) => eb.selectFrom('tickets').selectAll().as('s')).selectAll(),
    'a sub-query among the columns': (db) =>
      db.selectFrom('projects').select((eb) => eb.selectFrom('tickets').select('title').orderBy('title', 'desc').limit(1).as('t')),
    'a sub-query in where': (db) =>
      db
        .selectFrom('tickets')
        .selectAll()
        .where('title', 'in', (eb) => eb.selectFrom('projects').select('name')),
    'exists over other rows': (db) =>
      db
        .selectFrom('people')
        .selectAll()
        .where((eb) => eb.exists(eb.selectFrom('tickets').select('id').where('title', '=', 'secret'))),
    'a union': (db) =>
      db
        .selectFrom('tickets')
        .select('title')
        .unionAll((eb) => eb.selectFrom('projects').select('name as title')),
    'except and intersect': (db) =>
      db
        .selectFrom('tickets')
        .select('title')
        .except((eb) => eb.selectFrom('projects').select('name as title')),
    'a common table expression': (db) =>
      db
        .with('x', (qc) => qc.selectFrom('tickets').selectAll())
        .selectFrom('x')
        .selectAll(),
    'a nested common table expression': (db) =>
      db
        .with('x', (qc) =>
          qc
            .with('y', (deep) => deep.selectFrom('tickets').selectAll())
            .selectFrom('y')
            .selectAll(),
        )
        .selectFrom('x')
        .selectAll(),
    'a recursive common table expression': (db) =>
      db
        .with('start', (qc) => qc.selectFrom('projects').select('id'))
        .withRecursive('walk', (qc) =>
          qc
            .selectFrom('tickets')
            .select(['id', 'title', 'number'])
            .union(qc.selectFrom('tickets').innerJoin('walk', 'walk.number', 'tickets.number').select(['tickets.id', 'tickets.title', 'tickets.number'])),
        )
        .selectFrom('walk')
        .selectAll(),
    'an aggregate with a filter': (db) => db.selectFrom('tickets').select((eb) => eb.fn.max('title').filterWhere('id', '!=', 'own-ticket').as('m')),
    'order by a sub-query': (db) =>
      db
        .selectFrom('tickets')
        .selectAll()
        .orderBy((eb) => eb.selectFrom('tickets as o').select('o.title').limit(1), 'desc'),
    'a query without its plugins': (db) => db.selectFrom('tickets').withPlugin(idle).selectAll().clearWhere(),
    'a query creator without plugins': (db) =>
      db
        .with('x', (qc) => qc.selectFrom('tickets').selectAll())
        .withoutPlugins()
        .selectFrom('tickets')
        .selectAll(),
  } satisfies Record<string, (db: ReturnType<typeof dbOf>) => { execute(): Promise<unknown[]> }>;

  test.each(Object.entries(reads))('%s reads nothing of another tenant', async (_, query) => {
    const rows = await query(dbOf(bench.store, 'a')).execute();
    expect(JSON.stringify(rows)).not.toContain('secret');
    const others = await query(dbOf(bench.store, 'b')).execute();
    expect(JSON.stringify(others)).not.toContain('own');
    const nobody = await query(dbOf(bench.store, 'c')).execute();
    expect(JSON.stringify(nobody)).not.toMatch(/own|secret/);
  });

  test('a snapshot, also of several tenants at once, shows each its own rows only', async () => {
    const titles = (tenant: string) =>
      snapshotOf(bench.store, tenant, async ({ db }) => (await db.selectFrom('tickets').select('title').execute()).map(({ title }) => title));
    expect(await Promise.all(['a', 'b', 'c', 'a'].map(titles))).toEqual([['own', 'own'], ['secret', 'secret'], [], ['own', 'own']]);
  });

  test('each tenant counts its own rows only', async () => {
    const count = (tenant: string) =>
      dbOf(bench.store, tenant)
        .selectFrom('tickets')
        .select((eb) => eb.fn.countAll<number>().as('n'))
        .executeTakeFirst();
    expect(await Promise.all([count('a'), count('b'), count('c')])).toEqual([{ n: 2 }, { n: 2 }, { n: 0 }]);
  });

  const writes = {
    'an update of a foreign id': (db) => db.updateTable('tickets').set({ title: 'x' }).where('id', '=', 'secret-ticket'),
    'an update with an or': (db) =>
      db
        .updateTable('tickets')
        .set({ title: 'x' })
        .where((eb) => eb.or([eb('id', '=', 'secret-ticket'), eb('title', '=', 'secret')])),
    'an update with an or in no parentheses': (db) => db.updateTable('tickets').set({ title: 'x' }).where(bareOr),
    'a delete with an or in no parentheses': (db) => db.deleteFrom('tickets').where(bareOr),
    'an update by a sub-query': (db) =>
      db
        .updateTable('tickets')
        .set({ title: 'x' })
        .where('id', 'in', (eb) => eb.selectFrom('projects').select('id')),
    'an update under an alias': (db) => db.updateTable('tickets as t').set({ title: 'x' }).where('t.title', '=', 'secret'),
    'an update from a foreign table': (db) =>
      db
        .updateTable('tickets')
        .from('projects as p')
        .set((eb) => ({ title: eb.ref('p.name') }))
        .where('p.name', '=', 'secret'),
    'a delete of a foreign id': (db) => db.deleteFrom('tickets').where('id', '=', 'secret-ticket'),
    'a delete with an or': (db) => db.deleteFrom('tickets').where((eb) => eb.or([eb('title', '=', 'secret'), eb('id', '=', 'secret-ticket')])),
    'a delete with returning': (db) => db.deleteFrom('tickets').where('title', '=', 'secret').returningAll(),
    'an insert from a select of foreign rows': (db) =>
      db
        .insertInto('people')
        .columns(['id', 'name'])
        .expression((eb) => eb.selectFrom('projects').select(['id', 'name']).where('name', '=', 'secret')),
  } satisfies Record<string, (db: ReturnType<typeof dbOf>) => { execute(): Promise<unknown[]> }>;

  test.each(Object.entries(writes))('%s changes nothing and tells nothing', async (_, query) => {
    const before = await everything(bench);
    const answer = await query(dbOf(bench.store, 'a')).execute();
    expect(await everything(bench)).toEqual(before);
    expect(JSON.stringify(answer, (_key, value: unknown) => (typeof value === 'bigint' ? Number(value) : value))).not.toContain('secret');
  });

  test("an upsert on another tenant's id makes an own row and leaves the other alone", async () => {
    const { store } = bench;
    const upsert = dbOf(store, 'a')
      .insertInto('tickets')
      .values({ id: 'secret-ticket', number: 3, title: 'taken' })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ title: 'taken' }))
      .returningAll();
    expect(await upsert.executeTakeFirst()).toMatchObject({ id: 'secret-ticket', title: 'taken' });
    expect(await dbOf(store, 'b').selectFrom('tickets').select('title').where('id', '=', 'secret-ticket').execute()).toEqual([{ title: 'secret' }]);
  });

  test('an update or a delete without a condition stays within the tenant', async () => {
    const { store } = bench;
    expect((await dbOf(store, 'a').updateTable('tickets').set({ title: 'x' }).executeTakeFirstOrThrow()).numUpdatedRows).toBe(2n);
    expect((await dbOf(store, 'a').deleteFrom('tickets').executeTakeFirstOrThrow()).numDeletedRows).toBe(2n);
    expect((await dbOf(store, 'b').selectFrom('tickets').selectAll().execute()).map(({ title }) => title)).toEqual(['secret', 'secret']);
  });

  test("a reference to another tenant's row is refused as one to a row that does not exist", async () => {
    const db = dbOf(bench.store, 'a');
    const refer = async (project_id: string): Promise<unknown> =>
      db
        .insertInto('tickets')
        .values({ id: 'new', number: 9, title: 'x', project_id })
        .execute()
        .catch((error: Error) => error.message);
    expect(await refer('secret-project')).toBe(await refer('no-such-project'));
    await expect(db.updateTable('tickets').set({ project_id: 'secret-project' }).execute()).rejects.toMatchObject({ violation: 'reference' });
  });

  test('a builder whose compiled query was exchanged runs nothing', async () => {
    const query = dbOf(bench.store, 'a').selectFrom('tickets').selectAll();
    const foreign = dbOf(bench.store, 'b').selectFrom('tickets').selectAll().compile();
    Object.defineProperty(query, 'compile', { value: () => foreign, configurable: true });
    await expect(query.execute()).rejects.toThrow(/not made by this facade/);
    Object.defineProperty(query, 'compile', { value: () => ({ ...foreign, sql: 'select * from tickets', parameters: [] }) });
    await expect(query.execute()).rejects.toThrow(/not made by this facade/);
  });

  test('a compiled query whose tenant was exchanged still runs for its own', async () => {
    const query = dbOf(bench.store, 'a').selectFrom('tickets').select('title');
    const compiled = query.compile();
    const parameters: unknown[] = compiled.parameters as unknown[];
    parameters[parameters.indexOf('a')] = 'b';
    Object.defineProperty(query, 'compile', { value: () => compiled });
    expect((await query.execute()).map(({ title }) => title)).toEqual(['own', 'own']);
  });

  test('a value that makes a query of another tenant while it is written does not change whose row it is', async () => {
    const { store } = bench;
    const nosy = {
      toJSON: () => {
        dbOf(store, 'b').selectFrom('tickets').selectAll().compile();
        return [];
      },
    };
    const insert = (): Promise<unknown> =>
      dbOf(store, 'a')
        .insertInto('tickets')
        .values({ id: 'x', number: 5, title: 'own', labels: nosy as unknown as string[] })
        .execute();
    const before = await everything(bench);
    await expect(insert()).rejects.toThrow();
    expect(await everything(bench)).toEqual(before);
  });

  test("a builder of one tenant's inside another's query is bound to the one that runs it", async () => {
    const foreign = dbOf(bench.store, 'b').selectFrom('tickets').select('title');
    const rows = await dbOf(bench.store, 'a').selectFrom('tickets').select('title').unionAll(foreign).execute();
    expect(JSON.stringify(rows)).not.toContain('secret');
  });

  test('a facade without a tenant is not made', () => {
    expect(() => bench.store.db('')).toThrow(/tenant/);
  });
}
