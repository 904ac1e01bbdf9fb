import { loadDriver } from './load-driver.js';
import { isBusy } from './sqlite-error.js';

/** Gives the lock back. */
export type Unlock = () => void;

/**
 * Takes the lock that the file at `path` stands for; undefined where somebody else has it. The file is a database of its
 * own that never holds anything. The operating system frees the lock when the process ends, however it ends.
 */
export async function tryLock(path: string): Promise<Unlock | undefined> {
  const open = await loadDriver();
  const connection = open(path, false);
  try {
    connection.exec('pragma busy_timeout = 0; pragma journal_mode = memory; pragma locking_mode = exclusive; begin exclusive');
    return () => connection.close();
  } catch (error) {
    connection.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
}
