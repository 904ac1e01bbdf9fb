import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DriverName, RowObject, Statement } from '../../src/store/sqlite/driver.js';
import { openSqliteStore } from '../../src/store/sqlite/index.js';
import { loadDriver } from '../../src/store/sqlite/load-driver.js';
import type { NewPlace } from './place.js';

/** @param driver the usual one where none is given */
export function sqlitePlaces(driver?: DriverName): NewPlace {
  return async () => {
    const folder = await mkdtemp(join(tmpdir(), 'store-'));
    return {
      open: ({ tables = [], ...opening }) =>
        openSqliteStore({ path: join(folder, 'store.db'), tables, now: () => 1_000, ...(driver && { driver }), ...opening }),
      raw: async (sql) => {
        const connection = (await loadDriver(driver))(join(folder, 'store.db'), false);
        try {
          const statement = connection.prepare(sql);
          return rowsOf(statement);
        } finally {
          connection.close();
        }
      },
      remove: () => rm(folder, { recursive: true, force: true }),
    };
  };
}

function rowsOf(statement: Statement): readonly RowObject[] {
  if (statement.columns.length > 0) return statement.all([]);
  statement.run([]);
  return [];
}
