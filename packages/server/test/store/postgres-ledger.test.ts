import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type TestDatabase, newDatabase } from '../../../../test/support/postgres.js';
import type { Bucket } from '../../src/domain/window.js';
import { SharedLedger } from '../../src/services/limits/shared-ledger.js';
import { PostgresLedger, type RunStatement } from '../../src/store/postgres/ledger.js';
import { foundation } from '../../src/store/postgres/migrations/0001-foundation.js';

const PROCESSES = 4;

let database: TestDatabase;
const clients: pg.Client[] = [];
beforeAll(async () => {
  database = await newDatabase();
  for (let process = 0; process < PROCESSES; process += 1) {
    const client = new pg.Client({ connectionString: database.adminUrl, pipeline: true });
    await client.connect();
    clients.push(client);
  }
  for (const statement of foundation('public', 1)) await clients[0]?.query(statement);
});
beforeEach(async () => {
  await clients[0]?.query('truncate gatehouse_ledger');
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.end()));
  await database?.drop();
});

const runOn =
  (client: pg.Client): RunStatement =>
  async (text, values, name) => {
    const config = { text, values: [...values] };
    const { rows, rowCount } = await client.query<Record<string, unknown>>(name === undefined ? config : { ...config, name });
    return { rows, rowCount: rowCount ?? 0 };
  };

const clocks = [() => performance.now(), Date.now];

/** As many processes as there are connections, each with a ledger of its own. */
const processes = (now?: () => number): SharedLedger[] =>
  clients.map(
    (client) => new SharedLedger({ store: new PostgresLedger(runOn(client), { now }), clocks: now === undefined ? clocks : [now], log: () => undefined }),
  );

const rows = async (): Promise<number> => Number((await clients[0]?.query('select count(*) as n from gatehouse_ledger'))?.rows[0]?.n);

describe('limits kept in PostgreSQL', () => {
  it.each([3, 39, 100, 700])('several processes that hammer one bucket are let through %i times, and not once more', async (limit) => {
    const bucket: Bucket = { key: 'tenant:t', limit, periodSeconds: 3600 };
    const ledgers = processes(() => 1_760_000_000_123);
    const hammer = async (): Promise<number> => {
      const verdicts = await Promise.all(Array.from({ length: limit * 2 }, async (_, call) => ledgers[call % PROCESSES]?.take([bucket], 1)));
      return verdicts.filter((verdict) => verdict?.allowed === true).length;
    };
    const first = await hammer();
    const slice = limit < 40 ? 0 : Math.floor(limit / 20);
    expect(first).toBeGreaterThanOrEqual(limit - (PROCESSES - 1) * slice);
    // What one had cut ahead when its callers were done is let through later.
    expect(first + (await hammer())).toBe(limit);
  });

  it('a process that is let through no more finds at most a slice of each other process unused', async () => {
    const bucket: Bucket = { key: 'tenant:t', limit: 200, periodSeconds: 3600 };
    const [busy, ...idle] = processes(() => 1_760_000_000_123);
    for (const ledger of idle) expect(await ledger.take([bucket], 1)).toMatchObject({ allowed: true });
    const verdicts = await Promise.all(Array.from({ length: 250 }, async () => busy?.take([bucket], 1)));
    const passed = verdicts.filter((verdict) => verdict?.allowed === true).length;
    const slice = bucket.limit / 20;
    expect(passed).toBe(bucket.limit - idle.length * slice);
    // What the others hold is theirs still.
    for (const ledger of idle) expect(await ledger.take([bucket], slice - 1)).toMatchObject({ allowed: true });
    for (const ledger of idle) expect(await ledger.take([bucket], 1)).toMatchObject({ allowed: false });
  });

  it('by the database’s clock: over some seconds of real load the bound of one process holds for all', async () => {
    const bucket: Bucket = { key: 'tenant:t', limit: 100, periodSeconds: 1 };
    const ledgers = processes();
    const began = performance.now();
    let passed = 0;
    const caller = async (ledger: SharedLedger): Promise<void> => {
      while (performance.now() < began + 1500) {
        if ((await ledger.take([bucket], 1))?.allowed === true) passed += 1;
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    };
    await Promise.all([...ledgers, ...ledgers].map(caller));
    const periods = (performance.now() - began) / 1000;
    expect(passed).toBeLessThanOrEqual(bucket.limit * (1 + periods));
    expect(passed).toBeGreaterThanOrEqual(bucket.limit * 1.5);
  });

  it('processes that ask for the same buckets in other orders never wait for each other', async () => {
    const buckets = Array.from({ length: 30 }, (_, index) => ({ key: `key:${index}`, limit: 1000, periodSeconds: 60 }));
    const stores = clients.map((client) => new PostgresLedger(runOn(client)));
    const ask = (store: PostgresLedger, round: number) => {
      const order = round % 2 === 0 ? buckets : [...buckets].reverse();
      return store.cut(order.map((bucket) => ({ bucket, calls: 2, least: 1 })));
    };
    const answers = await Promise.all(stores.flatMap((store, at) => Array.from({ length: 20 }, (_, round) => ask(store, round + at))));
    const slices = answers.flat().sort((one, other) => one.from - other.from);
    expect(slices).toHaveLength(PROCESSES * 20 * buckets.length);
    expect(slices.every(({ from, until }) => until > from)).toBe(true);
  });

  it('answers slices that never overlap, and none where there is no room for the least', async () => {
    const bucket: Bucket = { key: 'key:k', limit: 10, periodSeconds: 10 };
    const [client] = clients;
    if (client === undefined) throw new Error('No connection');
    const store = new PostgresLedger(runOn(client), { now: () => 1_000_000 });
    const cut = async (calls: number, least: number) => (await store.cut([{ bucket, calls, least }]))[0];
    expect(await cut(4, 1)).toEqual({ from: 1_000_000, until: 1_004_000, now: 1_000_000, arrival: 1_004_000 });
    expect(await cut(7, 7)).toEqual({ from: 1_004_000, until: 1_004_000, now: 1_000_000, arrival: 1_004_000 });
    expect(await cut(9, 6)).toEqual({ from: 1_004_000, until: 1_010_000, now: 1_000_000, arrival: 1_010_000 });
    expect(await cut(1, 1)).toEqual({ from: 1_010_000, until: 1_010_000, now: 1_000_000, arrival: 1_010_000 });
  });

  it('forgets buckets that are full again, in pieces, and never one that is not', async () => {
    let now = 1_000_000;
    const [client] = clients;
    if (client === undefined) throw new Error('No connection');
    const store = new PostgresLedger(runOn(client), { now: () => now });
    const cut = (key: string, periodSeconds: number) => store.cut([{ bucket: { key, limit: 1, periodSeconds }, calls: 1, least: 1 }]);
    await client.query(`insert into gatehouse_ledger (bucket, arrival, cut_from) select 'address:' || n, ${now}, ${now} from generate_series(1, 700) n`);
    await cut('long', 3600);
    expect(await rows()).toBe(701);
    now += 61_000;
    await cut('short', 1);
    await expect.poll(rows).toBe(202);
    now += 2000;
    await cut('other', 1);
    await expect.poll(rows).toBe(2);
    expect((await client.query('select bucket from gatehouse_ledger order by 1')).rows).toEqual([{ bucket: 'long' }, { bucket: 'other' }]);
  });

  it('does not wait for the disk, and leaves the connection as it was', async () => {
    const [client] = clients;
    if (client === undefined) throw new Error('No connection');
    const commits = async () => (await client.query<{ synchronous_commit: string }>('show synchronous_commit')).rows[0]?.synchronous_commit;
    await client.query('begin');
    await new PostgresLedger(runOn(client)).cut([{ bucket: { key: 'k', limit: 1, periodSeconds: 1 }, calls: 1, least: 1 }]);
    expect(await commits()).toBe('off');
    await client.query('commit');
    expect(await commits()).toBe('on');
  });
});
