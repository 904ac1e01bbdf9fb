import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { writePrivately } from './durable-file.js';
import { type Inspection, inspectDatabase } from './store/sqlite/inspect.js';
import { tryLock } from './store/sqlite/lock.js';

/** A data folder that this process has for itself, and has not looked into. */
export interface LockedFolder {
  /** Absolute. */
  readonly path: string;
  readonly databaseFile: string;
  /** Lets another process have the folder. */
  release(): void;
}

/** One that can be served from. */
export interface DataFolder extends LockedFolder {
  readonly rootSecret: string;
  /** What the database says about itself, read without changing it. */
  inspect(): Promise<Inspection>;
}

/** A data folder that cannot be served from, in one sentence that says what to do. */
export class DataFolderError extends Error {
  constructor(text: string, options?: ErrorOptions) {
    super(text, options);
    this.name = 'DataFolderError';
  }
}

const SECRET_BYTES = 32;

/** Where the database of a data folder is, whether or not there is one. */
export function databaseIn(folder: string): string {
  return join(resolve(folder), 'gatehouse.db');
}

/**
 * Makes the folder (0700) where it is missing, and takes its lock.
 * @returns `held` where another process has the folder
 * @throws {DataFolderError}
 */
export async function lockDataFolder(folder: string): Promise<LockedFolder | 'held'> {
  const path = resolve(folder);
  makeFolder(path);
  const release = await lock(join(path, 'lock.db'));
  return release === undefined ? 'held' : { path, databaseFile: databaseIn(path), release };
}

/**
 * The same, with its root secret, which is made at the first start.
 * @param secret the root secret, where the environment gives one
 */
export async function takeDataFolder(folder: string, secret: string | undefined): Promise<DataFolder | 'held'> {
  const locked = await lockDataFolder(folder);
  if (locked === 'held') return locked;
  try {
    return { ...locked, rootSecret: secret ?? secretIn(locked), inspect: () => inspectDatabase(locked.databaseFile) };
  } catch (error) {
    locked.release();
    throw error;
  }
}

/** The root secret that the folder holds; undefined where it holds none. @throws {DataFolderError} where others can read it */
export function existingSecret({ path }: LockedFolder): string | undefined {
  const file = secretFile(path);
  return existsSync(file) ? readSecret(file) : undefined;
}

/** Where the root secret of a data folder is, unless the environment gives one. */
export function secretFile(folder: string): string {
  return join(resolve(folder), 'secret');
}

function makeFolder(path: string): void {
  try {
    makeFolders(path);
  } catch (error) {
    throw new DataFolderError(`The data folder ${path} cannot be made: ${reasonOf(error)}.`, { cause: error });
  }
  if (!statSync(path).isDirectory()) throw new DataFolderError(`The data folder ${path} is a file.`);
}

/** One after the other: where a folder is there that takes no other in, such as /proc, Node's own way of making all of them never ends. */
function makeFolders(path: string): void {
  if (!existsSync(dirname(path))) makeFolders(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (!existsSync(path)) throw error;
  }
}

async function lock(file: string) {
  try {
    return await tryLock(file);
  } catch (error) {
    throw new DataFolderError(`The data folder cannot be locked (${file}): ${reasonOf(error)}.`, { cause: error });
  }
}

/** Only who holds the lock may call this. */
function secretIn(folder: LockedFolder): string {
  const existing = existingSecret(folder);
  if (existing !== undefined) return existing;
  if (existsSync(folder.databaseFile)) {
    throw new DataFolderError(`The database in ${folder.path} is here, but its root secret is not: put the file \`secret\` back, or set GATEHOUSE_SECRET.`);
  }
  const file = secretFile(folder.path);
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

/** What the system says, for people. */
export function reasonOf(error: unknown): string {
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
