import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { writePrivately } from '../../durable-file.js';

const SOCKET = 'control.sock';
const ELSEWHERE = 'control.path';
const PRIVATE = 'gatehouse-';
/** A Unix socket's address has room for 104 bytes on macOS and 108 on Linux, its end included. */
const LONGEST = 100;

/** Where the server of this folder is to be asked. The place may be empty, or its server dead. */
export function socketOf(folder: string): string {
  return elsewhere(folder) ?? join(resolve(folder), SOCKET);
}

/** Makes room for a socket, clearing what a server that died has left. Only who holds the folder's lock may call this. */
export function prepareSocket(folder: string): string {
  removeSocket(folder);
  const inside = join(resolve(folder), SOCKET);
  if (Buffer.byteLength(inside) <= LONGEST) return inside;
  const path = join(mkdtempSync(join(tmpdir(), PRIVATE)), SOCKET);
  writePrivately(join(folder, ELSEWHERE), `${path}\n`);
  return path;
}

export function removeSocket(folder: string): void {
  const path = elsewhere(folder);
  // Nothing but a folder that we made is removed, whatever the file says.
  if (path !== undefined && basename(path) === SOCKET && basename(dirname(path)).startsWith(PRIVATE)) rmSync(dirname(path), { recursive: true, force: true });
  rmSync(join(folder, ELSEWHERE), { force: true });
  rmSync(join(folder, SOCKET), { force: true });
}

function elsewhere(folder: string): string | undefined {
  try {
    return readFileSync(join(folder, ELSEWHERE), 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}
