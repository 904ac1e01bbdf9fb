import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DriverName, RowObject, Statement } from '../../src/store/sqlite/driver.js';
import { openSqliteStore } from '../../src/store/sqlite/index.js';
import { driverOrder, loadDriver } from '../../src/store/sqlite/load-driver.js';
import type { NewPlace } from './place.js';
import { storeSuite } from './suite.js';

const order = driverOrder(process.versions.node);
// Node 20 has no node:sqlite; where better-sqlite3 comes second it may abort the process, and is not touched.
const drivers = order[0] === 'node:sqlite' ? order.slice(0, 1) : order;

for (const driver of drivers) {
  const present = await loadDriver(driver).then(
    () => true,
    () => false,
  );
  if (present) storeSuite(`the store on SQLite through ${driver}`, placeOf(driver));
}

function placeOf(driver: DriverName): NewPlace {
  return async () => {
    const folder = await mkdtemp(join(tmpdir(), 'store-'));
    return {
      open: ({ tables = [], ...opening }) => openSqliteStore({ path: join(folder, 'store.db'), tables, now: () => 1_000, driver, ...opening }),
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
