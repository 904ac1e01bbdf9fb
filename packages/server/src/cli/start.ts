import { takeDataFolder, type DataFolder } from '../data-folder.js';
import { type Config, type Gatehouse, type Logger, type Platform, createLogger } from '../index.js';
import { banner } from './banner.js';
import type { Site } from './commands/command.js';
import { askStatus } from './control/client.js';
import { type ControlServer, serveControl } from './control/server.js';
import { CommandError } from './failure.js';
import { type FirstStart, firstStart } from './first-start.js';
import { openSite } from './open-site.js';
import { patiently } from './patience.js';
import { type Surroundings, generalConfig, loadSetup } from './setup.js';
import { endWithSignals } from './signals.js';

/** Serves a platform until a signal ends it. Settles when it listens. */
export async function start(surroundings: Surroundings, terminal: boolean): Promise<void> {
  generalConfig(surroundings);
  const { platform, config } = await loadSetup(surroundings);
  const folder = await takeFolder(config, surroundings.now);
  const logger = createLogger({ level: config.logLevel, pretty: terminal });
  const opened: (() => Promise<void> | void)[] = [() => folder.release()];
  const closeAll = async () => {
    for (const close of opened.splice(0).reverse()) await close();
  };
  try {
    const site = await openSite({ folder, platform, config, logger, now: surroundings.now });
    opened.push(() => site.gatehouse.close());
    const { control, url } = await listen(site, folder, config, logger, surroundings.now);
    opened.push(() => control.close());
    endWithSignals({ close: closeAll, logger });
    const first = await firstStart({ gatehouse: site.gatehouse, development: config.development, folder: folder.path, terminal });
    announce({ platform, config, url, first, terminal, logger });
  } catch (error) {
    await closeAll();
    throw error;
  }
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

async function listenAt(gatehouse: Gatehouse, { host, port }: Config): Promise<string> {
  try {
    return await gatehouse.listen();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const reasons: Record<string, string> = {
      EADDRINUSE: 'something else listens there. Stop it, or give another port with --port',
      EACCES: 'this user may not open it. Give another port with --port',
      EADDRNOTAVAIL: 'this machine has no such address. Give another one with --host',
      ENOTFOUND: 'this host is not known. Give another one with --host',
    };
    throw new CommandError('listen', `Cannot listen on ${host}, port ${port}: ${reasons[code] ?? (error instanceof Error ? error.message : String(error))}.`, {
      cause: error,
    });
  }
}

interface Announcement {
  readonly platform: Platform;
  readonly config: Config;
  readonly url: string;
  readonly first: FirstStart;
  readonly terminal: boolean;
  readonly logger: Logger;
}

/** At a terminal the banner says it all; otherwise it goes to stderr, and the log has the same as events. */
function announce({ platform, config, url, first, terminal, logger: { log } }: Announcement): void {
  const { publicUrl, data, settings } = config;
  const unset = Object.keys(settings).filter((name) => settings[name] === undefined);
  const text = banner({ platform, url, publicUrl, data: data === './data' ? undefined : data, first, unset });
  (terminal ? process.stdout : process.stderr).write(text);
  if (terminal) return;
  log({ event: 'listening', url, ...(publicUrl === undefined ? {} : { public_url: publicUrl }), platform: platform.name, version: platform.version });
  if (first.is === 'made') log({ event: 'first_key', file: first.file });
  if (unset.length > 0) log({ event: 'settings_unset', settings: unset });
}
