import { driverOrder, loadDriver } from '../../src/store/sqlite/load-driver.js';
import { sqlitePlaces } from './sqlite-place.js';
import { storeSuite } from './suite.js';

const order = driverOrder(process.versions.node);
// Node 20 has no node:sqlite; where better-sqlite3 comes second it may abort the process, and is not touched.
const drivers = order[0] === 'node:sqlite' ? order.slice(0, 1) : order;

for (const driver of drivers) {
  const present = await loadDriver(driver).then(
    () => true,
    () => false,
  );
  if (present) storeSuite(`the store on SQLite through ${driver}`, sqlitePlaces(driver));
}
