import type { Tag } from '../../src/domain/principal.js';
import { fleetSettings } from '../../src/store/fleet/settings.js';
import { PostgresChanges, type PostgresChangesOptions } from '../../src/store/postgres/changes.js';
import { queryAt } from '../../../../test/support/postgres.js';

/** One process's view, with what its caches were told. */
export interface Part {
  readonly changes: PostgresChanges;
  readonly told: (readonly Tag[] | 'everything')[];
  trusts(): boolean;
}

const outside = { inUnit: false, onUnitEnd: () => {} };

export async function part(url: string, options: Partial<PostgresChangesOptions> = {}): Promise<Part> {
  const changes = new PostgresChanges({ url, units: outside, serves: true, wall: Date.now, log: () => {}, ...options });
  const told: Part['told'] = [];
  changes.onChange((tags) => told.push(tags));
  await changes.join();
  return { changes, told, trusts: () => changes.current(Date.now()) };
}

export function makeTable(adminUrl: string): Promise<unknown> {
  return queryAt(adminUrl, 'create table gatehouse_processes (id text collate "C" primary key, beat bigint not null) with (fillfactor = 50)');
}

/** What a dead process may cost: its lease, one repetition of the question, and a slow machine. */
export const ONE_LEASE_MS = fleetSettings.leaseMs + fleetSettings.askAgainMs + 400;

export async function tookMs(work: Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work;
  return performance.now() - start;
}

export async function until(what: string, holds: () => boolean | Promise<boolean>, withinMs = 10_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`Not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
