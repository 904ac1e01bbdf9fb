import type { DriverName, OpenDriver } from './driver.js';
import { openBetterSqlite3 } from './driver-better-sqlite3.js';
import { openNodeSqlite } from './driver-node-sqlite.js';

/** The driver asked for, or the first that this machine has: better-sqlite3, then `node:sqlite` (Node 24). */
export async function loadDriver(wanted?: DriverName): Promise<OpenDriver> {
  if (wanted !== 'node:sqlite') {
    const better = await openBetterSqlite3();
    if (typeof better === 'function') return better;
    if (wanted !== undefined) throw new Error('better-sqlite3 cannot be loaded', { cause: better });
  }
  const node = openNodeSqlite();
  if (node !== undefined) return node;
  throw new Error('No SQLite driver: better-sqlite3 is not installed, and this Node has no node:sqlite (Node 24 has)');
}
