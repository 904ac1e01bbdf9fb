import type { Config, Gatehouse, Logger, Platform } from '../index.js';
import { banner } from './banner.js';
import { CommandError } from './failure.js';
import type { FirstStart } from './first-start.js';

/** Starts to listen, and settles with the URL. @throws {CommandError} that says what to do */
export async function listenAt(gatehouse: Gatehouse, { host, port }: Config): Promise<string> {
  try {
    return await gatehouse.listen();
  } catch (error) {
    throw cannotListen(host, port, error);
  }
}

export function cannotListen(host: string, port: number, error: unknown): CommandError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reasons: Record<string, string> = {
    EADDRINUSE: 'something else listens there. Stop it, or give another port with --port',
    EACCES: 'this user may not open it. Give another port with --port',
    EADDRNOTAVAIL: 'this machine has no such address. Give another one with --host',
    ENOTFOUND: 'this host is not known. Give another one with --host',
  };
  const reason = reasons[code] ?? (error instanceof Error ? error.message : String(error));
  return new CommandError('listen', `Cannot listen on ${host}, port ${port}: ${reason}.`, { cause: error });
}

export interface Announcement {
  readonly platform: Platform;
  readonly config: Config;
  readonly url: string;
  /** The process ids of the workers, where this process has them serve. */
  readonly workers?: readonly number[];
  readonly first: FirstStart;
  readonly terminal: boolean;
  readonly logger: Logger;
}

/** At a terminal the banner says it all; otherwise it goes to stderr, and the log has the same as events. */
export function announce({ platform, config, url, workers, first, terminal, logger: { log } }: Announcement): void {
  const { publicUrl, data, database, settings } = config;
  const unset = Object.keys(settings).filter((name) => settings[name] === undefined);
  const place = database === undefined ? { data: data === './data' ? undefined : data } : 'postgres';
  const text = banner({ platform, url, publicUrl, place, first, unset });
  (terminal ? process.stdout : process.stderr).write(text);
  if (terminal) return;
  const more = { ...(publicUrl === undefined ? {} : { public_url: publicUrl }), ...(workers === undefined ? {} : { workers }) };
  log({ event: 'listening', url, ...more, platform: platform.name, version: platform.version });
  if (first.is === 'made' && first.file !== undefined) log({ event: 'first_key', file: first.file });
  if (unset.length > 0) log({ event: 'settings_unset', settings: unset });
}
