// Where test runs put their temporary files.
import { readFileSync, statfsSync } from 'node:fs';
import { freemem, tmpdir } from 'node:os';

const MEMORY = '/dev/shm';
const ROOM = 4 * 1024 ** 3;

/**
 * In memory where the system has room there (Linux): a commit need not wait for a disk, which is most of what the tests of a store would
 * wait for. What outlives a killed process does so there too. A folder that was asked for is taken as it is.
 */
export function temporaryRoot() {
  return process.env.TMPDIR === undefined && hasRoom() ? MEMORY : tmpdir();
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
