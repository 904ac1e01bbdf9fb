import type { DriverName, OpenDriver } from './driver.js';
import { openBetterSqlite3 } from './driver-better-sqlite3.js';
import { openNodeSqlite } from './driver-node-sqlite.js';

const SELF_SUFFICIENT_NODE = 24;

/** The driver asked for, or the first in order that this machine has. */
export async function loadDriver(wanted?: DriverName): Promise<OpenDriver> {
  const reasons: Error[] = [];
  for (const name of wanted === undefined ? driverOrder(process.versions.node) : [wanted]) {
    const open = name === 'node:sqlite' ? openNodeSqlite() : await openBetterSqlite3();
    if (typeof open === 'function') return open;
    reasons.push(open);
  }
  throw new AggregateError(reasons, `No SQLite driver: ${reasons.map(({ message }) => message).join('; ')}`);
}

/**
 * Which drivers to try on a Node of this version, best first. better-sqlite3 comes last from Node 24 on: its 12.11.1 aborts the process
 * there when a Database or Statement is collected as garbage, and `node:sqlite` needs nothing compiled. Before 24 `node:sqlite` is missing
 * or an early one (docs/decisions/0002-sqlite-drivers.md).
 */
export function driverOrder(nodeVersion: string): readonly DriverName[] {
  return Number.parseInt(nodeVersion, 10) >= SELF_SUFFICIENT_NODE ? ['node:sqlite', 'better-sqlite3'] : ['better-sqlite3', 'node:sqlite'];
}
