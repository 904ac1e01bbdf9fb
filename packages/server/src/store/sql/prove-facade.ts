import type { ColumnType } from 'kysely';
import { IsolationError } from '../layers.js';
import type { TenantDb } from '../unit.js';
import type { BoundQuery, Facades } from './facade.js';

type Probed = TenantDb<Record<string, { id: ColumnType<string> }>>;
type Probe = (db: Probed, table: string) => { execute(): Promise<unknown> };

/** No id of a tenant is made like this. */
const TENANT = 'gatehouse:facade-probe';

const probes: Readonly<Record<string, Probe>> = {
  select: (db, table) => db.selectFrom(table).selectAll(),
  insert: (db, table) => db.insertInto(table).values({ id: 'x' }),
  update: (db, table) => db.updateTable(table).set({ id: 'x' }),
  delete: (db, table) => db.deleteFrom(table),
};

/**
 * Lets the facade bind one query of each kind to each table, without running any.
 * @throws {IsolationError} where one comes out without the tenant
 */
export async function proveFacade(facades: Facades): Promise<void> {
  for (const table of facades.schema.keys()) {
    for (const [verb, probe] of Object.entries(probes)) {
      const seen: BoundQuery[] = [];
      const db = facades.open(TENANT, async (query) => {
        seen.push(query);
        return { rows: [] };
      });
      await probe(db as unknown as Probed, table).execute();
      const bound = seen.length > 0 && seen.every(({ sql, parameters }) => sql.includes('"tenant_id"') && parameters.includes(TENANT));
      if (!bound) throw new IsolationError(`The facade does not hold a query to its tenant (${verb} on "${table}"): this build of Gatehouse must not serve`);
    }
  }
}
