import type { ColumnType, QueryCreator } from 'kysely';
import type { Column, TableDef } from '../domain/tables.js';

/** What the query builder knows of one declared table. */
export type TableType<T extends TableDef> = {
  [C in keyof T['columns']]: T['columns'][C] extends Column<infer V, infer Defaulted> ? ColumnType<V, Defaulted extends true ? V | undefined : V, V> : never;
};

/** A row of one declared table, as a query answers it. */
export type RowOf<T extends TableDef> = { [C in keyof T['columns']]: T['columns'][C] extends Column<infer V> ? V : never };

/** All of a platform's tables by name: the `Database` that types `context.db`. */
export type DatabaseOf<Tables extends readonly TableDef[]> = { [T in Tables[number] as T['name']]: TableType<T> };

/**
 * A handler's way to its tables, bound to one tenant: reads see only its rows, writes carry its id, whatever is
 * joined, nested, united or upserted. Five verbs of the query builder, and nothing that reaches round them.
 */
export type TenantDb<Database = never> = Pick<QueryCreator<Database>, 'selectFrom' | 'insertInto' | 'updateTable' | 'deleteFrom' | 'with'>;

/** Readings of one tenant's tables that all see the same moment. */
export interface Snapshot<Database = never> {
  readonly db: Pick<TenantDb<Database>, 'selectFrom'>;
}

/** One atomic piece of work. */
export interface Unit<Database = never> {
  readonly db: TenantDb<Database>;
}
