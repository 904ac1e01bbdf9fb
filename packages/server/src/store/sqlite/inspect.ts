import { existsSync } from 'node:fs';
import type { Driver } from './driver.js';
import { loadDriver } from './load-driver.js';

/** What a database file says about itself, without anything being changed in it. */
export interface Inspection {
  /** The number of Gatehouse's own newest migration; 0 for none. */
  readonly schema: number;
  /** The platform's tables. */
  readonly tables: readonly string[];
  /** Small facts, by name. */
  readonly meta: Readonly<Record<string, string>>;
}

/** Nothing at all where there is no such file, or nothing of Gatehouse in it. */
export async function inspectDatabase(path: string): Promise<Inspection> {
  if (!existsSync(path)) return { schema: 0, tables: [], meta: {} };
  const open = await loadDriver();
  const connection = open(path, true);
  try {
    return {
      schema: Number(rows(connection, 'gatehouse_migrations', 'max(version) as version')[0]?.version ?? 0),
      tables: rows(connection, 'gatehouse_tables', 'name').map(({ name }) => String(name)),
      meta: Object.fromEntries(rows(connection, 'gatehouse_meta', 'name, value').map(({ name, value }) => [String(name), String(value)])),
    };
  } finally {
    connection.close();
  }
}

function rows(connection: Driver, table: string, columns: string) {
  const present = connection.prepare("select 1 from sqlite_schema where type = 'table' and name = ?").get([table]);
  return present === undefined ? [] : connection.prepare(`select ${columns} from ${table}`).all([]);
}
