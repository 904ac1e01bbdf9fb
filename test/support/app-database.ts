import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database, Platform } from 'gatehouse';
import { migratePostgres } from '../../packages/server/src/store/postgres/migrate.js';
import { newDatabase } from './postgres.js';

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
