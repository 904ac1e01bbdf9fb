import { expect, it } from 'vitest';
import { AuthorizationUpkeep } from '../../src/services/authorization/upkeep.js';
import { access, atOnce, grant, member, refresh, useStoreOfKind } from './store-of-kind.js';

const bench = useStoreOfKind();
const START = 1_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Everything that upkeep minds, as names, whatever it is. */
async function left(): Promise<readonly string[]> {
  const of = async (table: string, column: string) => (await bench.raw(`select ${column} as name from gatehouse_${table}`)).map(({ name }) => String(name));
  const tables = ['access_tokens', 'refresh_tokens', 'artifacts'].map((table) => of(table, 'hash'));
  return (await Promise.all([...tables, of('clients', 'id'), of('grants', 'id')])).flat().sort();
}

it('10,000 registrations leave no row after their hour, also where several processes sweep at once', async () => {
  const { store } = bench;
  const register = (n: number, expiresAt: number | null) =>
    store.clients.register({ id: `c${n}`, kind: 'registered', metadata: '{}', secretHash: null, createdAt: START, expiresAt }, 10_000);
  await register(0, null);
  await atOnce(200, (n) => register(n + 1, START + HOUR));
  await bench.raw(`insert into gatehouse_clients (id, kind, metadata, created_at, expires_at)
    with recursive those (n) as (select 201 union all select n + 1 from those where n < 9999)
    select 'c' || n, 'registered', '{}', ${START}, ${START + HOUR} from those`);
  expect(await atOnce(2, (n) => register(n + 10_000, START + HOUR))).toEqual(['registered', 'full']);
  let at = START + HOUR - 1;
  const upkeep = [0, 1, 2].map((n) => new AuthorizationUpkeep({ store: bench.of(n), now: () => at, failed: (_, error) => Promise.reject(error) }));
  await upkeep[0]?.sweep();
  expect((await left()).length).toBe(10_001);
  at += 1;
  await Promise.all(upkeep.map((one) => one.sweep()));
  expect(await left()).toEqual(['c0']);
  await Promise.all(upkeep.map((one) => one.close()));
});

it('what has ended is known for a day, and nothing goes before it has ended', async () => {
  const { store } = bench;
  await member(store, 'u');
  for (const id of ['g', 'revoked', 'lasting']) await store.grants.create('a', grant(id));
  await store.tokens.createAccess(access('t', { expiresAt: START + HOUR }));
  await store.tokens.createRefresh(refresh('r', { grant: 'lasting', expiresAt: START + 30 * DAY }));
  await store.tokens.createRefresh(refresh('of the revoked', { grant: 'revoked', expiresAt: START + 30 * DAY }));
  await store.grants.revoke('u', 'revoked', START + HOUR);
  const artifact = (hash: string) => ({ kind: 'code', hash, payload: '{}', handle: null, grant: 'g', expiresAt: START + HOUR + 1, consumedAt: null });
  await store.artifacts.put(artifact('redeemed'));
  await store.artifacts.consume('code', 'redeemed', START + HOUR);
  let at = START + HOUR + DAY;
  const upkeep = new AuthorizationUpkeep({ store, now: () => at, failed: (_, error) => Promise.reject(error) });
  await upkeep.sweep();
  expect(await left()).toEqual(['g', 'lasting', 'of the revoked', 'r', 'redeemed', 'revoked', 't']);
  at += 1;
  await upkeep.sweep();
  expect(await left()).toEqual(['lasting', 'r']);
  await upkeep.close();
});

it('a request for authorization that nobody answers, and a code that nobody redeems, leave nothing once their time is over', async () => {
  const { store } = bench;
  const artifact = { kind: 'Interaction', payload: '{}', handle: null, grant: null, expiresAt: START + HOUR, consumedAt: null };
  await atOnce(20, (n) => store.artifacts.put({ ...artifact, hash: `asked ${n}` }));
  let at = START + HOUR;
  const upkeep = new AuthorizationUpkeep({ store, now: () => at, failed: (_, error) => Promise.reject(error) });
  await upkeep.sweep();
  expect(await left()).toHaveLength(20);
  at += 1;
  await upkeep.sweep();
  expect(await left()).toEqual([]);
  await upkeep.close();
});
