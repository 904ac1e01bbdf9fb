import type { Migrated } from './store/postgres/migrate.js';
import type { TableDef } from './domain/tables.js';

export type { Migrated };

/** A database that belongs to another platform. */
export class ForeignDatabaseError extends Error {
  readonly owner: string;
  constructor(owner: string) {
    super(`The database belongs to the platform "${owner}".`);
    this.name = 'ForeignDatabaseError';
    this.owner = owner;
  }
}

export interface PlatformTables {
  readonly name: string;
  readonly tables: readonly TableDef[];
}

/** @throws {ForeignDatabaseError} where the database was first used with another platform */
export async function refuseForeign(url: string, platform: string, claim = false): Promise<void> {
  // Whoever stays with SQLite does not wait for the driver to be loaded.
  const { platformOf } = await import('./store/postgres/installation.js');
  const owner = await platformOf(url, claim ? platform : undefined);
  if (owner !== undefined && owner !== platform) throw new ForeignDatabaseError(owner);
}

export interface PreparePostgresOptions {
  readonly adminUrl: string;
  readonly now: () => number;
  readonly resetPassword: boolean;
}

/** Migrates a database, which belongs to this platform from now on. @throws {ForeignDatabaseError} with nothing changed */
export async function migrateFor({ name, tables }: PlatformTables, options: PreparePostgresOptions): Promise<Migrated> {
  await refuseForeign(options.adminUrl, name);
  const { migratePostgres } = await import('./store/postgres/migrate.js');
  const migrated = await migratePostgres({ ...options, tables });
  await refuseForeign(options.adminUrl, name, true);
  return migrated;
}
