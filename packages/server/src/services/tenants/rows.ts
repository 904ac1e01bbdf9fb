import { type TableDef, referredFirst } from '../../domain/tables.js';
import type { Store } from '../../store/store.js';
import type { TenantDb } from '../../store/unit.js';

/** Any declared table, as far as this is about: rows with an id. */
type AnyTables = Record<string, { id: string } & Record<string, unknown>>;

const DELETED_AT_ONCE = 500;

function tablesOf(store: Pick<Store, 'db'>, tenant: string): TenantDb<AnyTables> {
  return store.db(tenant) as unknown as TenantDb<AnyTables>;
}

/** One portion of a table's rows, by their ids. */
export function pageOf(store: Pick<Store, 'db'>, tenant: string, { name }: TableDef, after: string, most: number) {
  return tablesOf(store, tenant).selectFrom(name).selectAll().where('id', '>', after).orderBy('id').limit(most).execute();
}

/**
 * Deletes some of a tenant's rows, and answers whether there may be more. Rows that refer go before those that they refer to; where
 * that cannot be, since tables refer in a circle or a table to itself, what may be null is made so first.
 */
export async function clearSome(store: Pick<Store, 'db'>, tenant: string, declared: readonly TableDef[]): Promise<boolean> {
  const db = tablesOf(store, tenant);
  const order = referredFirst(declared, ({ column }, { columns }) => columns[column]?.nullable !== true).toReversed();
  const goesLater = new Map(order.map(({ name }, index) => [name, index]));
  for (const [index, { name, columns, references }] of order.entries()) {
    for (const { column, table, onDelete } of references) {
      const parted = onDelete === 'restrict' && columns[column]?.nullable === true && (goesLater.get(table) ?? 0) <= index;
      if (!parted) continue;
      const bound = db.selectFrom(name).select('id').where(column, 'is not', null).limit(DELETED_AT_ONCE);
      const { numUpdatedRows } = await db
        .updateTable(name)
        .set({ [column]: null })
        .where('id', 'in', bound)
        .executeTakeFirst();
      if (numUpdatedRows > 0n) return true;
    }
  }
  for (const { name } of order) {
    const some = db.selectFrom(name).select('id').limit(DELETED_AT_ONCE);
    const { numDeletedRows } = await db.deleteFrom(name).where('id', 'in', some).executeTakeFirst();
    if (numDeletedRows > 0n) return true;
  }
  return false;
}
