import { nippy as platform } from '@gatehouse/nippy';
import { type Gatehouse, Refusal, createLogger, readConfig } from 'gatehouse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWithin } from '../../packages/server/src/app.js';
import { postgresScratch } from '../../packages/server/src/doctor/scratch/postgres.js';
import type { Scratch } from '../../packages/server/src/doctor/scratch/scratch.js';
import { sqliteScratch } from '../../packages/server/src/doctor/scratch/sqlite.js';
import { databaseKind } from '../support/app-database.js';
import { clientOf, withoutRequestId } from '../support/client.js';
import { newDatabase } from '../support/postgres.js';

const NOW = Date.parse('2026-01-31T09:30:00Z');
const now = () => NOW;
const DAY = '2026-01-30';
const kind = databaseKind();

/** Ids of a business's rows: all of them begin with its letter. */
const idOf = (letter: string, n: number) => letter + String(n).padStart(23, '0');
const victimPerson = 'person of the victim';

let scratch: Scratch;
let drop: () => Promise<void> = async () => {};
let attacker: { readonly tenant: string; readonly raw: string };
let victim: { readonly tenant: string; readonly raw: string };
/** What the attacker was told while the victim had nothing. */
let alone: readonly string[];

beforeAll(async () => {
  if (kind === 'postgres') {
    const place = await newDatabase();
    drop = place.drop;
    scratch = await postgresScratch({ adminUrl: place.adminUrl, tables: platform.tables, now, announce: () => {} });
  } else scratch = sqliteScratch(platform.tables);
  await opened({ facade: true, database: true }, async (gatehouse, url) => {
    [attacker, victim] = [await business(gatehouse, 'attacker'), await business(gatehouse, 'victim')];
    await fill(gatehouse, attacker.tenant, 'a', 'person of the attacker', 3);
    alone = await answers(url);
    await fill(gatehouse, victim.tenant, 'b', victimPerson, 7);
  });
}, 120_000);
afterAll(async () => {
  await scratch?.remove();
  await drop();
});

async function opened(layers: { readonly facade: boolean; readonly database: boolean }, work: (gatehouse: Gatehouse, url: string) => Promise<void>) {
  const gatehouse = await openWithin(
    {
      platform,
      config: readConfig({ port: '0', host: '127.0.0.1' }, {}, []),
      logger: createLogger({ level: 'silent', pretty: false }),
      database: await scratch.database(layers.database),
      rootSecret: 'the root secret of a scratch database',
      now,
    },
    layers.facade && layers.database ? {} : { layers },
  );
  try {
    await work(gatehouse, await gatehouse.listen());
  } finally {
    await gatehouse.close();
  }
}

async function business({ users, keys }: Gatehouse, name: string) {
  const user = await users.findOrCreate(`${name}@example.com`);
  if (user instanceof Refusal) throw user;
  const made = await keys.mint({ tenant: user.homeTenant, user: user.id, name: 'test', scopes: ['*'], createdBy: 'test' });
  if (made instanceof Refusal) throw made;
  return { tenant: user.homeTenant, raw: made.raw };
}

/** Something in every collection: counted, waiting to be counted, and the rows themselves. */
function fill({ store }: Gatehouse, tenant: string, letter: string, person: string, count: number) {
  type Rows = readonly Readonly<Record<string, unknown>>[];
  const each = (row: (n: number) => Readonly<Record<string, unknown>>): Rows => Array.from({ length: count }, (_, n) => ({ id: idOf(letter, n), ...row(n) }));
  const one = idOf(letter, 0);
  const at = { day: DAY, spun_at: NOW };
  const dims = JSON.stringify([one, one, 'lost']);
  const roulette = { id: one, name: 'Wheel', type_of_roulette: 'wheel', cooldown_minutes: 0, spins_allowed: -1, terms: '', is_active: true, created_at: NOW };
  const stock = { id: one, product_name: 'Cap', total_stock: 9, min_stock_alert: 0, type: 'x', created_at: NOW };
  const center = { id: one, name: 'North', address: '', latitude: 1, longitude: 1, schedule: '', type: 'x', created_at: NOW };
  const tables: Readonly<Record<string, Rows>> = {
    roulettes: [roulette],
    spins: each(() => ({ roulette_id: one, gift_id: one, outcome: 'lost', person, ...at })),
    stocks: [stock],
    nippy_centers: [center],
    withdrawals: each((n) => ({ stock_id: one, nippy_center_id: one, quantity: count * 100 + n, person, day: DAY, withdrawn_at: NOW })),
    analytics_days: ['spins', 'withdrawals'].map((collection, n) => ({ id: idOf(letter, n), collection, day: DAY, count, total: count * 100 })),
    analytics_daily: ['spins', 'withdrawals'].map((collection, n) => ({ id: idOf(letter, n), collection, day: DAY, dims, count, total: count * 100 })),
    analytics_pending: ['spins', 'visits', 'registrations', 'enrolments'].map((collection, n) => ({
      ...{ id: idOf(letter, n), collection, day: DAY, dims, count, total: count },
    })),
  };
  return store.tx(tenant, async ({ db }) => {
    for (const [table, rows] of Object.entries(tables))
      await db
        .insertInto(table as never)
        .values(rows as never)
        .execute();
  });
}

const collections = ['spins', 'roulettesMaterializedView', 'withdrawals', 'enrolments', 'registrations', 'visits'];

/** What reaches out: by collection, date range, filter, grouping, alias, order, and by naming the other. */
function attacks(): readonly object[] {
  const { tenant } = victim;
  const foreign = idOf('b', 0);
  const names = [
    'gatehouse_keys',
    'analytics_daily',
    'main.spins',
    'public.spins',
    'spins as s',
    'spins, withdrawals',
    '(select * from spins)',
    tenant,
    `${tenant}.spins`,
  ];
  const fields = ['tenant_id', 'business_id', 'id', 'rowid', 'ctid', 'spins.person', 'person" or 1=1 --', "person' or '1'='1", '*', '__proto__', 'constructor'];
  const days = [
    { dateRange: 'last_90_days' },
    { start_date: '0001-01-01', end_date: '9999-12-31' },
    { dateRange: 'all_time' },
    { dateRange: "today' or 1=1 --" },
  ];
  const groups = [[], ['day'], ['week'], ['roulette_id'], ['person'], ['stock_id', 'person'], ['flow_id'], ['course_id'], ['gift_id', 'month']];
  const values = ['eq', 'ne', 'gt'].flatMap((operator) => [foreign, victimPerson, '', "' or 1=1 --"].map((value) => ({ operator, value })));
  const spins = { collection: 'spins' };
  return [
    ...names.map((collection) => ({ collection })),
    ...collections.flatMap((collection) => [...groups.map((group_by) => ({ collection, group_by })), ...days.map((range) => ({ collection, ...range }))]),
    ...fields.flatMap((field) => [
      ...[
        { ...spins, group_by: [field] },
        { ...spins, order_by: [{ by: field }] },
      ],
      ...[
        { ...spins, filters: [{ field, operator: 'eq', value: tenant }] },
        { ...spins, measures: [{ function: 'count_distinct', field }] },
      ],
      { ...spins, measures: [{ function: 'count', as: field }] },
    ]),
    ...['person', 'roulette_id'].flatMap((field) => [
      ...values.map((one) => ({ ...spins, group_by: [field], filters: [{ field, ...one }] })),
      ...['in', 'not_in'].map((operator) => ({ ...spins, group_by: [field], filters: [{ field, operator, value: [foreign, victimPerson, tenant] }] })),
    ]),
    ...['count', 'sum', 'avg', 'min', 'max', 'count_distinct', 'group_concat', 'max(person)'].flatMap((name) =>
      ['quantity', 'person', 'stock_id'].map((field) => ({
        collection: 'withdrawals',
        measures: [name === 'count' ? { function: name } : { function: name, field }],
      })),
    ),
    ...['count, tenant_id', 'x" from gatehouse_keys --', 'x; select 1'].map((as) => ({ ...spins, measures: [{ function: 'count', as }] })),
    ...['tenant_id', 'business_id', 'tenant', 'businessId'].map((name) => ({ ...spins, [name]: tenant })),
  ];
}

/** Both surfaces run the same: one in so many goes by the other as well. */
const SHARE = 5;

const AT_ONCE = 8;

/** What the attacker is told, over REST, and of some as a tool. */
async function answers(url: string): Promise<readonly string[]> {
  const client = clientOf(url, { 'x-api-key': attacker.raw });
  const all = attacks();
  const told: string[] = [];
  const one = async (attack: object, n: number): Promise<string[]> => {
    const rest = await client.post('/api/v1/analytics/query', attack);
    const tools = n % SHARE === 0 ? [await client.rpc('tools/call', { name: 'analytics_query', arguments: attack })] : [];
    return [rest, ...tools].map(withoutRequestId).map(({ status, text }) => `${JSON.stringify(attack)} → ${status} ${text}`);
  };
  for (let n = 0; n < all.length; n += AT_ONCE) told.push(...(await Promise.all(all.slice(n, n + AT_ONCE).map((attack, i) => one(attack, n + i)))).flat());
  return told;
}

describe(`analytics queries that try to reach another business, on ${kind}`, () => {
  it.each([
    ['both layers', { facade: true, database: true }],
    ['the facade alone', { facade: true, database: false }],
    ['the database alone', { facade: false, database: true }],
  ])(
    'are answered as if it were not there, with %s',
    async (_name, layers) => {
      await opened(layers, async (_gatehouse, url) => {
        const told = await answers(url);
        expect(told.filter((answer, i) => answer !== alone[i])).toEqual([]);
        expect(told.length).toBeGreaterThan(200);
        expect(told.filter((answer) => answer.includes('→ 200 {"collection"') && answer.includes('"count":')).length).toBeGreaterThan(50);
      });
    },
    120_000,
  );

  it('would reach it without any layer: the attacks are able to', async () => {
    await opened({ facade: false, database: false }, async (_gatehouse, url) => {
      const told = await answers(url);
      expect(told.filter((answer, i) => answer !== alone[i]).length).toBeGreaterThan(50);
      expect(told.join()).toContain(`"person":"${victimPerson}"`);
    });
  }, 120_000);
});
