import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, type Created, type Failed, type Nippy, type Proposal, must, openNippy, withoutRequestId } from './support/app.js';

const path = (end: string) => `/api/v1/supply/${end}`;
const UNKNOWN = '64aed18101d27bba60dce608';
const PLACE = { address: 'Av. Reforma 1', latitude: 19.4326, longitude: -99.1332 };

interface Stock {
  readonly _id: string;
  readonly productName: string;
  readonly totalStock: number;
}
interface CenterStock {
  readonly _id: string;
  readonly currentStock: number;
  readonly minStockAlert: number;
  readonly criticality: string;
  readonly productName: string;
}
interface Withdrawal {
  readonly _id: string;
  readonly quantity: number;
  readonly note: string | null;
}
type Moved = Created & { readonly currentStock: number };

let app: Nippy;
let acme: Client;
let globex: Client;

const newStock = async (more: object = {}, client = acme) =>
  must(await client.post<Created>(path('stocks'), { product_name: 'Helmet', total_stock: 100, min_stock_alert: 5, ...more }))._id;
const newCenter = async (more: object = {}, client = acme) =>
  must(await client.post<Created>(path('nippy-centers'), { name: 'Centro', ...PLACE, ...more }))._id;
const assign = (stock_id: string, nippy_center_id: string, quantity: number, more: object = {}) =>
  acme.post<Moved & Failed>(path('stock-assignments'), { stock_id, nippy_center_id, quantity, ...more });
const withdraw = (stock_id: string, nippy_center_id: string, quantity: number, more: object = {}) =>
  acme.post<Moved & Failed>(path('withdrawals'), { stock_id, nippy_center_id, quantity, ...more });
const lying = async (center: string) => must(await acme.get<CenterStock[]>(path(`nippy-center-stocks?nippy_center_id=${center}`)));
const totalOf = async (stock: string) => must(await acme.get<Stock[]>(path('stocks?limit=1000'))).find(({ _id }) => _id === stock)?.totalStock;
const asTool = async (name: string, input: object = {}) => JSON.parse((await acme.tool(name, input)).content[0]?.text ?? '');

beforeAll(async () => {
  app = await openNippy();
  [acme, globex] = [await app.business('acme'), await app.business('globex')];
});
afterAll(() => app?.close());

describe('products', () => {
  it('are created and listed by the documented fields, newest first, 100 unless asked otherwise', async () => {
    const asked = { product_name: 'Backpack', total_stock: 40, min_stock_alert: 10, type: 'equipment' };
    expect(must(await acme.post<Proposal>(path('stocks/propose'), asked)).preview).toEqual({
      ...{ productName: 'Backpack', totalStock: 40, minStockAlert: 10, type: 'equipment' },
    });
    const { status, json } = await acme.post<Created>(path('stocks'), asked);
    expect([status, json]).toEqual([201, { _id: expect.stringMatching(/^[0-9a-f]{24}$/), name: 'Backpack', status: 'created' }]);
    const shown = { _id: json._id, productName: 'Backpack', totalStock: 40, minStockAlert: 10, type: 'equipment', createdAt: '2026-01-31T09:30:00Z' };
    expect(must(await acme.get(path('stocks')))).toEqual([shown]);
    app.now += 1000;
    const second = await newStock();
    expect(must(await acme.get<Stock[]>(path('stocks'))).map(({ _id }) => _id)).toEqual([second, json._id]);
    expect(await asTool('supply_list_stocks', { limit: 1 })).toMatchObject([{ _id: second, type: 'product' }]);
    const tools = (await acme.rpc('tools/list')).json.result?.tools as readonly { name: string; inputSchema: { properties: Record<string, object> } }[];
    for (const name of [
      'supply_list_stocks',
      'supply_list_nippy_center_stocks',
      'supply_get_low_stock_alerts',
      'supply_get_withdrawal_history',
      'supply_list_nippy_centers',
    ])
      expect(tools.find((tool) => tool.name === name)?.inputSchema.properties).toMatchObject({ limit: { type: 'integer', default: 100 } });
  });

  it.each(['limit=0', 'limit=1001', 'limit=x', 'offset=1', 'business_id=x'])('are not listed by %s: 400', async (query) => {
    expect((await acme.get(path(`stocks?${query}`))).status).toBe(400);
  });
});

describe('centers', () => {
  it('are created and listed by the documented fields', async () => {
    const more = { capacity: 500, schedule: 'Mon-Fri 9:00-18:00', type: 'warehouse', maps_url: 'https://maps.app.goo.gl/abc' };
    const asked = { name: 'Centro', ...PLACE, ...more };
    const shown = {
      ...{ name: 'Centro', address: 'Av. Reforma 1', capacity: 500, schedule: 'Mon-Fri 9:00-18:00', isActive: true, type: 'warehouse' },
      geo: { latitude: 19.4326, longitude: -99.1332, mapsUrl: 'https://maps.app.goo.gl/abc' },
    };
    expect(must(await acme.post<Proposal>(path('nippy-centers/propose'), asked)).preview).toEqual(shown);
    expect(must(await acme.get(path('nippy-centers')))).toEqual([]);
    const { _id } = must(await acme.post<Created>(path('nippy-centers'), asked));
    expect(must(await acme.get(path('nippy-centers')))).toEqual([{ _id, ...shown }]);
    expect(await asTool('supply_list_nippy_centers', { limit: 100 })).toEqual([{ _id, ...shown }]);
    expect(must(await globex.get(path('nippy-centers')))).toEqual([]);
  });

  it.each([
    ['https://www.google.com/maps/place/X/@19.4326,-99.1332,17z', 19.4326, -99.1332],
    ['https://maps.google.com/?q=-34.6,-58.38', -34.6, -58.38],
    ['https://www.google.com/maps/search/?api=1&query=4.711,-74.0721', 4.711, -74.0721],
  ])('lie where %s says, unless coordinates are given', async (maps_url, latitude, longitude) => {
    const proposed = async (more: object) =>
      must(await acme.post<Proposal>(path('nippy-centers/propose'), { name: 'x', address: 'y', maps_url, ...more })).preview;
    expect(await proposed({})).toMatchObject({ geo: { latitude, longitude, mapsUrl: maps_url } });
    expect(await proposed({ latitude: 1, longitude: 2 })).toMatchObject({ geo: { latitude: 1, longitude: 2 } });
  });

  it.each([
    ['no place at all', {}, 'latitude'],
    ['half a place', { longitude: 1 }, 'latitude'],
    ['the other half', { latitude: 1 }, 'longitude'],
    ['a short address of a map alone', { maps_url: 'https://maps.app.goo.gl/abc' }, 'latitude'],
    ['a place off the globe, in a map', { maps_url: 'https://maps.google.com/?q=91,0' }, 'latitude'],
    ['a latitude of 91', { latitude: 91, longitude: 0 }, 'latitude'],
    ['a longitude of -181', { latitude: 0, longitude: -181 }, 'longitude'],
    ['a map over http', { maps_url: 'http://maps.google.com/?q=1,2' }, 'maps_url'],
    ['a map of somebody else', { maps_url: 'https://google.com.evil.example/@1,2' }, 'maps_url'],
    ['a script', { maps_url: 'javascript:alert(1)' }, 'maps_url'],
    ['a map in a form that browsers mend', { maps_url: 'https:\\\\maps.google.com\\?q=1,2' }, 'maps_url'],
    ['no name', { ...PLACE, name: ' ' }, 'name'],
    ['a capacity below 0', { ...PLACE, capacity: -1 }, 'capacity'],
  ])('answer 400 to %s', async (_what, wrong, field) => {
    const { status, json } = await acme.post<Failed>(path('nippy-centers'), { name: 'x', address: 'y', ...wrong });
    expect([status, Object.keys(json.fields)]).toEqual([400, [field]]);
  });
});

describe('stock assignments', () => {
  it('put a product into a center, beside what is there, never more than lies in no center', async () => {
    const [stock, center] = [await newStock({ total_stock: 10, min_stock_alert: 3 }), await newCenter()];
    const proposed = await acme.post<Proposal>(path('stock-assignments/propose'), { stock_id: stock, nippy_center_id: center, quantity: 4 });
    expect(must(proposed).preview).toEqual({
      ...{ productName: 'Helmet', nippyCenterName: 'Centro', quantity: 4, currentStock: 0, currentStockAfter: 4, unassignedAfter: 6, minStockAlert: 3 },
    });
    expect(await lying(center)).toEqual([]);
    const first = must(await assign(stock, center, 4));
    expect(first).toEqual({ _id: expect.stringMatching(/^[0-9a-f]{24}$/), name: 'Helmet', status: 'created', currentStock: 4 });
    expect(must(await assign(stock, center, 5, { min_stock_alert: 20 }))).toEqual({ ...first, currentStock: 9 });
    expect(await lying(center)).toEqual([
      { _id: first._id, stockId: stock, nippyCenterId: center, currentStock: 9, minStockAlert: 20, criticality: 'low', productName: 'Helmet' },
    ]);
    const refused = await assign(stock, await newCenter(), 2);
    expect([refused.status, refused.json.detail]).toEqual([409, 'Only 1 of "Helmet" lie in no center yet.']);
    expect(await totalOf(stock)).toBe(10);
  });

  it('of 16 at once fill two centers with exactly what there is', async () => {
    const [stock, ...centers] = [await newStock({ total_stock: 10 }), await newCenter(), await newCenter()];
    const answers = await Promise.all(Array.from({ length: 16 }, (_, i) => assign(stock, centers[i % 2] ?? '', 1)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(10);
    const there = [...(await lying(centers[0] ?? '')), ...(await lying(centers[1] ?? ''))];
    expect(there.reduce((sum, { currentStock }) => sum + currentStock, 0)).toBe(10);
  });

  it('list one center’s or, without an id or with an empty one, all; of an unknown or another’s center 404 alike', async () => {
    const [stock, center] = [await newStock(), await newCenter()];
    must(await assign(stock, center, 1));
    const all = must(await acme.get<CenterStock[]>(path('nippy-center-stocks')));
    expect(all.length).toBeGreaterThan(1);
    expect(must(await acme.get(path('nippy-center-stocks?nippy_center_id=')))).toEqual(all);
    expect(await asTool('supply_list_nippy_center_stocks', { nippy_center_id: '', limit: 100 })).toEqual(all);
    expect(await asTool('supply_list_nippy_center_stocks', { nippy_center_id: center, limit: 100 })).toHaveLength(1);
    const answers = await Promise.all([center, UNKNOWN].map((id) => globex.get(path(`nippy-center-stocks?nippy_center_id=${id}`))));
    expect(answers[0]).toMatchObject({ status: 404, json: { next: 'Take ids from supply_list_nippy_centers.' } });
    expect(withoutRequestId(answers[0] as never)).toEqual(withoutRequestId(answers[1] as never));
    expect((await acme.get(path('nippy-center-stocks?nippy_center_id=x'))).status).toBe(400);
  });
});

describe('low stock alerts', () => {
  it('are of what is strictly below its alert, with the product’s name, the largest lack first', async () => {
    const alone = await app.business('initech');
    const make = async (product_name: string, quantity: number, min_stock_alert: number) => {
      const stock_id = await newStock({ product_name }, alone);
      must(await alone.post(path('stock-assignments'), { stock_id, nippy_center_id, quantity, min_stock_alert }));
      return stock_id;
    };
    const nippy_center_id = await newCenter({}, alone);
    await make('at it', 5, 5);
    await make('above', 6, 5);
    await make('below', 4, 5);
    const gone = await make('gone', 1, 8);
    must(await alone.post(path('withdrawals'), { stock_id: gone, nippy_center_id, quantity: 1 }));
    const alerts = must(await alone.get<CenterStock[]>(path('low-stock-alerts')));
    expect(alerts.map(({ productName, currentStock, minStockAlert, criticality }) => [productName, currentStock, minStockAlert, criticality])).toEqual([
      ['gone', 0, 8, 'out'],
      ['below', 4, 5, 'low'],
    ]);
    expect(must(await alone.get(path('low-stock-alerts?limit=1')))).toEqual(alerts.slice(0, 1));
    expect(must(await alone.get<CenterStock[]>(path('nippy-center-stocks'))).find(({ productName }) => productName === 'at it')?.criticality).toBe('ok');
  });
});

describe('withdrawals', () => {
  it('are previewed, then take from the center and from the total, and are kept', async () => {
    const [stock, center] = [await newStock({ total_stock: 10 }), await newCenter()];
    must(await assign(stock, center, 6));
    const asked = { stock_id: stock, nippy_center_id: center, quantity: 2, person: 'worker-7', note: 'Lost the first' };
    expect(must(await acme.post<Proposal>(path('withdrawals/propose'), asked)).preview).toEqual({
      ...{ productName: 'Helmet', nippyCenterName: 'Centro', quantity: 2, currentStock: 6, currentStockAfter: 4 },
      ...{ person: 'worker-7', note: 'Lost the first' },
    });
    expect(await lying(center)).toMatchObject([{ currentStock: 6 }]);
    const { status, json } = await withdraw(stock, center, 2, { person: 'worker-7', note: 'Lost the first' });
    expect([status, json]).toEqual([201, { _id: expect.stringMatching(/^[0-9a-f]{24}$/), name: 'Helmet', status: 'created', currentStock: 4 }]);
    expect([await lying(center), await totalOf(stock)]).toMatchObject([[{ currentStock: 4 }], 8]);
    expect(await asTool('supply_get_withdrawal_history', { limit: 1 })).toMatchObject([
      {
        _id: json._id,
        stockId: stock,
        nippyCenterId: center,
        productName: 'Helmet',
        nippyCenterName: 'Centro',
        quantity: 2,
        person: 'worker-7',
        note: 'Lost the first',
      },
    ]);
    // What was taken out is gone: it cannot be assigned again.
    expect((await assign(stock, center, 5)).json.detail).toBe('Only 4 of "Helmet" lie in no center yet.');
  });

  it('64 at once never go below zero: exactly as many succeed as there were items', async () => {
    const [stock, center] = [await newStock({ total_stock: 30 }), await newCenter()];
    must(await assign(stock, center, 20));
    const answers = await Promise.all(Array.from({ length: 64 }, (_, i) => withdraw(stock, center, 1, { note: `n${i}` })));
    const done = answers.filter(({ status }) => status === 201);
    expect(done.map(({ json }) => json.currentStock).sort((a, b) => b - a)).toEqual(Array.from({ length: 20 }, (_, i) => 19 - i));
    const refused = answers.filter(({ status }) => status === 409);
    expect(refused).toHaveLength(44);
    expect(new Set(refused.map(({ json }) => json.detail))).toEqual(new Set(['Only 0 of "Helmet" are in "Centro".']));
    expect([await lying(center), await totalOf(stock)]).toMatchObject([[{ currentStock: 0, criticality: 'out' }], 10]);
    const history = must(await acme.get<Withdrawal[]>(path('withdrawals?limit=1000')));
    expect(history.filter(({ note }) => note?.startsWith('n') === true)).toHaveLength(20);
  });

  it('of several at once take all or nothing', async () => {
    const [stock, center] = [await newStock({ total_stock: 10 }), await newCenter()];
    must(await assign(stock, center, 10));
    const answers = await Promise.all(Array.from({ length: 8 }, () => withdraw(stock, center, 3)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
    expect(await lying(center)).toMatchObject([{ currentStock: 1 }]);
  });

  it('from where the product does not lie, or of what is another’s or nobody’s, are refused alike, and leave nothing', async () => {
    const [stock, center] = [await newStock(), await newCenter()];
    expect((await withdraw(stock, center, 1)).json.detail).toBe('Only 0 of "Helmet" are in "Centro".');
    const [foreignStock, foreignCenter] = [await newStock({}, globex), await newCenter({}, globex)];
    const before = must(await acme.get<Withdrawal[]>(path('withdrawals?limit=1000'))).length;
    for (const write of [withdraw, assign]) {
      const stocks = await Promise.all([foreignStock, UNKNOWN].map((id) => write(id, center, 1)));
      const centers = await Promise.all([foreignCenter, UNKNOWN].map((id) => write(stock, id, 1)));
      for (const [first, second] of [stocks, centers]) {
        expect(first?.status).toBe(404);
        expect(withoutRequestId(first as never)).toEqual(withoutRequestId(second as never));
      }
    }
    expect(must(await acme.get<Withdrawal[]>(path('withdrawals?limit=1000'))).length).toBe(before);
  });

  it.each([
    ['nothing', { quantity: 0 }, 'quantity'],
    ['less than nothing', { quantity: -1 }, 'quantity'],
    ['half a thing', { quantity: 0.5 }, 'quantity'],
    ['what is no id', { stock_id: 'helmet' }, 'stock_id'],
    ['a business id', { business_id: 'b' }, 'business_id'],
  ])('answer 400 to %s', async (_what, wrong, field) => {
    const { status, json } = await acme.post<Failed>(path('withdrawals'), { stock_id: UNKNOWN, nippy_center_id: UNKNOWN, quantity: 1, ...wrong });
    expect([status, Object.keys(json.fields)]).toEqual([400, [field]]);
  });
});

describe('the history of withdrawals', () => {
  let alone: Client;
  const notes = async (query = '') => must(await alone.get<Withdrawal[]>(path(`withdrawals${query}`))).map(({ note }) => note);

  beforeAll(async () => {
    alone = await app.business('hooli');
    const [stock_id, nippy_center_id] = [await newStock({}, alone), await newCenter({}, alone)];
    must(await alone.post(path('stock-assignments'), { stock_id, nippy_center_id, quantity: 50 }));
    for (const moment of ['2026-03-01T00:00:00Z', '2026-03-01T23:59:59Z', '2026-03-02T12:00:00Z', '2026-03-03T00:00:00Z']) {
      app.now = Date.parse(moment);
      must(await alone.post(path('withdrawals'), { stock_id, nippy_center_id, quantity: 1, note: moment.slice(8, 13) }));
    }
  });

  it.each([
    ['', ['03T00', '02T12', '01T23', '01T00']],
    ['?start_date=2026-03-01&end_date=2026-03-01', ['01T23', '01T00']],
    ['?start_date=2026-03-02', ['03T00', '02T12']],
    ['?end_date=2026-03-02', ['02T12', '01T23', '01T00']],
    ['?start_date=2026-03-02&end_date=2026-03-03&limit=1', ['03T00']],
    ['?start_date=2026-03-04', []],
  ])('%s holds both its days whole, newest first', async (query, wanted) => {
    expect(await notes(query)).toEqual(wanted);
  });

  it('shows every field, the moment in UTC', async () => {
    const [newest] = must(await alone.get<object[]>(path('withdrawals?limit=1')));
    const id = expect.stringMatching(/^[0-9a-f]{24}$/);
    expect(newest).toEqual({
      ...{ _id: id, stockId: id, nippyCenterId: id, productName: 'Helmet', nippyCenterName: 'Centro', quantity: 1, person: null, note: '03T00' },
      withdrawnAt: '2026-03-03T00:00:00Z',
    });
  });

  it.each([
    ['start_date=2026-02-30', 'start_date'],
    ['end_date=yesterday', 'end_date'],
    ['start_date=2026-03-02&end_date=2026-03-01', 'end_date'],
    ['limit=0', 'limit'],
  ])('answers 400 to %s', async (query, field) => {
    const { status, json } = await alone.get<Failed>(path(`withdrawals?${query}`));
    expect([status, Object.keys(json.fields)]).toEqual([400, [field]]);
  });
});
