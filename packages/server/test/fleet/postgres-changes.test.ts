import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startPostgres } from '../../../../scripts/lib/postgres.mjs';
import { type TestDatabase, newDatabase, queryAt } from '../../../../test/support/postgres.js';
import { fleetSettings } from '../../src/store/fleet/settings.js';
import type { PostgresChangesOptions } from '../../src/store/postgres/changes.js';
import { Session } from '../../src/store/postgres/session.js';
import { UnavailableError } from '../../src/domain/unavailable-error.js';
import { ONE_LEASE_MS, type Part, makeTable, part, tookMs, until } from './fleet.js';
import { type SilentProxy, startSilentProxy } from './silent-proxy.js';

let database: TestDatabase;
let parts: Part[] = [];

async function join(url = database.adminUrl, options?: Partial<PostgresChangesOptions>): Promise<Part> {
  const joined = await part(url, options);
  parts.push(joined);
  return joined;
}

const rows = (): Promise<{ id: string }[]> => database.query('select id from gatehouse_processes');

beforeAll(async () => {
  database = await newDatabase();
  await makeTable(database.adminUrl);
});
afterAll(() => database?.drop());
afterEach(async () => {
  await Promise.all(parts.map(({ changes }) => changes.leave()));
  parts = [];
});

describe('several processes on one database', () => {
  it('trust their caches, and a barrier settles when each has dropped what changed', async () => {
    const [a, b, c] = [await join(), await join(), await join()];
    expect([a, b, c].map((each) => each.trusts())).toEqual([true, true, true]);
    for (let i = 0; i < 20; i += 1) {
      const took = await tookMs(a.changes.barrier([`key:${i}`]));
      for (const each of [a, b, c]) expect(each.told.at(-1)).toEqual([`key:${i}`]);
      expect(took).toBeLessThan(fleetSettings.askAgainMs);
    }
  });

  it('count every change, so that what was looked up before it is not kept', async () => {
    const [a, b] = [await join(), await join()];
    const before = b.changes.epoch();
    await a.changes.barrier(['key:1']);
    expect(b.changes.epoch()).toBeGreaterThan(before);
  });

  it('hear of what was changed past them', async () => {
    const [a, b] = [await join(), await join()];
    await database.query(`select pg_notify('gatehouse', '{"is":"changed","tags":["tenant:t1"]}')`);
    await until('both are told', () => [a, b].every(({ told }) => JSON.stringify(told.at(-1)) === '["tenant:t1"]'));
    await database.query(`select pg_notify('gatehouse', 'what?')`);
    await until('both are told everything', () => [a, b].every(({ told }) => told.at(-1) === 'everything'));
  });

  it('do not wait for one that was closed, nor for one that serves nobody', async () => {
    const [a, b] = [await join(), await join()];
    const quiet = await join(database.adminUrl, { serves: false });
    expect(quiet.trusts()).toBe(false);
    expect(await rows()).toHaveLength(2);
    expect(await tookMs(quiet.changes.barrier(['key:1']))).toBeLessThan(1_000);
    expect([a.told.at(-1), b.told.at(-1)]).toEqual([['key:1'], ['key:1']]);
    await b.changes.leave();
    expect(b.trusts()).toBe(false);
    expect(await rows()).toHaveLength(1);
    expect(await tookMs(a.changes.barrier(['key:2']))).toBeLessThan(fleetSettings.askAgainMs);
  });

  it('put barriers that wait at the same time into few rounds', async () => {
    const [a, b] = [await join(), await join()];
    const heard: string[] = [];
    const session = await Session.open({ url: database.adminUrl, onNotify: (_, payload) => heard.push(payload) });
    await session.query('listen gatehouse');
    await Promise.all(Array.from({ length: 64 }, (_, index) => a.changes.barrier([`key:${index}`])));
    await session.close();
    expect(new Set(b.told.flat()).size).toBe(65);
    expect(heard.filter((text) => text.includes('"ask"')).length).toBeLessThan(8);
  });

  it('begin anew, with nothing in their caches, when they were thought dead', async () => {
    const a = await join();
    a.told.length = 0;
    const [before] = await rows();
    await database.query('delete from gatehouse_processes');
    await until('there is a row again', async () => (await rows()).length === 1 && a.trusts());
    expect((await rows())[0]?.id).not.toBe(before?.id);
    expect(a.told).toEqual(['everything']);
  });

  it('bury a row that nobody keeps, also when nobody asks', async () => {
    await join();
    await database.query(`insert into gatehouse_processes values ('dead', 7)`);
    await until('the row is gone', async () => (await rows()).length === 1);
  });

  it('say that they do not know, where nobody can tell in time', async () => {
    const a = await join(database.adminUrl, { settings: { ...fleetSettings, giveUpMs: 300 } });
    await database.query(`insert into gatehouse_processes values ('dead', 7)`);
    await expect(a.changes.barrier(['key:1'])).rejects.toThrow(UnavailableError);
    await database.query('delete from gatehouse_processes');
  });
});

describe('a unit of work', () => {
  type Listener = (kept?: boolean) => void | Promise<void>;
  let end: Listener | undefined;
  const units = {
    inUnit: true,
    onUnitEnd(listener: Listener) {
      end = listener;
    },
  };

  it('tells its own process at once, and the others when it was kept', async () => {
    const [a, b] = [await join(database.adminUrl, { units }), await join()];
    await a.changes.barrier(['key:1']);
    expect([a.told.at(-1), b.told.at(-1)]).toEqual([['key:1'], 'everything']);
    expect(a.changes.epoch()).not.toBe(a.changes.epoch());
    await end?.(true);
    expect(b.told.at(-1)).toEqual(['key:1']);
    expect(a.told.slice(-2)).toEqual([['key:1'], ['key:1']]);
  });

  it('tells its own process again when it was undone, and nobody else', async () => {
    const [a, b] = [await join(database.adminUrl, { units }), await join()];
    await a.changes.barrier(['key:1']);
    await end?.(false);
    expect(a.told.slice(-2)).toEqual([['key:1'], ['key:1']]);
    await a.changes.barrier(['key:2']);
    expect(b.told).toEqual(['everything']);
  });
});

describe('a process that is cut off', () => {
  let proxy: SilentProxy;
  beforeEach(async () => {
    proxy = await startSilentProxy(Number(new URL(database.adminUrl).port));
  });
  afterEach(() => proxy.close());

  const throughProxy = (): string => {
    const url = new URL(database.adminUrl);
    url.port = String(proxy.port);
    return url.href;
  };

  it.each([
    ['from notifications', /listen/],
    ['from everything', /./],
  ])('%s trusts no more before a barrier settles, which takes a lease; healed, it trusts again', async (_, names) => {
    const [a, b, cut] = [await join(), await join(), await join(throughProxy())];
    expect(cut.trusts()).toBe(true);
    expect(proxy.silence(names)).toBeGreaterThan(0);
    const took = await tookMs(a.changes.barrier(['key:1']));
    expect([cut.trusts(), a.trusts(), b.trusts()]).toEqual([false, true, true]);
    expect(took).toBeLessThan(ONE_LEASE_MS);
    expect(await tookMs(b.changes.barrier(['key:2']))).toBeLessThan(fleetSettings.askAgainMs);
    proxy.heal();
    cut.told.length = 0;
    await until('it trusts again', () => cut.trusts());
    expect(cut.told).toEqual(['everything']);
  });
});

describe('a database that restarts', () => {
  it('ends all trust, and has it again afterwards; a barrier goes on', async () => {
    const server = await startPostgres({ durable: false });
    try {
      await makeTable(server.adminUrl);
      const all = [await join(server.adminUrl), await join(server.adminUrl), await join(server.adminUrl)];
      expect(all.every((each) => each.trusts())).toBe(true);
      await server.stop();
      await until('nobody trusts', () => all.every((each) => !each.trusts()), fleetSettings.trustMs);
      const barrier = all[0]?.changes.barrier(['key:1']);
      await server.start();
      expect(await tookMs(Promise.resolve(barrier))).toBeLessThan(2 * ONE_LEASE_MS);
      await until('all trust again', () => all.every((each) => each.trusts()));
      expect(await queryAt(server.adminUrl, 'select id from gatehouse_processes')).toHaveLength(3);
      for (const { told } of all) expect(told.filter((tags) => tags === 'everything')).toHaveLength(2);
      await all[1]?.changes.barrier(['key:2']);
      for (const { told } of all) expect(told.at(-1)).toEqual(['key:2']);
    } finally {
      await Promise.all(parts.map(({ changes }) => changes.leave()));
      await server.close();
    }
  });
});
