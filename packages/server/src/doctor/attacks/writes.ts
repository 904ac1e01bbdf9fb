import type { LooseBuilder, Statement } from './reads.js';
import type { Scene } from './scene.js';

/** `fresh` under the victim's id. */
const withForeignId = ({ fresh, foreign }: Scene, label: string) => ({ ...fresh(label), id: foreign.id });

/** A row with the values of the victim's that are unique, but where they refer to something. */
function withTakenNames({ table, fresh, foreign }: Scene, label: string) {
  const referring = new Set(table.references.map(({ column }) => column));
  const taken = table.unique.flat().filter((column) => !referring.has(column));
  return { ...fresh(label), ...Object.fromEntries(taken.map((column) => [column, foreign[column]])) };
}

/** Every reference of the row leads to the victim's rows. */
function withForeignReferences({ table, fresh, referred }: Scene, label: string) {
  return {
    ...fresh(label),
    ...Object.fromEntries(table.references.flatMap(({ column }) => (referred(column) === undefined ? [] : [[column, referred(column)]]))),
  };
}

/** Writes that forget whose rows they are after, or are after somebody else's. */
export const writes: Readonly<Record<string, Statement>> = {
  'insert with a foreign id': (db, scene) => db.insertInto(scene.table.name).values(withForeignId(scene, 'i1')).returningAll().execute(),
  'insert with taken names': (db, scene) => db.insertInto(scene.table.name).values(withTakenNames(scene, 'i2')).returningAll().execute(),
  "insert with the victim's tenant": (db, { table, fresh, tenants }) =>
    db
      .insertInto(table.name)
      .values({ ...fresh('i3'), tenant_id: tenants.foreign })
      .execute(),
  'insert that refers to foreign rows': (db, scene) => db.insertInto(scene.table.name).values(withForeignReferences(scene, 'i4')).returningAll().execute(),
  'insert of a copy of a foreign row': (db, { table, foreign }) =>
    db
      .insertInto(table.name)
      .values({ ...foreign })
      .execute(),
  'insert … select': (db, { table, foreign }) => {
    const columns = Object.keys(table.columns);
    return db
      .insertInto(table.name)
      .columns(columns)
      .expression((eb) => eb.selectFrom(table.name).select(columns).where('id', '=', foreign.id))
      .returningAll()
      .execute();
  },
  'insert … select without a condition': (db, { table }) => {
    const columns = Object.keys(table.columns);
    return db
      .insertInto(table.name)
      .columns(columns)
      .expression((eb) => eb.selectFrom(table.name).select(columns).where('id', '!=', 'none'))
      .onConflict((on) => on.column('id').doNothing())
      .returningAll()
      .execute();
  },
  'upsert on a foreign id': (db, scene) =>
    db
      .insertInto(scene.table.name)
      .values(withForeignId(scene, 'u1'))
      .onConflict((on) => on.column('id').doUpdateSet(scene.change))
      .returningAll()
      .execute(),
  'upsert that does nothing': (db, scene) =>
    db
      .insertInto(scene.table.name)
      .values(withForeignId(scene, 'u2'))
      .onConflict((on) => on.column('id').doNothing())
      .returningAll()
      .execute(),
  'upsert on taken names': (db, scene) =>
    db
      .insertInto(scene.table.name)
      .values(withTakenNames(scene, 'u3'))
      .onConflict((on) => on.columns(scene.table.unique[0]?.slice() ?? ['id']).doUpdateSet(scene.change))
      .returningAll()
      .execute(),
  'upsert on the tenant': (db, { table, foreign, tenants }) =>
    db
      .insertInto(table.name)
      .values({ ...foreign, tenant_id: tenants.foreign })
      .onConflict((on) => on.columns(['tenant_id', 'id']).doUpdateSet({ tenant_id: tenants.own }))
      .execute(),
  'update without a condition': (db, scene) => db.updateTable(scene.table.name).set(scene.change).execute(),
  'update with returning': (db, scene) => db.updateTable(scene.table.name).set(scene.change).returningAll().execute(),
  'update by a foreign id': (db, scene) => db.updateTable(scene.table.name).set(scene.change).where('id', '=', scene.foreign.id).returningAll().execute(),
  'update by a sub-query': (db, scene) =>
    db
      .updateTable(scene.table.name)
      .set(scene.change)
      .where('id', 'in', (eb: LooseBuilder) => eb.selectFrom(scene.table.name).select('id'))
      .execute(),
  'update from another table': (db, { table, text }) =>
    db
      .updateTable(table.name)
      .from(`${table.name} as o`)
      .set((eb) => ({ [text]: eb.ref(`o.${text}`) }))
      .whereRef('o.id', '!=', `${table.name}.id`)
      .returningAll()
      .execute(),
  "update that moves a row to the victim's tenant": (db, { table, own, tenants }) =>
    db.updateTable(table.name).set({ tenant_id: tenants.foreign }).where('id', '=', own.id).execute(),
  "update that takes the victim's rows": (db, { table, foreign, tenants }) =>
    db.updateTable(table.name).set({ tenant_id: tenants.own }).where('id', '=', foreign.id).execute(),
  'update to a foreign id': (db, { table, own, foreign }) => db.updateTable(table.name).set({ id: foreign.id }).where('id', '=', own.id).execute(),
  'update that refers to foreign rows': (db, scene) => {
    const { id: _id, ...row } = withForeignReferences(scene, 'w1');
    return db.updateTable(scene.table.name).set(row).where('id', '=', scene.own.id).returningAll().execute();
  },
  'delete without a condition': (db, { table }) => db.deleteFrom(table.name).execute(),
  'delete with returning': (db, { table }) => db.deleteFrom(table.name).returningAll().execute(),
  'delete by a foreign id': (db, { table, foreign }) => db.deleteFrom(table.name).where('id', '=', foreign.id).returningAll().execute(),
  'delete by a sub-query': (db, { table }) =>
    db
      .deleteFrom(table.name)
      .where('id', 'in', (eb: LooseBuilder) => eb.selectFrom(`${table.name} as o`).select('o.id'))
      .execute(),
  'delete with an or': (db, { table, own, foreign }) =>
    db
      .deleteFrom(table.name)
      .where((eb) => eb.or([eb('id', '=', foreign.id), eb('id', '=', own.id)]))
      .execute(),
  'delete in a common table expression': (db, { table }) =>
    db
      .with('gone', (qc) => qc.deleteFrom(table.name).returningAll())
      .selectFrom('gone')
      .selectAll()
      .execute(),
};
