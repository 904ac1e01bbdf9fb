import { type Config, ConfigError, type Environment, type Flags, type Platform, readConfig } from '../index.js';
import { Given } from '../config-given.js';
import { loadPlatform } from './load-platform.js';

/** Where this process stands: what it was started with. */
export interface Surroundings {
  readonly flags: Flags;
  readonly environment: Environment;
  readonly cwd: string;
  readonly now: () => number;
}

/** The configuration as far as it does not depend on the platform. @throws {ConfigError} */
export function generalConfig({ flags, environment }: Surroundings): Config {
  return readConfig(flags, environment, []);
}

const DEFAULT_PLATFORM = 'nenjo';

/** The platform that was asked for, or else the default one. @throws {ConfigError} where there is none such */
export function askedPlatform({ flags, environment, cwd }: Surroundings): Promise<Platform> {
  const given = new Given<'platform'>(flags, environment);
  return loadPlatform(given.read('platform') ?? DEFAULT_PLATFORM, cwd, given);
}

/** The name of the platform that was asked for; undefined where none was. @throws {ConfigError} where there is none such */
export async function namedPlatform({ flags, environment, cwd }: Surroundings): Promise<string | undefined> {
  const given = new Given<'platform'>(flags, environment);
  const asked = given.read('platform');
  return asked === undefined ? undefined : (await loadPlatform(asked, cwd, given)).name;
}

/** The PostgreSQL database that is meant, as its serving role; undefined for SQLite. @throws {ConfigError} given only an owner's */
export function servingDatabase({ database, databaseAdmin }: Config): string | undefined {
  if (database === undefined && databaseAdmin !== undefined) {
    throw new ConfigError(
      '--database',
      'is missing, and --database-admin is for the owner, as whom nothing is served: run `gatehouse migrate --database-admin <url>`, which makes the serving role, and give the URL that it prints.',
    );
  }
  return database;
}

/** The same as its owner. @throws {ConfigError} given only the serving role's */
export function ownedDatabase({ database, databaseAdmin }: Config): string | undefined {
  if (databaseAdmin === undefined && database !== undefined) {
    throw new ConfigError('--database-admin', "is missing: this is done as the database's owner, and --database is the serving role, which owns nothing.");
  }
  return databaseAdmin;
}

/** The platform, and the configuration with its settings, which it has seen. @throws {ConfigError} */
export async function loadSetup(surroundings: Surroundings): Promise<{ readonly platform: Platform; readonly config: Config }> {
  const { flags, environment } = surroundings;
  const platform = await askedPlatform(surroundings);
  const config = readConfig(flags, environment, platform.settings);
  const from = { settings: config.settings, development: config.development };
  try {
    platform.checkSettings(from);
    platform.identity(from);
  } catch (error) {
    throw new ConfigError(`settings of ${platform.name}`, error instanceof Error ? error.message : String(error));
  }
  return { platform, config };
}
