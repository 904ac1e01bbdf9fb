import { type Config, ConfigError, type Flags, type Platform, readConfig } from '../index.js';
import { flag, variable } from '../config-error.js';
import { DEFAULT_PLATFORM, loadPlatform } from './load-platform.js';

/** Where this process stands: what it was started with. */
export interface Surroundings {
  readonly flags: Flags;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly now: () => number;
}

const SECRET_LENGTH = 32;

/** The name or path of the platform that was asked for, by flag or environment; undefined where none was. */
function askedPlatform({ flags, environment }: Surroundings): string | undefined {
  return (flags.platform ?? environment.GATEHOUSE_PLATFORM)?.trim() || undefined;
}

/** The configuration as far as it does not depend on the platform. @throws {ConfigError} */
export function generalConfig({ flags, environment }: Surroundings): Config {
  const config = configFrom(flags, environment, []);
  if (config.secret !== undefined && config.secret.length < SECRET_LENGTH) {
    throw new ConfigError('GATEHOUSE_SECRET', `give it at least ${SECRET_LENGTH} random characters, for example from \`openssl rand -hex 32\`.`);
  }
  return config;
}

/** What is wrong with a variable is said of the variable: nobody typed the flag. */
function configFrom(flags: Flags, environment: Surroundings['environment'], settings: readonly string[]): Config {
  try {
    return readConfig(flags, environment, settings);
  } catch (error) {
    if (!(error instanceof ConfigError) || !error.setting.startsWith('--')) throw error;
    const { setting, message } = error;
    const name = variable(setting.slice(2));
    const typed = flags[flag(setting.slice(2))] !== undefined;
    throw typed || environment[name] === undefined ? error : new ConfigError(name, message.slice(setting.length + 2));
  }
}

/** The name of the platform that was asked for; undefined where none was. */
export async function namedPlatform(surroundings: Surroundings): Promise<string | undefined> {
  const asked = askedPlatform(surroundings);
  return asked === undefined ? undefined : (await loadPlatform(asked, surroundings.cwd)).name;
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
  const { flags, environment, cwd } = surroundings;
  const platform = await loadPlatform(askedPlatform(surroundings) ?? DEFAULT_PLATFORM, cwd);
  const config = configFrom(flags, environment, platform.settings);
  const from = { settings: config.settings, development: config.development };
  try {
    platform.checkSettings(from);
    platform.identity(from);
  } catch (error) {
    throw new ConfigError(`settings of ${platform.name}`, error instanceof Error ? error.message : String(error));
  }
  return { platform, config };
}
