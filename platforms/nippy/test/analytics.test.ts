import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, type Created, type Failed, type Nippy, must, openNippy } from './support/app.js';

const root = '/api/v1/analytics';
const DAY_MS = 86_400_000;

interface Told {
  readonly collection: string;
  readonly dateRange: string;
  readonly start_date: string;
  readonly end_date: string;
  readonly rows: readonly Record<string, unknown>[];
  readonly truncated: boolean;
}

let app: Nippy;
let acme: Client;
let globex: Client;
let wheel: string;
let other: string;
let product: string;
let center: string;
let course: string;

const ask = async (query: object, client = acme) => must(await client.post<Told>(`${root}/query`, query));
const rows = async (query: object, client = acme) => (await ask(query, client)).rows;
const refused = async (query: object) => {
  const { status, json } = await acme.post<Failed>(`${root}/query`, query);
  return [status, Object.keys(json.fields ?? {})];
};
const make = async (path: string, body: object, client = acme) => must(await client.post<Created>(`/api/v1/${path}`, body))._id;
const roulette = (name: string, client = acme) =>
  make('roulettes', { name, gifts: [{ name: 'Points', probability: 100, typeOfGift: 'won_points', pointsValue: 5 }] }, client);
const spin = (roulette_id: string, person: string) => make('roulettes/spins', { roulette_id, person });
const withdraw = (quantity: number) => make('supply/withdrawals', { stock_id: product, nippy_center_id: center, quantity });

/** Three days: Friday the 30th of January 2026, Saturday and Monday. */
beforeAll(async () => {
  app = await openNippy();
  app.now = Date.parse('2026-01-30T23:59:00Z');
  acme = await app.business('acme');
  globex = await app.business('globex');
  [wheel, other] = [await roulette('Wheel'), await roulette('Other')];
  product = await make('supply/stocks', { product_name: 'Cap', total_stock: 100 });
  center = await make('supply/nippy-centers', { name: 'North', address: 'Street 1', latitude: 1, longitude: 1 });
  await make('supply/stock-assignments', { stock_id: product, nippy_center_id: center, quantity: 100 });
  course = await make('learning/courses', { name: 'Safety', lessons: [{ title: 'One', content: 'Text' }] });
  await spin(wheel, 'ann');
  await spin(wheel, 'bob');
  await withdraw(3);
  app.now += DAY_MS;
  await spin(wheel, 'ann');
  await spin(other, 'cyd');
  await withdraw(5);
  await make('learning/enrolments', { course_id: course, person: 'ann' });
  await app.settle();
  app.now = Date.parse('2026-02-02T09:00:00Z');
  // These wait for the job.
  await spin(wheel, 'dan');
  await withdraw(1);
}, 60_000);
afterAll(() => app?.close());

describe('a query', () => {
  it('counts what happened by day, what a job has counted and what waits for it alike', async () => {
    expect(await ask({ collection: 'spins', dateRange: 'last_90_days', group_by: ['day'] })).toEqual({
      ...{ collection: 'spins', dateRange: 'last_90_days', start_date: '2025-11-05', end_date: '2026-02-02', truncated: false },
      rows: [
        { day: '2026-01-30', count: 2 },
        { day: '2026-01-31', count: 2 },
        { day: '2026-02-02', count: 1 },
      ],
    });
  });

  it('answers the documented collection and range in their own words', async () => {
    const { collection, dateRange, rows } = await ask({ collection: 'roulettesMaterializedView', dateRange: 'last_90_days' });
    expect([collection, dateRange, rows]).toEqual(['roulettesMaterializedView', 'last_90_days', [{ count: 5 }]]);
  });

  it('says the same of the days’ counts and of the rows themselves', async () => {
    const everybody = [{ field: 'person', operator: 'ne', value: 'nobody' }];
    for (const group_by of [[], ['day'], ['week'], ['month'], ['roulette_id'], ['day', 'outcome'], ['gift_id', 'month']]) {
      const query = { collection: 'spins', group_by, measures: [{ function: 'count' }, { function: 'count_distinct', field: 'roulette_id', as: 'wheels' }] };
      expect(await rows({ ...query, filters: everybody })).toEqual(await rows(query));
    }
    const amounts = { collection: 'withdrawals', group_by: ['week'], measures: ['sum', 'avg'].map((name) => ({ function: name, field: 'quantity' })) };
    expect(await rows(amounts)).toEqual([
      { week: '2026-01-26', sum_quantity: 8, avg_quantity: 4 },
      { week: '2026-02-02', sum_quantity: 1, avg_quantity: 1 },
    ]);
    expect(await rows({ ...amounts, filters: [{ field: 'quantity', operator: 'gte', value: 0 }] })).toEqual(await rows(amounts));
  });

  it('takes filters, measures, an order and a limit', async () => {
    const measures = [
      { function: 'min', field: 'quantity' },
      { function: 'max', field: 'quantity', as: 'most' },
    ];
    const filters = [{ field: 'quantity', operator: 'gt', value: 1 }];
    expect(await rows({ collection: 'withdrawals', measures, filters })).toEqual([{ min_quantity: 3, most: 5 }]);
    const people = {
      collection: 'spins',
      group_by: ['person'],
      order_by: [
        { by: 'count', direction: 'desc' },
        { by: 'person', direction: 'desc' },
      ],
      limit: 2,
    };
    expect(await ask(people)).toMatchObject({
      rows: [
        { person: 'ann', count: 2 },
        { person: 'dan', count: 1 },
      ],
      truncated: true,
    });
    const some = [
      { field: 'roulette_id', operator: 'in', value: [other] },
      { field: 'outcome', operator: 'eq', value: 'won_points' },
    ];
    expect(await rows({ collection: 'spins', filters: some })).toEqual([{ count: 1 }]);
    expect(await rows({ collection: 'enrolments', group_by: ['course_id', 'completed'] })).toEqual([{ course_id: course, completed: false, count: 1 }]);
  });

  it.each([
    [{ dateRange: 'today' }, '2026-02-02', '2026-02-02', 1],
    [{ dateRange: 'yesterday' }, '2026-02-01', '2026-02-01', 0],
    [{ dateRange: 'last_7_days' }, '2026-01-27', '2026-02-02', 5],
    [{ dateRange: 'this_month' }, '2026-02-01', '2026-02-02', 1],
    [{ dateRange: 'last_month' }, '2026-01-01', '2026-01-31', 4],
    [{ dateRange: 'this_year' }, '2026-01-01', '2026-02-02', 5],
    [{}, '2026-01-04', '2026-02-02', 5],
    [{ start_date: '2026-01-31', end_date: '2026-01-31' }, '2026-01-31', '2026-01-31', 2],
    [{ start_date: '2026-01-31' }, '2026-01-31', '2026-02-02', 3],
    [{ start_date: '2024-02-29', end_date: '2026-01-31' }, '2024-02-29', '2026-01-31', 4],
    [{ start_date: '0000-01-01', end_date: '9999-12-31' }, '0000-01-01', '9999-12-31', 5],
  ])('of %j reads both days and those between', async (range, start_date, end_date, count) => {
    expect(await ask({ collection: 'spins', ...range })).toMatchObject({ start_date, end_date, rows: [{ count }] });
  });

  it('about nothing is one row of nothing, or no groups', async () => {
    const measures = ['count', 'sum', 'avg', 'min'].map((name) => (name === 'count' ? { function: name } : { function: name, field: 'quantity' }));
    const nothing = { collection: 'withdrawals', dateRange: 'yesterday', measures };
    expect(await rows(nothing)).toEqual([{ count: 0, sum_quantity: 0, avg_quantity: null, min_quantity: null }]);
    expect(await rows({ ...nothing, group_by: ['day'] })).toEqual([]);
    expect(await rows({ collection: 'spins' }, globex)).toEqual([{ count: 0 }]);
  });

  it.each<[object, string]>([
    [{ collection: 'gatehouse_keys' }, 'collection'],
    [{ collection: 'analytics_daily' }, 'collection'],
    [{ collection: 'spins; drop table spins' }, 'collection'],
    [{ dateRange: "last_90_days' or 1=1" }, 'dateRange'],
    [{ dateRange: 'today', start_date: '2026-01-01' }, 'dateRange'],
    ...['2026-02-29', '2026-02-31', '2026-1-1', '2026-01-01T00:00:00-06:00', '12026-01-01', '2026-02-03'].map((start_date): [object, string] => [
      { start_date },
      'start_date',
    ]),
    [{ end_date: '2026-01-01' }, 'start_date'],
    [{ start_date: '2026-02-02', end_date: '2026-02-01' }, 'end_date'],
    [{ filters: [{ field: 'tenant_id', operator: 'eq', value: 'x' }] }, 'filters.0.field'],
    [{ filters: [{ field: 'constructor', operator: 'eq', value: 'x' }] }, 'filters.0.field'],
    [{ filters: [{ field: 'person', operator: 'like', value: '%' }] }, 'filters.0.operator'],
    [{ filters: [{ field: 'person', operator: 'eq', value: ['a'] }] }, 'filters.0.value'],
    [{ filters: [{ field: 'person', operator: 'in', value: 'a' }] }, 'filters.0.value'],
    [{ filters: [{ field: 'person', operator: 'eq', value: 1 }] }, 'filters.0.value'],
    [{ filters: [{ field: 'person', operator: 'lt', value: null }] }, 'filters.0.operator'],
    [{ filters: [{ field: 'person', operator: 'in', value: [] }] }, 'filters.0.value'],
    [{ filters: [{ field: 'day', operator: 'gte', value: 'monday' }] }, 'filters.0.value'],
    [{ filters: [{ field: 'day', operator: 'in', value: ['2026-01-31', '2026-02-29'] }] }, 'filters.0.value'],
    [{ group_by: ['tenant_id'] }, 'group_by.0'],
    [{ group_by: ['id'] }, 'group_by.0'],
    [{ group_by: ['day', 'day'] }, 'group_by.1'],
    [{ measures: [{ function: 'group_concat', field: 'person' }] }, 'measures.0.function'],
    [{ measures: [{ function: 'sum', field: 'person' }] }, 'measures.0.field'],
    [{ measures: [{ function: 'count', field: 'person' }] }, 'measures.0.field'],
    [{ measures: [{ function: 'count', as: '__proto__' }] }, 'measures.0.as'],
    [{ measures: [{ function: 'count', as: 'x", (select 1) as "y' }] }, 'measures.0.as'],
    [{ group_by: ['day'], measures: [{ function: 'count', as: 'day' }] }, 'measures.0.as'],
    [{ order_by: [{ by: 'tenant_id' }] }, 'order_by.0.by'],
    ...[0, -1, 1001, 1.5, 1e30, '5', null].map((limit): [object, string] => [{ limit }, 'limit']),
    [{ business_id: 'x' }, 'business_id'],
  ])('that is none is refused, its part named: %j', async (wrong, field) => {
    expect(await refused({ collection: 'spins', ...wrong })).toEqual([400, [field]]);
  });
});

it('a list that is too long is told how long it may be', async () => {
  const filters = [{ field: 'person', operator: 'in', value: Array.from({ length: 101 }, (_, n) => `p${n}`) }];
  const { json } = await acme.post<Failed>(`${root}/query`, { collection: 'spins', filters });
  expect(json.detail).toBe('filters.0.value: Must be a text of at most 200 characters, a number, true, false or null, or a list of 1 to 100 of these');
});

describe('what can be asked about', () => {
  it('is listed and described, in the words that queries take, over REST and as tools', async () => {
    const listed = must(await acme.get<{ collection: string; alsoCalled: string[] }[]>(`${root}/collections`));
    expect(listed.map(({ collection }) => collection)).toEqual(['spins', 'withdrawals', 'enrolments', 'registrations', 'visits']);
    expect(listed[0]?.alsoCalled).toEqual(['roulettesMaterializedView']);
    for (const { collection } of listed) {
      const { fields, functions, groupByTime } = must(
        await acme.get<{ fields: { name: string; type: string }[]; functions: string[]; groupByTime: string[] }>(`${root}/collections/${collection}`),
      );
      const numbers = fields.filter(({ type }) => type === 'number').map(({ name }) => name);
      const measures = functions.flatMap((name) =>
        name === 'count' ? [{ function: name }] : (name === 'count_distinct' ? ['day'] : numbers).map((field) => ({ function: name, field })),
      );
      const group_by = [...groupByTime, ...fields.map(({ name }) => name)].filter((name, i, all) => all.indexOf(name) === i);
      for (const name of group_by) {
        const { isError } = await acme.tool('analytics_query', { collection, group_by: [name], measures: measures.slice(0, 10) });
        expect(isError ?? false).toBe(false);
      }
    }
    expect((await acme.tool('analytics_describe_collection', { collection: 'roulettesMaterializedView' })).isError ?? false).toBe(false);
  });
});

describe('visits and registrations', () => {
  it('count visitors, how often they looked, and who registered', async () => {
    const { publicUrl } = must(
      await acme.post<Created & { publicUrl: string }>('/api/v1/flows', { name: 'Summer', slug: 'summer', redirect_url: 'https://shop.example/' }),
    );
    const page = await (await fetch(`${publicUrl}?utm_source=mail`)).text();
    await fetch(publicUrl);
    const _form = /name="_form" value="([^"]+)"/.exec(page)?.[1] ?? '';
    await fetch(publicUrl, { method: 'POST', body: new URLSearchParams({ _form, name: 'Ann', email: 'ann@example.com' }), redirect: 'manual' });
    const looks = { collection: 'visits', dateRange: 'today', measures: [{ function: 'count' }, { function: 'sum', field: 'visit_count', as: 'looks' }] };
    const registered = { collection: 'registrations', dateRange: 'today', group_by: ['utm_source'] };
    for (const when of ['before', 'after']) {
      expect([when, await rows(looks)]).toEqual([when, [{ count: 1, looks: 2 }]]);
      expect(await rows({ ...looks, filters: [{ field: 'utm_source', operator: 'eq', value: 'mail' }] })).toEqual([{ count: 1, looks: 2 }]);
      expect(await rows(registered)).toEqual([{ utm_source: 'mail', count: 1 }]);
      await app.settle();
    }
  });
});
