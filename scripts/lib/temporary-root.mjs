// Where test runs put their temporary files.
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, statfsSync } from 'node:fs';
import { freemem, tmpdir } from 'node:os';
import { join } from 'node:path';

const MEMORY = '/dev/shm';
const ROOM = 4 * 1024 ** 3;
const UNTOUCHED_MS = 3_600_000;

/**
 * A new folder of this process. Its name is short, since tests open Unix sockets below it, and a socket's path may have about 100 bytes.
 *
 * In memory where the system has room there (Linux): a commit need not wait for a disk, which is most of what the tests of a store would
 * wait for. What outlives a killed process does so there too. A folder that was asked for is taken as it is.
 */
export function newTemporaryRoot() {
  const inMemory = process.env.TMPDIR === undefined && hasRoom();
  if (inMemory) sweep();
  return mkdtempSync(join(inMemory ? MEMORY : tmpdir(), `gh-${process.pid.toString(36)}-`));
}

/** Whoever was killed has left its folder, which is memory that nobody gets back. A process may be one that is not seen from here: not at once. */
function sweep() {
  for (const name of readdirSync(MEMORY)) {
    const pid = /^gh-([0-9a-z]+)-/.exec(name)?.[1];
    if (pid === undefined || lives(Number.parseInt(pid, 36))) continue;
    try {
      const folder = join(MEMORY, name);
      if (Date.now() - statSync(folder).mtimeMs > UNTOUCHED_MS) rmSync(folder, { recursive: true, force: true });
    } catch {
      // It is another user's, or somebody else is removing it.
    }
  }
}

function lives(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code !== 'ESRCH';
  }
}

function hasRoom() {
  try {
    const mount = readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .map((line) => line.split(' '))
      .find(([, path]) => path === MEMORY);
    // Programs that come in packages are unpacked among the temporary files.
    if (mount === undefined || mount[2] !== 'tmpfs' || mount[3].split(',').includes('noexec')) return false;
    const { bavail, bsize } = statfsSync(MEMORY);
    return Math.min(bavail * bsize, freemem()) > ROOM;
  } catch {
    return false;
  }
}
