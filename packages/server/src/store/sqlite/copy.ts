import type { Driver } from './driver.js';
import { type Inspection, inspectDatabase } from './inspect.js';
import { loadDriver } from './load-driver.js';
import { migrations } from './migrate.js';

/**
 * Writes what is committed now into the empty file `to`, whole and compact, as one database without a log beside it. Beside a
 * process that serves `from`: readers disturb nobody, and the write-ahead log only keeps what is written meanwhile. Not synced.
 */
export async function copyDatabase(from: string, to: string): Promise<void> {
  const open = await loadDriver();
  const connection = open(from, true);
  try {
    connection.exec('pragma busy_timeout = 5000');
    connection.prepare('vacuum into ?').run([to]);
  } finally {
    connection.close();
  }
}

/** What is wrong with a file as a database of ours, in one clause; or what it says about itself. */
export async function examineDatabase(path: string): Promise<Inspection | string> {
  const open = await loadDriver();
  const connection = open(path, true);
  try {
    const fault = faultIn(connection);
    if (fault !== undefined) return fault;
  } finally {
    connection.close();
  }
  const found = await inspectDatabase(path);
  if (found.schema === 0) return 'it is no database of Gatehouse';
  if (found.schema > migrations.length) return `it is of a newer Gatehouse (schema ${found.schema}, this one knows ${migrations.length}): use that version`;
  return found;
}

function faultIn(connection: Driver): string | undefined {
  try {
    const rows = connection.prepare('pragma integrity_check(1)').all([]);
    const said = String(rows[0]?.integrity_check);
    return said === 'ok' ? undefined : `it is damaged (${said.replaceAll('\n', ' ')})`;
  } catch (error) {
    return `it is no SQLite database, or damaged (${error instanceof Error ? error.message : String(error)})`;
  }
}
