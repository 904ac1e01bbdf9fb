import { copyFileSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database, Platform } from 'gatehouse';
import { migratePostgres } from '../../packages/server/src/store/postgres/migrate.js';
import { openSqliteStore } from '../../packages/server/src/store/sqlite/index.js';
import { copiedDatabase, newDatabase } from './postgres.js';

export type DatabaseKind = 'sqlite' | 'postgres';

/** An empty database for one app. */
export interface AppDatabase {
  readonly database: Database;
  /** A folder of the app's own, with the database in it where it is a file. */
  readonly folder: string;
  /** All that is stored, as text, for looking through. */
  content(): Promise<string>;
  /** Brings it to another declaration of the platform, where that is not done at opening. */
  migrate(platform: Platform): Promise<void>;
  remove(): Promise<void>;
}

/** What `npm test` runs the platforms' tests on in turn (vitest.config.ts). */
export function databaseKind(): DatabaseKind {
  return process.env.TEST_DATABASE === 'postgres' ? 'postgres' : 'sqlite';
}

export async function newAppDatabase(kind: DatabaseKind, { tables }: Platform): Promise<AppDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'app-'));
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  if (kind === 'sqlite') {
    const file = join(folder, 'gatehouse.db');
    return { database: { file }, folder, content: async () => contentOfFiles(folder), migrate: async () => {}, remove: async () => removeFolder() };
  }
  const { adminUrl, query, drop } = await newDatabase();
  const { url } = await migratePostgres({ adminUrl, tables, now: Date.now });
  if (url === null) throw new Error('A new database had its serving role already');
  const remove = async () => {
    removeFolder();
    await drop();
  };
  const migrate = async ({ tables: declared }: Platform) => {
    await migratePostgres({ adminUrl, tables: declared, now: Date.now });
  };
  return { database: { url }, folder, content: () => contentOfTables(query), migrate, remove };
}

/** A database that an app finds migrated, at a fraction of the cost: a copy of one that this process has made with the same tables before. */
export async function copiedAppDatabase(kind: DatabaseKind, { tables }: Platform): Promise<Omit<AppDatabase, 'migrate'>> {
  const folder = mkdtempSync(join(tmpdir(), 'app-'));
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  if (kind === 'sqlite') {
    const file = join(folder, 'gatehouse.db');
    copyFileSync(await once(migratedFiles, tables, migratedFile), file);
    return { database: { file }, folder, content: async () => contentOfFiles(folder), remove: async () => removeFolder() };
  }
  const original = await once(migratedDatabases, tables, migratedDatabase);
  const { name, query, drop } = await copiedDatabase(original.name);
  // The roles belong to the whole server: those of the original serve its copies, which remember them.
  const url = new URL(original.url);
  url.pathname = `/${name}`;
  const remove = async () => {
    removeFolder();
    await drop();
  };
  return { database: { url: url.href }, folder, content: () => contentOfTables(query), remove };
}

type Tables = Platform['tables'];
const migratedFiles = new WeakMap<Tables, Promise<string>>();
const migratedDatabases = new WeakMap<Tables, Promise<{ readonly name: string; readonly url: string }>>();

function once<T>(made: WeakMap<Tables, Promise<T>>, tables: Tables, make: (tables: Tables) => Promise<T>): Promise<T> {
  const known = made.get(tables) ?? make(tables);
  made.set(tables, known);
  return known;
}

/** Kept until the run ends, which removes all its temporary files. */
async function migratedFile(tables: Tables): Promise<string> {
  const path = join(mkdtempSync(join(tmpdir(), 'app-')), 'gatehouse.db');
  const store = await openSqliteStore({ path, tables, now: Date.now });
  await store.close();
  return path;
}

/** Kept until the run ends, and the server with it. */
async function migratedDatabase(tables: Tables): Promise<{ readonly name: string; readonly url: string }> {
  const { name, adminUrl } = await newDatabase();
  const { url } = await migratePostgres({ adminUrl, tables, now: Date.now });
  if (url === null) throw new Error('A new database had its serving role already');
  return { name, url };
}

export function contentOfFiles(folder: string): string {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.includes('.db')) : [];
  return names.map((name) => readFileSync(join(folder, name), 'latin1')).join('\n');
}

type Query = Awaited<ReturnType<typeof newDatabase>>['query'];

async function contentOfTables(query: Query): Promise<string> {
  const tables = await query<{ name: string }>("select quote_ident(tablename) as name from pg_tables where schemaname = 'public'");
  const rows = await Promise.all(tables.map(({ name }) => query<{ row: string }>(`select t::text as row from ${name} t`)));
  return rows
    .flat()
    .map(({ row }) => row)
    .join('\n');
}
