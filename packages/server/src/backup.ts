import { randomBytes } from 'node:crypto';
import { closeSync, copyFileSync, existsSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { DataFolderError, type LockedFolder, existingSecret, reasonOf } from './data-folder.js';
import { linkTo, syncFile, syncFolder } from './durable-file.js';
import { ROOT_SECRET_CHECK, rootSecretFits } from './services/vault.js';
import { copyDatabase, examineDatabase } from './store/sqlite/copy.js';
import { inspectDatabase } from './store/sqlite/inspect.js';

/** A copy of a SQLite database, checked. */
export interface Copy {
  /** Absolute. */
  readonly file: string;
  readonly bytes: number;
  readonly schema: number;
  readonly platform: string | null;
}

export interface Restored extends Copy {
  /** Where the database is that was there before; null where there was none. */
  readonly replaced: string | null;
}

/**
 * Copies the database while it is served or not, and changes nothing of it. The copy appears under its name when it is whole,
 * checked and on the disk, readable for its owner alone.
 * @throws {DataFolderError}
 */
export async function backUp(databaseFile: string, target: string, force: boolean): Promise<Copy> {
  const file = resolve(target);
  if (!existsSync(databaseFile)) throw new DataFolderError(`There is no database in ${dirname(databaseFile)}: name its folder with --data.`);
  refuseTaken(file, force);
  const draft = draftBeside(file);
  try {
    await copyDatabase(databaseFile, draft).catch((error: unknown) => {
      throw new DataFolderError(`The database in ${dirname(databaseFile)} cannot be backed up: ${reasonOf(error)}.`, { cause: error });
    });
    const found = await examineDatabase(draft);
    if (typeof found === 'string') throw new DataFolderError(`The database in ${dirname(databaseFile)} cannot be backed up: ${found}.`);
    syncFile(draft);
    publish(draft, file, force);
    return { file, bytes: statSync(file).size, schema: found.schema, platform: found.meta.platform ?? null };
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * Puts a copy in the place of the folder's database, which is kept beside it. Nothing is changed before the copy is checked and
 * on the disk.
 * @param secret the root secret, where the environment gives one
 * @param platform the platform that was asked for, if one was
 * @throws {DataFolderError}
 */
export async function restoreInto(folder: LockedFolder, source: string, secret: string | undefined, platform: string | undefined): Promise<Restored> {
  const file = resolve(source);
  refuseUnfit(file);
  const draft = draftBeside(folder.databaseFile);
  try {
    copyFileSync(file, draft);
    const found = await examineDatabase(draft);
    if (typeof found === 'string') throw new DataFolderError(`${file} cannot be restored: ${found}.`);
    const owner = found.meta.platform;
    await refuseOtherPlatform(folder, owner, platform);
    refuseOtherSecret(folder, found.meta[ROOT_SECRET_CHECK], secret);
    syncFile(draft);
    const replaced = replace(folder, draft);
    return { file, bytes: statSync(folder.databaseFile).size, schema: found.schema, platform: owner ?? null, replaced };
  } finally {
    rmSync(draft, { force: true });
  }
}

function refuseTaken(file: string, force: boolean): void {
  if (existsSync(file) && statSync(file).isDirectory()) throw new DataFolderError(`${file} is a folder: name the file to write.`);
  if (existsSync(file) && !force) throw taken(file);
  // Not made: it may be a disk that is not mounted.
  if (!existsSync(dirname(file))) throw new DataFolderError(`There is no folder ${dirname(file)}: make it first.`);
}

function taken(file: string): DataFolderError {
  return new DataFolderError(`${file} is there already: give another name, or --force to replace it.`);
}

/** A file of our own in the same folder, so that taking its final name is one step. */
function draftBeside(file: string): string {
  const draft = `${file}.${randomBytes(6).toString('hex')}.new`;
  try {
    closeSync(openSync(draft, 'wx', 0o600));
  } catch (error) {
    throw new DataFolderError(`${file} cannot be written: ${reasonOf(error)}.`, { cause: error });
  }
  return draft;
}

function publish(draft: string, file: string, force: boolean): void {
  const done = force ? 'impossible' : linkTo(draft, file);
  if (done === 'taken') throw taken(file);
  // Where a file system knows no second names, somebody who makes the file in this very moment loses it.
  if (done === 'impossible') renameSync(draft, file);
  syncFolder(dirname(file));
}

function refuseUnfit(file: string): void {
  if (!existsSync(file)) throw new DataFolderError(`There is no file ${file}.`);
  if (!statSync(file).isFile()) throw new DataFolderError(`${file} is no file.`);
  const log = `${file}-wal`;
  if (existsSync(log) && statSync(log).size > 0) {
    throw new DataFolderError(
      `${file} is in use, or was copied while it was: beside it lies ${log}, without which it is not whole. Restore what \`gatehouse backup\` wrote.`,
    );
  }
}

async function refuseOtherPlatform({ path, databaseFile }: LockedFolder, owner: string | undefined, asked: string | undefined): Promise<void> {
  const mine = await platformIn(databaseFile);
  const expected = asked ?? mine;
  if (owner !== undefined && expected !== undefined && owner !== expected) {
    throw new DataFolderError(`The copy belongs to the platform "${owner}", and ${asked === undefined ? path : 'what you named'} is "${expected}".`);
  }
}

/** A database that cannot be read may be the very reason to restore. */
async function platformIn(databaseFile: string): Promise<string | undefined> {
  try {
    return (await inspectDatabase(databaseFile)).meta.platform;
  } catch {
    return undefined;
  }
}

function refuseOtherSecret(folder: LockedFolder, check: string | undefined, given: string | undefined): void {
  const secret = given ?? existingSecret(folder);
  const own = `the file \`secret\` of the folder that was backed up`;
  if (secret === undefined)
    throw new DataFolderError(`The copy needs its root secret: put ${own} into ${folder.path}, or set GATEHOUSE_SECRET, then restore again.`);
  if (check !== undefined && !rootSecretFits(secret, check)) {
    throw new DataFolderError(
      `The copy was made with another root secret than the one here: put ${own} into ${folder.path} (or set GATEHOUSE_SECRET), then restore again.`,
    );
  }
}

/**
 * The old database keeps its log under its new name: together they are whole, even where it was not closed well. The old log is gone before
 * the new database has its name, for a log is never to meet a database that is not its own. Whatever is cut short leaves both databases.
 */
function replace({ path, databaseFile }: LockedFolder, draft: string): string | null {
  const kept = existsSync(databaseFile) ? freeName(`${databaseFile}.replaced`) : null;
  if (kept !== null) {
    for (const end of ['', '-wal']) {
      if (existsSync(databaseFile + end) && linkTo(databaseFile + end, kept + end) !== 'linked') copyFileSync(databaseFile + end, kept + end);
      if (existsSync(kept + end)) syncFile(kept + end);
    }
    syncFolder(path);
  }
  for (const end of ['-wal', '-shm']) rmSync(databaseFile + end, { force: true });
  syncFolder(path);
  renameSync(draft, databaseFile);
  syncFolder(path);
  return kept;
}

function freeName(stem: string): string {
  for (let number = 1; ; number += 1) if (!existsSync(`${stem}-${number}`)) return `${stem}-${number}`;
}
