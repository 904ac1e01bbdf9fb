import { dirname, join } from 'node:path';
import type { Snapshot } from './domain/metrics.js';
import type { TableDef } from './domain/tables.js';
import type { Egress } from './services/egress.js';
import type { ProviderPlaces } from './services/sign-in/configured.js';
import type { Layers } from './store/layers.js';
import { openSqliteStore } from './store/sqlite/index.js';
import { type Unlock, tryLock } from './store/sqlite/lock.js';
import type { Store } from './store/store.js';

/** Where everything is kept. */
export type Database =
  /** A SQLite file. One process has it: `lock.db` beside it is the lock that the command line minds too. */
  | { readonly file: string }
  /** A PostgreSQL database, migrated, as the serving role: `postgres://role:password@host:port/name`. Many processes share it. */
  | { readonly url: string };

/** What only this package's own command line and tests may ask for. */
export interface Internals {
  /** Told once what this process measures, answers how to gather what all have measured. @default there is no other */
  readonly gathering?: (own: () => Snapshot) => () => Promise<Snapshot>;
  /** Whoever opens the file has its lock already. */
  readonly locked?: true;
  /** Opened for one command and not to serve calls: on PostgreSQL it never trusts its caches, and nobody waits for it. */
  readonly serves?: false;
  /** For tests: another way out, where well-known providers are, and how long those are waited for. */
  readonly outside?: { readonly egress?: Egress; readonly places?: ProviderPlaces; readonly patienceMs?: number };
  /** For the isolation prover. @default both */
  readonly layers?: Layers;
}

export interface StoreOptions extends Internals {
  readonly tables: readonly TableDef[];
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Whether that clock was chosen, and is not this machine's: on PostgreSQL limits go by the database's otherwise. */
  readonly ownClock: boolean;
  readonly log: (event: object) => void;
}

export interface Opened {
  readonly store: Store;
  /** Lets another process have what is a single process's. Call it after the store is closed. */
  readonly release: Unlock;
}

/** Opens the store, and proves that it keeps tenants apart before anything is served from it. */
export async function openStore(database: Database, options: StoreOptions): Promise<Opened> {
  const { serves = true, layers } = options;
  const opened = 'url' in database ? await onPostgres(database.url, options) : await onFile(database.file, options);
  try {
    // With one layer turned off there is nothing to prove.
    if (serves && layers === undefined) await opened.store.proveIsolation();
    return opened;
  } catch (error) {
    await opened.store.close();
    opened.release();
    throw error;
  }
}

async function onPostgres(url: string, { tables, now, ownClock, log, layers, serves }: StoreOptions): Promise<Opened> {
  // Whoever stays with SQLite does not wait for the driver to be loaded.
  const { openPostgresStore } = await import('./store/postgres/index.js');
  const store = await openPostgresStore({
    url,
    tables,
    log,
    wall: now,
    ...(ownClock && { now }),
    ...(layers && { layers }),
    ...(serves === false && { serves }),
  });
  return { store, release: () => undefined };
}

async function onFile(path: string, { tables, now, log, locked, layers }: StoreOptions): Promise<Opened> {
  const release = locked === true ? () => undefined : await lockBeside(path);
  try {
    return { store: await openSqliteStore({ path, tables, now, log, ...(layers && { layers }) }), release };
  } catch (error) {
    release();
    throw error;
  }
}

/** A second process on one file would not hear of revocations: there is none. */
async function lockBeside(file: string): Promise<Unlock> {
  const unlock = await tryLock(join(dirname(file), 'lock.db'));
  if (unlock === undefined) throw new Error(`Another process has ${dirname(file)} open: one process serves one folder.`);
  return unlock;
}
