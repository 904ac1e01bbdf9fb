import { IsolationError } from '../layers.js';
import type { Connection } from './connection.js';
import { canaryTable, type GuardedTable, guardsOf, tenantFunction } from './guarded-tables.js';

/** No ids of tenants are made like these. */
const ONE = 'gatehouse:probe-one';
const TWO = 'gatehouse:probe-two';

/** Each of these is thrown by the part of the proof that finds it, and says what to do. */
const WRONG_BUILD = 'start again; if it stays, this build of Gatehouse must not serve';

/**
 * Whatever is in the file is either Gatehouse's own, or declared and so guarded.
 * @throws {IsolationError} that names what is neither
 */
export function proveNothingElse(connection: Connection, tables: readonly GuardedTable[]): void {
  const known = new Set(tables.map(({ name }) => name));
  const present = connection.all("select type, name from main.sqlite_schema where type in ('table', 'view') order by name");
  for (const { type, name } of present) {
    if (typeof name !== 'string' || known.has(name) || /^(?:gatehouse|sqlite)_/.test(name)) continue;
    throw new IsolationError(
      `The ${type} "${name}" is in the database and undeclared, so that nothing holds its rows to a tenant: declare it in the platform's tables, or drop it`,
    );
  }
}

/**
 * Every table's guards are on this connection, word for word, and hold: nobody sees a row without a tenant or as a tenant that does not
 * exist, and the tenant is forgotten after each statement.
 */
export function proveGuards(connection: Connection, tables: readonly GuardedTable[], which: string): void {
  const rows = connection.all('select name, sql from temp.sqlite_schema');
  const stored = new Map(rows.map(({ name, sql }) => [name, sql]));
  for (const guard of tables.flatMap(guardsOf)) {
    if (stored.get(guard.name) === guard.stored) continue;
    const what = stored.has(guard.name) ? 'is not the one that Gatehouse makes' : 'is missing';
    throw new IsolationError(
      `The ${guard.is} "${guard.name}" ${what} on the ${which}: a handler could ${guard.keeps} rows of another tenant in "${guard.table}"; ${WRONG_BUILD}`,
    );
  }
  for (const { name } of tables) {
    const asNobody = connection.get(`select 1 from "${name}" limit 1`) !== undefined;
    if (asNobody || connection.query(ONE, `select 1 from "${name}" limit 1`, []).rows.length > 0) {
      throw new IsolationError(`The table "${name}" shows rows to a tenant that does not exist, on the ${which}: ${WRONG_BUILD}`);
    }
  }
  const told = connection.query(ONE, `select ${tenantFunction}() as tenant`, []).rows[0]?.tenant;
  const after = connection.get(`select ${tenantFunction}() as tenant`)?.tenant;
  if (told !== ONE || after !== null) throw new IsolationError(`The ${which} does not know whose statement it runs: ${WRONG_BUILD}`);
}

/** Tries to reach one tenant's row as another, in a table of Gatehouse's own with the same guards. Leaves a row behind: undo it. */
export function proveByTrying(writer: Connection): void {
  const { name } = canaryTable;
  const shown = (tenant: string): string => JSON.stringify(writer.query(tenant, `select id, note from "${name}"`, []).rows);
  const changed = (tenant: string, sql: string): number => writer.query(tenant, sql, []).changed;
  const refused = (sql: string): boolean => throws(() => changed(TWO, sql));
  const insert = `insert into main."${name}" (tenant_id, id, note) values ('${ONE}', 'probe', 'as it was')`;

  expectProof(changed(ONE, insert) === 1, 'a tenant cannot insert a row of its own');
  const before = shown(ONE);
  expectProof(before.includes('as it was'), 'a tenant does not see a row of its own');
  expectProof(shown(TWO) === '[]', "a tenant sees another's row");
  expectProof(changed(TWO, `update main."${name}" set note = 'changed'`) === 0, "a tenant updates another's row");
  expectProof(changed(TWO, `delete from main."${name}"`) === 0, "a tenant deletes another's row");
  expectProof(refused(insert.replace("'probe'", "'probe-two'")), 'a tenant inserts a row for another');
  expectProof(refused(`${insert} on conflict (tenant_id, id) do update set note = 'changed'`), 'a tenant upserts a row of another');
  changed(TWO, insert.replace(ONE, TWO));
  expectProof(refused(`update main."${name}" set tenant_id = '${ONE}', id = 'moved'`), 'a tenant gives a row of its own to another');
  expectProof(shown(ONE) === before, "a tenant changes another's row");
}

function expectProof(holds: boolean, otherwise: string): void {
  if (!holds) throw new IsolationError(`The guards of the database do not hold (${otherwise}): ${WRONG_BUILD}`);
}

function throws(work: () => unknown): boolean {
  try {
    work();
    return false;
  } catch {
    return true;
  }
}
