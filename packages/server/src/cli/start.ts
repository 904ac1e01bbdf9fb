import { takeDataFolder, type DataFolder } from '../data-folder.js';
import { type Config, type Logger, type Platform, createLogger } from '../index.js';
import { Closing } from './closing.js';
import type { Site } from './commands/command.js';
import { askStatus } from './control/client.js';
import { type ControlServer, serveControl } from './control/server.js';
import { CommandError } from './failure.js';
import { firstStart } from './first-start.js';
import { announce, listenAt } from './listening.js';
import { openFolder, openPostgres } from './open-site.js';
import { patiently } from './patience.js';
import { type Surroundings, generalConfig, loadSetup, servingDatabase } from './setup.js';
import { endWithSignals } from './signals.js';
import { startWorkers } from './workers/primary.js';

interface Starting {
  readonly platform: Platform;
  readonly config: Config;
  readonly logger: Logger;
  readonly terminal: boolean;
  readonly surroundings: Surroundings;
}

/** Serves a platform until a signal ends it. Settles when it listens. */
export async function start(surroundings: Surroundings, terminal: boolean): Promise<void> {
  const url = servingDatabase(generalConfig(surroundings));
  const { platform, config } = await loadSetup(surroundings);
  const logger = createLogger({ level: config.logLevel, pretty: terminal });
  const starting = { platform, config, logger, terminal, surroundings };
  if (url === undefined) await onFolder(starting);
  else if (config.workers === undefined) await onPostgres(url, starting);
  else await withWorkers(config.workers, url, starting);
}

async function onFolder(starting: Starting): Promise<void> {
  const { platform, config, logger, terminal, surroundings } = starting;
  const { now } = surroundings;
  const folder = await takeFolder(config, now);
  const closing = new Closing();
  closing.add(() => folder.release());
  await closing.unless(async () => {
    const site = await openFolder(folder, { platform, config, logger, now });
    closing.add(() => site.gatehouse.close());
    const { control, url } = await listen(site, folder, config, logger, now);
    closing.add(() => control.close());
    endWithSignals({ close: () => closing.close(), logger });
    const first = await firstStart({ gatehouse: site.gatehouse, development: config.development, folder: folder.path, terminal });
    announce({ ...starting, url, first });
  });
}

async function onPostgres(database: string, starting: Starting): Promise<void> {
  const { platform, config, logger, terminal } = starting;
  const closing = new Closing();
  await closing.unless(async () => {
    const { gatehouse } = await openPostgres(database, { platform, config, logger });
    closing.add(() => gatehouse.close());
    const url = await listenAt(gatehouse, config);
    endWithSignals({ close: () => closing.close(), logger });
    const first = await firstStart({ gatehouse, development: config.development, terminal });
    announce({ ...starting, url, first });
  });
}

async function withWorkers(count: number, database: string, starting: Starting): Promise<void> {
  const { platform, config, logger, terminal, surroundings } = starting;
  const closing = new Closing();
  await closing.unless(async () => {
    const workers = await startWorkers(count, config, surroundings, logger);
    closing.add(() => workers.close());
    endWithSignals({ close: () => closing.close(), logger });
    const { gatehouse } = await openPostgres(database, { platform, config, logger, serves: false });
    const first = await firstStart({ gatehouse, development: config.development, terminal }).finally(() => gatehouse.close());
    announce({ ...starting, url: workers.url, workers: workers.pids(), first });
  });
}

async function takeFolder({ data, secret }: Config, now: () => number): Promise<DataFolder> {
  const taken = await patiently(now, async () => {
    const folder = await takeDataFolder(data, secret);
    if (folder !== 'held') return folder;
    const server = await askStatus(data).catch(() => undefined);
    // Only who does not answer may be about to leave.
    return server === undefined ? undefined : held(data, `by process ${server.pid}${server.url === null ? '' : ` at ${server.url}`}`);
  });
  if (taken instanceof CommandError) throw taken;
  if (taken === undefined) throw held(data, 'by another process');
  return taken;
}

function held(data: string, by: string): CommandError {
  return new CommandError('data_folder', `The data folder ${data} is served already, ${by}: stop that one, or give another folder with --data.`);
}

async function listen(
  site: Site,
  folder: DataFolder,
  config: Config,
  { log }: Logger,
  now: () => number,
): Promise<{ readonly control: ControlServer; readonly url: string }> {
  let url: string | null = null;
  const { name } = site.gatehouse.platform;
  const control = await serveControl({ folder: folder.path, site, now, log, status: () => ({ pid: process.pid, url, platform: name }) });
  try {
    url = await listenAt(site.gatehouse, config);
    return { control, url };
  } catch (error) {
    await control.close();
    throw error;
  }
}
