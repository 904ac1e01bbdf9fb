import { openWithin } from '../app.js';
import { shownDatabase } from '../config.js';
import type { DataFolder } from '../data-folder.js';
import { UnavailableError } from '../domain/unavailable-error.js';
import { type Config, ConfigError, type Gatehouse, type Logger, type Platform } from '../index.js';
import type { Internals } from '../open-store.js';
import { ForeignDatabaseError, refuseForeign } from '../postgres-place.js';
import type { Site } from './commands/command.js';
import { CommandError } from './failure.js';

export interface SiteOptions {
  readonly platform: Platform;
  readonly config: Config;
  readonly logger: Logger;
  /** `false`: opened for one command. */
  readonly serves?: false;
  /** Where others serve beside this process. */
  readonly gathering?: Internals['gathering'];
}

/** Opens what is in the data folder. A folder belongs to the platform that it was first opened with. */
export async function openFolder(folder: DataFolder, options: SiteOptions & { readonly now: () => number }): Promise<Site> {
  const { platform, config, logger, now, serves } = options;
  const { databaseFile: file, rootSecret } = folder;
  const before = await folder.inspect();
  const owner = before.meta.platform;
  // Before anything is opened: opening makes the platform's tables.
  if (owner !== undefined && owner !== platform.name) {
    throw new CommandError(
      'platform',
      `The data folder ${folder.path} belongs to the platform "${owner}", not "${platform.name}": give the name or path of that one, or another folder with --data.`,
    );
  }
  const internals = { locked: true, ...(serves === false && { serves }) } as const;
  const gatehouse = await openWithin({ platform, config, logger, database: { file }, rootSecret, now }, internals);
  return orClosed(gatehouse, async () => {
    await gatehouse.store.meta.settle('platform', platform.name);
    const after = await folder.inspect();
    const tablesAdded = after.tables.filter((table) => !before.tables.includes(table));
    return { gatehouse, opening: { database: file, schemaBefore: before.schema, schema: after.schema, tablesAdded } };
  });
}

/** The same on PostgreSQL, which opening never migrates. */
export async function openPostgres(url: string, { platform, config, logger, serves, gathering }: SiteOptions): Promise<Site> {
  const { secret } = config;
  if (secret === undefined) throw new ConfigError('GATEHOUSE_SECRET', 'is required with PostgreSQL.');
  // Before anything is opened: another platform's tables are missing here, which says less.
  await refuseForeign(url, platform.name).catch(inWords(platform.name, shownDatabase(url)));
  const internals = { ...(serves === false && { serves }), ...(gathering && { gathering }) };
  const gatehouse = await openWithin({ platform, config, logger, database: { url }, rootSecret: secret }, internals);
  return orClosed(gatehouse, async () => {
    await gatehouse.store.meta.settle('platform', platform.name);
    return { gatehouse };
  });
}

/** For `catch`: says which database is out of reach, or belongs to whom, and what to do. */
export function inWords(platform: string, database: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof Error) refuseUnopened(error, database);
    if (!(error instanceof ForeignDatabaseError)) throw error;
    throw new CommandError(
      'platform',
      `The database ${database} belongs to the platform "${error.owner}", not "${platform}": give the name or path of that one, or another database.`,
    );
  };
}

/** SQLSTATEs of a connection that is refused (PostgreSQL, appendix A): for whom, and to what. */
const TO_CHECK: Readonly<Record<string, string>> = {
  '28000': 'the user and the password in its URL',
  '28P01': 'the user and the password in its URL',
  '3D000': 'the name of the database in its URL',
};

/** @throws {CommandError} where the database did not let us in, with what to check */
function refuseUnopened(error: Error & { readonly code?: unknown }, database: string): void {
  const { message, cause } = error;
  const failed = (said: string, check: string) => new CommandError('unavailable', `${said}: ${database}. Check ${check}.`, { cause });
  if (error instanceof UnavailableError) {
    // The system's own code says whether the host, the port or the network is at fault.
    const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
    throw failed(message + code, 'the host and the port, and that PostgreSQL runs and takes connections there');
  }
  const check = TO_CHECK[String(error.code)];
  if (check !== undefined) throw failed(message, check);
}

async function orClosed(gatehouse: Gatehouse, settle: () => Promise<Site>): Promise<Site> {
  try {
    return await settle();
  } catch (error) {
    await gatehouse.close();
    throw error;
  }
}
