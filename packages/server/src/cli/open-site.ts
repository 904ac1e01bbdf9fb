import type { DataFolder } from '../data-folder.js';
import { openWithin } from '../app.js';
import type { Config, Logger, Platform } from '../index.js';
import type { Site } from './commands/command.js';
import { CommandError } from './failure.js';

export interface SiteOptions {
  readonly folder: DataFolder;
  readonly platform: Platform;
  readonly config: Config;
  readonly logger: Logger;
  readonly now: () => number;
}

/** Opens what is in the data folder. A folder belongs to the platform that it was first opened with. */
export async function openSite({ folder, platform, config, logger, now }: SiteOptions): Promise<Site> {
  const { databaseFile, rootSecret } = folder;
  const before = await folder.inspect();
  const owner = before.meta.platform;
  // Before anything is opened: opening makes the platform's tables.
  if (owner !== undefined && owner !== platform.name) {
    throw new CommandError(
      'platform',
      `The data folder ${folder.path} belongs to the platform "${owner}", not "${platform.name}": name that one, or give another folder with --data.`,
    );
  }
  const gatehouse = await openWithin({ platform, config, logger, database: { file: databaseFile }, rootSecret, now }, { locked: true });
  try {
    await gatehouse.store.meta.settle('platform', platform.name);
    const after = await folder.inspect();
    const tablesAdded = after.tables.filter((table) => !before.tables.includes(table));
    return { gatehouse, opening: { databaseFile, schemaBefore: before.schema, schema: after.schema, tablesAdded } };
  } catch (error) {
    await gatehouse.close();
    throw error;
  }
}
