import type { Store } from '../store/store.js';
import type { Authenticator } from './authenticate.js';
import { type Reading, counter, gauge } from './metrics.js';
import type { Outage } from './outage.js';

export interface ReadingsOptions {
  readonly store: Pick<Store, 'load' | 'changes'>;
  readonly authenticator: Pick<Authenticator, 'cached'>;
  readonly outage: Pick<Outage, 'lasts'>;
  readonly now: () => number;
}

/** The cache of principals, the database, and what this process may trust. */
export function siteReadings({ store, authenticator, outage, now }: ReadingsOptions): readonly Reading[] {
  return [
    gauge('gatehouse_principal_cache_entries', 'Credentials whose principal is remembered.', () => authenticator.cached.entries),
    counter('gatehouse_principal_cache_hits', 'Credentials whose principal was known.', () => authenticator.cached.hits),
    counter('gatehouse_principal_cache_misses', 'Credentials whose principal had to be looked up.', () => authenticator.cached.misses),
    gauge(
      'gatehouse_database_connections',
      'Connections to the database that are open, without those for look-ups, limits and changes.',
      () => store.load().open,
    ),
    gauge('gatehouse_database_connections_busy', 'Of them those that work.', () => store.load().busy),
    gauge('gatehouse_database_connections_limit', 'How many there may be.', () => store.load().limit),
    gauge('gatehouse_database_waiting', 'Statements and units of work that wait for a connection.', () => store.load().waiting),
    { ...gauge('gatehouse_database_up', '0 while the database is out of reach.', () => (outage.lasts ? 0 : 1)), together: 'min' },
    gauge('gatehouse_processes_trusted', 'Processes that hear of every change, and so answer from memory.', () => (store.changes.current(now()) ? 1 : 0)),
  ];
}
