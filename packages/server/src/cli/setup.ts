import { type Config, ConfigError, type Flags, type Platform, readConfig } from '../index.js';
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
export function askedPlatform({ flags, environment }: Surroundings): string | undefined {
  return (flags.platform ?? environment.GATEHOUSE_PLATFORM)?.trim() || undefined;
}

/** The configuration as far as it does not depend on the platform. @throws {ConfigError} */
export function generalConfig({ flags, environment }: Surroundings): Config {
  const config = readConfig(flags, environment, []);
  if (config.secret !== undefined && config.secret.length < SECRET_LENGTH) {
    throw new ConfigError('GATEHOUSE_SECRET', `give it at least ${SECRET_LENGTH} random characters, for example from \`openssl rand -hex 32\`.`);
  }
  return config;
}

/** The platform, and the configuration with its settings, which it has seen. @throws {ConfigError} */
export async function loadSetup(surroundings: Surroundings): Promise<{ readonly platform: Platform; readonly config: Config }> {
  const { flags, environment, cwd } = surroundings;
  const platform = await loadPlatform(askedPlatform(surroundings) ?? DEFAULT_PLATFORM, cwd);
  const config = readConfig(flags, environment, platform.settings);
  try {
    platform.identity({ settings: config.settings, development: config.development });
  } catch (error) {
    throw new ConfigError(`settings of ${platform.name}`, error instanceof Error ? error.message : String(error));
  }
  return { platform, config };
}
