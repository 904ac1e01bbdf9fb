import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Inspection, inspectDatabase } from './store/sqlite/inspect.js';
import { tryLock } from './store/sqlite/lock.js';

/** A data folder that this process has for itself. */
export interface DataFolder {
  /** Absolute. */
  readonly path: string;
  readonly databaseFile: string;
  readonly rootSecret: string;
  /** What the database says about itself, read without changing it. */
  inspect(): Promise<Inspection>;
  /** Lets another process have the folder. */
  release(): void;
}

/** A data folder that cannot be served from, in one sentence that says what to do. */
export class DataFolderError extends Error {
  constructor(text: string, options?: ErrorOptions) {
    super(text, options);
    this.name = 'DataFolderError';
  }
}

const SECRET_BYTES = 32;

/**
 * Makes the folder (0700) where it is missing, takes its lock, and reads its root secret, or makes one at the first start.
 * @param secret the root secret, where the environment gives one
 * @returns `held` where another process has the folder
 * @throws {DataFolderError}
 */
export async function takeDataFolder(folder: string, secret: string | undefined): Promise<DataFolder | 'held'> {
  const path = resolve(folder);
  makeFolder(path);
  const unlock = await lock(join(path, 'lock.db'));
  if (unlock === undefined) return 'held';
  const databaseFile = join(path, 'gatehouse.db');
  try {
    const rootSecret = secret ?? secretIn(path, databaseFile);
    return { path, databaseFile, rootSecret, inspect: () => inspectDatabase(databaseFile), release: unlock };
  } catch (error) {
    unlock();
    throw error;
  }
}

/** Writes a file that only its owner can read, whole or not at all, and durably. */
export function writePrivately(file: string, text: string): void {
  const draft = `${file}.new`;
  rmSync(draft, { force: true });
  const descriptor = openSync(draft, 'wx', 0o600);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(draft, file);
  const folder = openSync(join(file, '..'), 'r');
  fsyncSync(folder);
  closeSync(folder);
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new DataFolderError(`The data folder ${path} cannot be made: ${reasonOf(error)}.`, { cause: error });
  }
  if (!statSync(path).isDirectory()) throw new DataFolderError(`The data folder ${path} is a file.`);
}

async function lock(file: string) {
  try {
    return await tryLock(file);
  } catch (error) {
    throw new DataFolderError(`The data folder cannot be locked (${file}): ${reasonOf(error)}.`, { cause: error });
  }
}

/** Only who holds the lock may call this. */
function secretIn(folder: string, databaseFile: string): string {
  const file = join(folder, 'secret');
  if (existsSync(file)) return readSecret(file);
  if (existsSync(databaseFile)) {
    throw new DataFolderError(`The database in ${folder} is here, but its root secret is not: put the file \`secret\` back, or set GATEHOUSE_SECRET.`);
  }
  const secret = randomBytes(SECRET_BYTES).toString('hex');
  try {
    writePrivately(file, `${secret}\n`);
  } catch (error) {
    throw new DataFolderError(`The root secret cannot be written to ${file}: ${reasonOf(error)}.`, { cause: error });
  }
  return secret;
}

function readSecret(file: string): string {
  if ((statSync(file).mode & 0o077) !== 0) throw new DataFolderError(`Others can read the root secret: run \`chmod 600 ${file}\`, then start again.`);
  try {
    const secret = readFileSync(file, 'utf8').trim();
    if (secret.length >= SECRET_BYTES) return secret;
  } catch (error) {
    throw new DataFolderError(`The root secret ${file} cannot be read: ${reasonOf(error)}.`, { cause: error });
  }
  throw new DataFolderError(`The root secret ${file} is cut short: put the right one back.`);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const reasons: Record<string, string> = {
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    EROFS: 'the file system is read-only',
    ENOSPC: 'the disk is full',
    EEXIST: 'there is a file of that name',
    ENOTDIR: 'a part of its path is a file',
  };
  return ('code' in error && reasons[String(error.code)]) || error.message;
}
