import { describe, expect, it } from 'vitest';
import { LastUsed } from '../../src/services/last-used.js';
import { Ledger } from '../../src/services/limits/ledger.js';
import { Outage } from '../../src/services/outage.js';
import type { KeyStore, LedgerStore } from '../../src/store/store.js';
import { UnavailableError } from '../../src/domain/unavailable-error.js';

/** A database that can be out of reach, and what reached it. */
function database() {
  const state = { down: false, error: (): Error => new UnavailableError('Down'), tries: 0 };
  const reached = new Map<string, number>();
  const write = async (entries: ReadonlyMap<string, number>): Promise<void> => {
    state.tries += 1;
    if (state.down) throw state.error();
    for (const [id, at] of entries) reached.set(id, at);
  };
  const events: string[] = [];
  const log = (event: object): void => {
    events.push((event as { event: string }).event);
  };
  const ping = async (): Promise<void> => {
    if (state.down) throw state.error();
  };
  const outage = new Outage({ ping, log, elapsed: () => performance.now() });
  return { state, reached, write, events, log, outage };
}

describe('what could not be written', () => {
  it('of last uses is kept, shown meanwhile, and written when the database is back', async () => {
    const { state, reached, write, events, log, outage } = database();
    const lastUsed = new LastUsed({ touch: write } as KeyStore, log, outage);
    state.down = true;
    lastUsed.first('a', 1);
    lastUsed.seen('b', 2);
    await expect.poll(() => state.tries).toBeGreaterThan(0);
    lastUsed.seen('a', 3);
    expect(lastUsed.shown({ id: 'a', lastUsedAt: null }).lastUsedAt).toBe(3);
    expect(lastUsed.shown({ id: 'b', lastUsedAt: null }).lastUsedAt).toBe(2);
    state.down = false;
    await expect
      .poll(() => [...reached].sort(), { timeout: 5000 })
      .toEqual([
        ['a', 3],
        ['b', 2],
      ]);
    await expect.poll(() => events, { timeout: 5000 }).toEqual(['database_unavailable', 'database_available']);
  });

  it('of limits is kept, and written when the database is back', async () => {
    const { state, reached, write, log } = database();
    const store: LedgerStore = { shared: false, load: async () => new Map(), save: write };
    const ledger = new Ledger({ store, now: () => 1000, log });
    state.down = true;
    ledger.take([{ key: 'key:a', limit: 10, periodSeconds: 10 }], 1, 1000);
    await expect.poll(() => state.tries, { timeout: 5000 }).toBeGreaterThan(0);
    state.down = false;
    await ledger.close();
    expect([...reached]).toEqual([['key:a', 2000]]);
  });

  it('for another reason is told once for as long as it lasts, and once where it is lost in the end', async () => {
    const { state, write, events, log, outage } = database();
    const lastUsed = new LastUsed({ touch: write } as KeyStore, log, outage);
    state.down = true;
    state.error = () => new Error('The disk is full');
    lastUsed.first('a', 1);
    await expect.poll(() => state.tries, { timeout: 5000 }).toBe(2);
    await lastUsed.close();
    expect(events).toEqual(['last_used_delayed', 'last_used_lost']);
  });
});
