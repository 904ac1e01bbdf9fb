import { type ExpressionBuilder, sql } from 'kysely';
import type { LooseDb } from './probe.js';
import type { Scene } from './scene.js';

export type LooseBuilder = ExpressionBuilder<Record<string, Record<string, unknown>>, string>;

export type Statement = (db: LooseDb, scene: Scene) => Promise<unknown>;

/** Reads that forget whose rows they are after, or ask for somebody else's. */
export const reads: Readonly<Record<string, Statement>> = {
  'select without a condition': (db, { table }) => db.selectFrom(table.name).selectAll().execute(),
  'select by a foreign id': (db, { table, foreign }) => db.selectFrom(table.name).selectAll().where('id', '=', foreign.id).execute(),
  'select by a list of ids': (db, { table, foreign, own }) => db.selectFrom(table.name).selectAll().where('id', 'in', [foreign.id, own.id]).execute(),
  'select by a foreign text': (db, { table, foreign, text }) => db.selectFrom(table.name).selectAll().where(text, '=', foreign[text]).execute(),
  'select with an or': (db, { table, foreign }) =>
    db
      .selectFrom(table.name)
      .selectAll()
      .where((eb) => eb.or([eb('id', '=', foreign.id), eb('id', '!=', foreign.id)]))
      .execute(),
  'select by like': (db, { table, text }) => db.selectFrom(table.name).selectAll().where(text, 'like', '%').execute(),
  'select by the tenant': (db, { table, tenants }) => db.selectFrom(table.name).selectAll().where('tenant_id', '=', tenants.foreign).execute(),
  'select of the tenant': (db, { table }) => db.selectFrom(table.name).select(['tenant_id', 'id']).execute(),
  'join without a condition': (db, { table, other, text }) =>
    db
      .selectFrom(`${table.name} as a`)
      .innerJoin(`${other.name} as b`, (join) => join.onTrue())
      .select(['a.id as x', `a.${text} as y`, 'b.id as z'])
      .execute(),
  'join with itself': (db, { table, text }) =>
    db
      .selectFrom(`${table.name} as a`)
      .leftJoin(`${table.name} as b`, 'b.id', 'a.id')
      .select([`a.${text} as x`, `b.${text} as y`])
      .execute(),
  'full join': (db, { table, other, text }) =>
    db
      .selectFrom(`${other.name} as a`)
      .fullJoin(`${table.name} as b`, (join) => join.on('a.id', '=', 'none'))
      .select(['a.id as x', `b.${text} as y`])
      .execute(),
  'cross join': (db, { table, other, text }) =>
    db
      .selectFrom(`${other.name} as a`)
      .crossJoin(`${table.name} as b`)
      .select(['a.id as x', `b.${text} as y`])
      .execute(),
  'lateral join': (db, { table, other, text }) =>
    db
      .selectFrom(`${other.name} as a`)
      .innerJoinLateral(
        (eb: LooseBuilder) =>
          eb
            .selectFrom(`${table.name} as c`)
            .select([`c.${text} as y`])
            .as('b'),
        (join) => join.onTrue(),
      )
      .select(['a.id as x', 'b.y'])
      .execute(),
  union: (db, { table, other, text }) =>
    db
      .selectFrom(other.name)
      .select('id as x')
      .unionAll((eb) => eb.selectFrom(table.name).select(`${text} as x`))
      .execute(),
  except: (db, { table, text, own }) =>
    db
      .selectFrom(table.name)
      .select(`${text} as x`)
      .except((eb) => eb.selectFrom(table.name).select(`${text} as x`).where('id', '=', own.id))
      .execute(),
  intersect: (db, { table, text }) =>
    db
      .selectFrom(table.name)
      .select(`${text} as x`)
      .intersect((eb) => eb.selectFrom(table.name).select(`${text} as x`))
      .execute(),
  'sub-query in from': (db, { table }) =>
    db
      .selectFrom((eb) => eb.selectFrom(table.name).selectAll().as('s'))
      .selectAll()
      .execute(),
  'sub-query in where': (db, { table, other }) =>
    db
      .selectFrom(table.name)
      .selectAll()
      .where('id', 'not in', (eb: LooseBuilder) => eb.selectFrom(other.name).select('id'))
      .execute(),
  'sub-query among the columns': (db, { table, other, text }) =>
    db
      .selectFrom(other.name)
      .select((eb) => eb.selectFrom(table.name).select(text).orderBy(text, 'desc').limit(1).as('x'))
      .execute(),
  'exists as an oracle': (db, { table, other, foreign }) =>
    db
      .selectFrom(other.name)
      .select('id')
      .where((eb) => eb.exists(eb.selectFrom(table.name).select('id').where('id', '=', foreign.id)))
      .execute(),
  'comparison as an oracle': (db, { table, other, foreign, text }) =>
    db
      .selectFrom(other.name)
      .select('id')
      .where((eb) => eb(eb.val(foreign[text]), 'in', eb.selectFrom(table.name).select(text)))
      .execute(),
  'count of all': (db, { table }) =>
    db
      .selectFrom(table.name)
      .select((eb) => eb.fn.countAll().as('x'))
      .execute(),
  'greatest and least': (db, { table, text }) =>
    db
      .selectFrom(table.name)
      .select((eb) => [eb.fn.max(text).as('x'), eb.fn.min(text).as('y')])
      .execute(),
  'group by': (db, { table, text }) =>
    db
      .selectFrom(table.name)
      .select((eb) => [text, eb.fn.countAll().as('n')])
      .groupBy(text)
      .having((eb) => eb(eb.fn.countAll(), '>', 0))
      .execute(),
  'common table expression': (db, { table }) =>
    db
      .with('x', (qc) => qc.selectFrom(table.name).selectAll())
      .selectFrom('x')
      .selectAll()
      .execute(),
  'recursive common table expression': (db, { table, other, text }) =>
    db
      .with('start', (qc) => qc.selectFrom(other.name).select('id'))
      .withRecursive('walk', (qc) =>
        qc
          .selectFrom(table.name)
          .select(['id', `${text} as x`])
          .union(
            qc
              .selectFrom(`${table.name} as t`)
              .innerJoin('walk', 'walk.id', 't.id')
              .select(['t.id', `t.${text} as x`]),
          ),
      )
      .selectFrom('walk')
      .selectAll()
      .execute(),
  'order by, limit and offset': (db, { table, text }) =>
    db.selectFrom(table.name).selectAll().orderBy(text, 'desc').orderBy('id').limit(1000).offset(0).execute(),
  'order by a sub-query': (db, { table, text }) =>
    db
      .selectFrom(table.name)
      .selectAll()
      .orderBy((eb) => eb.selectFrom(`${table.name} as o`).select(`o.${text}`).limit(1), 'desc')
      .execute(),
  distinct: (db, { table, text }) => db.selectFrom(table.name).select(text).distinct().execute(),
  'raw condition': (db, { table }) => db.selectFrom(table.name).selectAll().where(sql<boolean>`1 = 1`).execute(),
  'raw column': (db, { other, table, text }) =>
    db
      .selectFrom(other.name)
      .select(sql<string>`(select max(${sql.ref(text)}) from ${sql.table(table.name)})`.as('x'))
      .execute(),
  'raw table': (db, { table }) =>
    db
      .selectFrom(sql<Record<string, unknown>>`${sql.table(table.name)}`.as('x'))
      .selectAll()
      .execute(),
  'qualified name': (db, { table }) => db.selectFrom(`main.${table.name}`).selectAll().execute(),
  'table of Gatehouse': (db) => db.selectFrom('gatehouse_keys').selectAll().execute(),
  'members of Gatehouse': (db) => db.selectFrom('gatehouse_members').selectAll().execute(),
};
