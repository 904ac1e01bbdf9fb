import type { Platform } from '../runtime/platform.js';
import { type ProverOptions, proveTenantsApart } from './prove.js';
import type { Report } from './report.js';
import { sqliteScratch } from './scratch/sqlite.js';

export type { Outside } from './outside.js';
export { printed } from './print.js';
export { type Report, holds, summed } from './report.js';

export interface DoctorOptions extends Pick<ProverOptions, 'sets' | 'oneIn' | 'outside'> {
  readonly platform: Platform;
  /** Of a user who may make databases and roles: the scratch database is made there. @default a temporary SQLite file */
  readonly adminUrl?: string;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Called with what removes the scratch database, before it is used: for whoever is interrupted. */
  onScratch?(remove: () => Promise<void>): void;
}

/** Proves on a scratch database that no tenant of this platform can reach another, and leaves nothing behind. */
export async function examineIsolation({ platform, adminUrl, now, onScratch = () => {}, ...how }: DoctorOptions): Promise<Report> {
  const scratch = adminUrl === undefined ? onFile(platform, onScratch) : await onPostgres(adminUrl, platform, now, onScratch);
  try {
    return await proveTenantsApart({ platform, scratch, now: now(), ...how });
  } finally {
    await scratch.remove();
  }
}

type Announce = NonNullable<DoctorOptions['onScratch']>;

function onFile({ tables }: Platform, announce: Announce) {
  const scratch = sqliteScratch(tables);
  announce(scratch.remove);
  return scratch;
}

async function onPostgres(adminUrl: string, { tables }: Platform, now: () => number, announce: Announce) {
  // Whoever stays with SQLite does not wait for the driver to be loaded.
  const { postgresScratch } = await import('./scratch/postgres.js');
  return postgresScratch({ adminUrl, tables, now, announce });
}
