import { col, tenantTable } from '../../src/domain/tables.js';
import type { Store } from '../../src/store/store.js';
import type { DatabaseOf, Snapshot, TenantDb, Unit } from '../../src/store/unit.js';

const people = tenantTable('people', { columns: { id: col.uuid(), name: col.text() } });

const projects = tenantTable('projects', {
  columns: { id: col.uuid(), name: col.text(), budget: col.nullable(col.real()) },
  unique: [['name']],
});

const tickets = tenantTable('tickets', {
  columns: {
    id: col.uuid(),
    project_id: col.nullable(col.uuid()),
    assignee_id: col.nullable(col.uuid()),
    parent_id: col.nullable(col.uuid()),
    number: col.integer(),
    title: col.text(),
    weight: col.or(col.real(), 0.5),
    open: col.or(col.boolean(), true),
    due: col.nullable(col.timestamp()),
    labels: col.nullable(col.json<readonly string[] | { readonly a: number }>()),
    proof: col.nullable(col.bytes()),
  },
  unique: [['number']],
  indexes: [['open', 'due']],
  references: {
    project_id: { table: 'projects', onDelete: 'cascade' },
    assignee_id: { table: 'people', onDelete: 'set null' },
    parent_id: { table: 'tickets', onDelete: 'set null' },
  },
});

const comments = tenantTable('comments', {
  columns: { id: col.uuid(), person_id: col.uuid(), ticket_id: col.nullable(col.uuid()), text: col.text() },
  references: { person_id: { table: 'people' }, ticket_id: { table: 'tickets', onDelete: 'set null' } },
});

export const tables = [people, projects, tickets, comments] as const;
export type Db = DatabaseOf<typeof tables>;

/** As the runtime does it: the tables that the store was opened with are known to the platform alone. */
export function dbOf(store: Store, tenant: string): TenantDb<Db> {
  return store.db(tenant) as unknown as TenantDb<Db>;
}

export function txOf<T>(store: Store, tenant: string, work: (unit: Unit<Db>) => Promise<T>): Promise<T> {
  return store.tx(tenant, (unit) => work(unit as unknown as Unit<Db>));
}

export function snapshotOf<T>(store: Store, tenant: string, work: (snapshot: Snapshot<Db>) => Promise<T>): Promise<T> {
  return store.snapshot(tenant, (snapshot) => work(snapshot as unknown as Snapshot<Db>));
}
