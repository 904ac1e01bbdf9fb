import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawn, partsOf, percentOf } from '../src/roulettes/probability.js';
import { type Client, type Created, type Failed, type Nippy, type Proposal, must, openNippy, withoutRequestId } from './support/app.js';

const items = '/api/v1/roulettes/items';
const path = '/api/v1/roulettes';
const spins = '/api/v1/roulettes/spins';
const UNKNOWN = '664f1a2b3c4d5e6f7a8b9c0d';
const lost = (probability: number) => ({ name: 'Keep participating', probability, typeOfGift: 'lost' });

interface Item {
  readonly _id: string;
  readonly name: string;
  readonly available_stock: number;
  readonly enabled_in_rewards: boolean;
}
interface Roulette {
  readonly _id: string;
  readonly name: string;
  readonly totalSpins: number;
  readonly gifts: readonly { readonly _id: string; readonly name: string; readonly probability: number }[];
}
interface Spin extends Created {
  readonly outcome: string;
  readonly gift: { readonly giftId: string; readonly name: string; readonly pointsValue: number | null } | null;
}

/** What is drawn next, in turn; then the first of each wheel. */
const tickets: number[] = [];
let app: Nippy;
let acme: Client;
let globex: Client;

const newItem = async (more: object = {}, client = acme) => must(await client.post<Created>(items, { name: 'Headphones', available_stock: 5, ...more }))._id;
const stockOf = async (id: string) => must(await acme.get<Item[]>(items)).find(({ _id }) => _id === id)?.available_stock;
const newRoulette = async (gifts: readonly object[], more: object = {}) => must(await acme.post<Created>(path, { name: 'Wheel', gifts, ...more }))._id;
const whole = async (id: string) => must(await acme.get<Roulette>(`${path}/${id}`));
const spin = (roulette_id: string, person = 'ann') => acme.post<Spin & Failed>(spins, { roulette_id, person });

beforeAll(async () => {
  app = await openNippy({}, { randomInt: () => tickets.shift() ?? 0 });
  [acme, globex] = [await app.business('acme'), await app.business('globex')];
});
afterAll(() => app?.close());

describe('items', () => {
  it('are created with the documented answer and listed by four fields, newest first', async () => {
    const fields = { description: 'Over-ear', currency: 'MXN', track_inventory: true, enabled_in_rewards: false };
    const { status, json } = await acme.post<Created>(items, { name: 'Bluetooth Headphones', available_stock: 12, ...fields });
    expect(status).toBe(201);
    expect(json).toEqual({ _id: expect.stringMatching(/^[0-9a-f]{24}$/), name: 'Bluetooth Headphones', status: 'created' });
    app.now += 1000;
    const second = await newItem({ name: 'Cap', available_stock: 0 });
    expect(must(await acme.get(items))).toEqual([
      { _id: second, name: 'Cap', available_stock: 0, enabled_in_rewards: true },
      { _id: json._id, name: 'Bluetooth Headphones', available_stock: 12, enabled_in_rewards: false },
    ]);
    expect(JSON.parse((await acme.tool('roulettes_list_roulette_items')).content[0]?.text ?? '')).toEqual(must(await acme.get(items)));
  });

  it('are another business’s own', async () => {
    expect(must(await globex.get(items))).toEqual([]);
  });

  it.each([
    ['no name', { name: undefined }, 'name'],
    ['a blank name', { name: ' ' }, 'name'],
    ['a stock below 0', { available_stock: -1 }, 'available_stock'],
    ['half a thing', { available_stock: 1.5 }, 'available_stock'],
    ['a currency that is none', { currency: 'ABC' }, 'currency'],
    ['a currency in small letters', { currency: 'mxn' }, 'currency'],
    ['a flag that is a text', { track_inventory: 'yes' }, 'track_inventory'],
    ['a business id', { business_id: 'b1' }, 'business_id'],
  ])('answer 400 to %s, proposed or created', async (_what, wrong, field) => {
    for (const to of [items, `${items}/propose`]) {
      const { status, json } = await acme.post<Failed>(to, { name: 'x', ...wrong });
      expect([status, Object.keys(json.fields)]).toEqual([400, [field]]);
    }
  });
});

describe('roulettes', () => {
  it('are created, listed with their counters and shown whole', async () => {
    const item_id = await newItem();
    const gifts = [
      lost(70),
      { name: '10% off', probability: 20, typeOfGift: 'won_digital' },
      { name: 'Headphones', probability: 9.5, typeOfGift: 'won_physical', item_id },
      { name: 'Points', probability: 0.5, typeOfGift: 'won_points', pointsValue: 200 },
    ];
    const timers = { starts_at: '2026-01-01T00:00:00Z', ends_at: '2026-12-31T18:00:00-06:00', cooldown_minutes: 60, spins_allowed: 3 };
    const asked = { name: 'Summer', gifts, type_of_roulette: 'slots', terms: 'One each.', ...timers };
    const { preview } = must(await acme.post<Proposal>(`${path}/propose`, asked));
    const shownTimers = { startsAt: '2026-01-01T00:00:00Z', endsAt: '2027-01-01T00:00:00Z', cooldownMinutes: 60, spinsAllowed: 3 };
    expect(preview).toMatchObject({ name: 'Summer', typeOfRoulette: 'slots', totalProbability: 100, timers: shownTimers, terms: 'One each.' });
    expect(preview.gifts).toMatchObject([{}, {}, { itemName: 'Headphones', available_stock: 5 }, { itemName: null, available_stock: null }]);
    const { status, json } = await acme.post<Created>(path, asked);
    expect([status, json]).toEqual([201, { _id: expect.stringMatching(/^[0-9a-f]{24}$/), name: 'Summer', status: 'created' }]);
    const listed = {
      _id: json._id,
      name: 'Summer',
      isActive: true,
      typeOfRoulette: 'slots',
      totalSpins: 0,
      createdAt: new Date(app.now).toISOString().replace('.000', ''),
    };
    expect(must(await acme.get(path))).toEqual([listed]);
    const own = { _id: expect.stringMatching(/^[0-9a-f]{24}$/), pointsValue: null, item_id: null };
    const shown = { ...listed, gifts: gifts.map((gift) => ({ ...own, ...gift })), timers: shownTimers, terms: 'One each.' };
    expect(must(await acme.get(`${path}/${json._id}`))).toEqual(shown);
    expect(JSON.parse((await acme.tool('roulettes_get_roulette', { roulette_id: json._id })).content[0]?.text ?? '')).toEqual(shown);
  });

  it('of another business and those that are not there are answered alike, byte for byte, on REST and as a tool', async () => {
    const id = await newRoulette([lost(100)]);
    const answers = await Promise.all([globex.get(`${path}/${id}`), globex.get(`${path}/${UNKNOWN}`), acme.get(`${path}/${UNKNOWN}`)]);
    expect(new Set(answers.map((answer) => JSON.stringify(withoutRequestId(answer)))).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 404, json: { detail: 'There is no roulette with this id.', next: 'Take ids from roulettes_list_roulettes.' } });
    const tools = await Promise.all([id, UNKNOWN].map((roulette_id) => globex.tool('roulettes_get_roulette', { roulette_id })));
    expect(tools[0]).toMatchObject({ isError: true });
    // Every error has its `detail`, a tool's own as well.
    expect(JSON.parse(tools[0]?.content[0]?.text ?? '')).toEqual({ ...(answers[0]?.json as object), request_id: expect.stringMatching(/^req_\w{24}$/) });
    expect(JSON.stringify(tools[0]).replace(/req_\w{24}/g, '')).toBe(JSON.stringify(tools[1]).replace(/req_\w{24}/g, ''));
    expect(must(await globex.get(path))).toEqual([]);
  });

  it('take ids in either case, and answer 400 to what is no id', async () => {
    const id = await newRoulette([lost(100)]);
    expect((await acme.get(`${path}/${id.toUpperCase()}`)).json).toMatchObject({ _id: id });
    expect((await acme.get(`${path}/12`)).status).toBe(400);
  });

  it.each([[[0.1, 0.2, 99.7]], [[33.3333, 33.3333, 33.3334]], [[1.1, 2.2, 3.3, 93.4]], [[99.9999, 0.0001]], [Array.from({ length: 50 }, () => 2)]])(
    'have probabilities that total exactly 100: %j',
    async (probabilities) => {
      const id = await newRoulette(probabilities.map(lost));
      expect((await whole(id)).gifts.map(({ probability }) => probability)).toEqual(probabilities);
    },
  );

  it.each([
    ['99.9999 in all', { gifts: [lost(33.3333), lost(33.3333), lost(33.3333)] }, 'gifts'],
    ['100.0001 in all', { gifts: [lost(100), lost(0.0001)] }, 'gifts'],
    ['no gifts', { gifts: [] }, 'gifts'],
    ['51 gifts', { gifts: Array.from({ length: 51 }, () => lost(1)) }, 'gifts'],
    ['a probability of 0', { gifts: [lost(100), lost(0)] }, 'gifts.1.probability'],
    ['a probability below 0', { gifts: [lost(-1), lost(101)] }, 'gifts.0.probability'],
    ['a fifth decimal', { gifts: [lost(0.00001), lost(99.99999)] }, 'gifts.0.probability'],
    ['a kind that is none', { gifts: [{ ...lost(100), typeOfGift: 'won_car' }] }, 'gifts.0.typeOfGift'],
    ['a field that gifts do not have', { gifts: [{ ...lost(100), weight: 1 }] }, 'gifts.0.weight'],
    ['points without a value', { gifts: [{ ...lost(100), typeOfGift: 'won_points' }] }, 'gifts.0.pointsValue'],
    ['a value without points', { gifts: [{ ...lost(100), pointsValue: 5 }] }, 'gifts.0.pointsValue'],
    ['a thing without its item', { gifts: [{ ...lost(100), typeOfGift: 'won_physical' }] }, 'gifts.0.item_id'],
    ['an item without a thing', { gifts: [{ ...lost(100), item_id: UNKNOWN }] }, 'gifts.0.item_id'],
    ['an end before its beginning', { starts_at: '2026-02-01T00:00:00Z', ends_at: '2026-02-01T00:00:00Z' }, 'ends_at'],
    ['a moment without a zone', { starts_at: '2026-02-01T00:00:00' }, 'starts_at'],
    ['no spin at all', { spins_allowed: 0 }, 'spins_allowed'],
    ['a kind of roulette that is none', { type_of_roulette: 'dice' }, 'type_of_roulette'],
  ])('answer 400 to %s, proposed or created, and make nothing', async (_what, wrong, field) => {
    const before = must(await acme.get<Roulette[]>(path)).length;
    for (const to of [path, `${path}/propose`]) {
      const { status, json } = await acme.post<Failed>(to, { name: 'x', gifts: [lost(100)], ...wrong });
      expect([status, Object.keys(json.fields)[0]]).toEqual([400, field]);
    }
    expect(must(await acme.get<Roulette[]>(path)).length).toBe(before);
  });

  it('give away only an own item that is enabled and in stock; unknown and another’s are answered alike', async () => {
    const physical = (item_id: string) => ({ name: 'x', gifts: [{ name: 'Thing', probability: 100, typeOfGift: 'won_physical', item_id }] });
    const foreign = await newItem({}, globex);
    const answers = await Promise.all([foreign, UNKNOWN].map((id) => acme.post(path, physical(id))));
    expect(answers.map(({ status }) => status)).toEqual([404, 404]);
    expect(withoutRequestId(answers[0] as never)).toEqual(withoutRequestId(answers[1] as never));
    const refused = async (more: object) => (await acme.post<Failed>(path, physical(await newItem(more)))).json;
    expect(await refused({ enabled_in_rewards: false })).toMatchObject({
      code: 'conflict',
      detail: 'gifts.0.item_id: "Headphones" is not enabled in rewards.',
    });
    expect(await refused({ available_stock: 0 })).toMatchObject({ code: 'conflict', detail: 'gifts.0.item_id: There is none left of "Headphones".' });
  });
});

describe('the draw', () => {
  it('gives each gift exactly its share of a million tickets, in their order', () => {
    const gifts = [70, 20.0001, 9.9999].map((probability) => ({ probability }));
    const of = (ticket: number) => drawn(gifts, ticket).probability;
    expect([0, 699_999, 700_000, 900_000, 900_001, 999_999].map(of)).toEqual([70, 70, 20.0001, 20.0001, 9.9999, 9.9999]);
    expect(() => of(1_000_000)).toThrow('beyond');
  });

  it('knows every per cent of four decimals exactly', () => {
    const wrong = [];
    for (let parts = 1; parts <= 1_000_000; parts += 1) {
      const percent = Number(`${Math.floor(parts / 10_000)}.${String(parts % 10_000).padStart(4, '0')}`);
      if (partsOf(percent) !== parts || percentOf(parts) !== percent) wrong.push(percent);
    }
    expect(wrong).toEqual([]);
  });
});

describe('spins', () => {
  it('answer what was drawn, count on the roulette, and are kept with their day', async () => {
    const id = await newRoulette([{ name: '200 points', probability: 100, typeOfGift: 'won_points', pointsValue: 200 }]);
    const { status, json } = await spin(id, 'worker-7');
    const [gift] = (await whole(id)).gifts;
    expect(status).toBe(201);
    expect(json).toEqual({
      _id: expect.stringMatching(/^[0-9a-f]{24}$/),
      name: 'Wheel',
      status: 'created',
      outcome: 'won_points',
      gift: { giftId: gift?._id, name: '200 points', pointsValue: 200 },
      spunAt: new Date(app.now).toISOString().replace('.000', ''),
    });
    expect((await whole(id)).totalSpins).toBe(1);
    const { tenant } = await app.key('acme');
    const rows = await app.gatehouse.store
      .db(tenant)
      .selectFrom('spins' as never)
      .selectAll()
      .where('id' as never, '=', json._id as never)
      .execute();
    expect(rows).toEqual([
      {
        id: json._id,
        roulette_id: id,
        gift_id: gift?._id,
        outcome: 'won_points',
        person: 'worker-7',
        day: new Date(app.now).toISOString().slice(0, 10),
        spun_at: app.now,
      },
    ]);
  });

  it('are proposed by their chances: nothing is drawn, counted or taken', async () => {
    const item_id = await newItem({ available_stock: 1 });
    const id = await newRoulette([{ name: 'Thing', probability: 100, typeOfGift: 'won_physical', item_id }], { spins_allowed: 2 });
    const { preview } = must(await acme.post<Proposal>(`${spins}/propose`, { roulette_id: id, person: 'ann' }));
    expect(preview).toMatchObject({ name: 'Wheel', person: 'ann', spinsUsed: 0, spinsAllowed: 2, gifts: [{ name: 'Thing', probability: 100 }] });
    expect([(await whole(id)).totalSpins, await stockOf(item_id)]).toEqual([0, 1]);
  });

  it('64 at once never take more than there is: as many win as there were items, the others come out as lost', async () => {
    const item_id = await newItem({ available_stock: 10 });
    const id = await newRoulette([{ name: 'Thing', probability: 100, typeOfGift: 'won_physical', item_id }]);
    const answers = await Promise.all(Array.from({ length: 64 }, (_, i) => spin(id, `person-${i}`)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 64 }, () => 201));
    const outcomes = answers.map(({ json: { outcome, gift } }) => `${outcome} ${gift?.name ?? 'nothing'}`);
    expect(outcomes.filter((outcome) => outcome === 'won_physical Thing')).toHaveLength(10);
    expect(outcomes.filter((outcome) => outcome === 'lost nothing')).toHaveLength(54);
    expect([await stockOf(item_id), (await whole(id)).totalSpins]).toEqual([0, 64]);
  });

  it('leave the stock of an item whose inventory is not tracked as it is', async () => {
    const item_id = await newItem({ available_stock: 1, track_inventory: false });
    const id = await newRoulette([{ name: 'Thing', probability: 100, typeOfGift: 'won_physical', item_id }]);
    for (const person of ['a', 'b']) expect((await spin(id, person)).json.outcome).toBe('won_physical');
    expect(await stockOf(item_id)).toBe(1);
  });

  it('are as many as each person may have, 16 at once included, each after the cooldown', async () => {
    const id = await newRoulette([lost(100)], { spins_allowed: 3, cooldown_minutes: 10 });
    const codes = (await Promise.all(Array.from({ length: 16 }, () => spin(id)))).map(({ status }) => status);
    expect(codes.filter((status) => status === 201)).toHaveLength(1);
    expect(codes.filter((status) => status === 409)).toHaveLength(15);
    const early = await spin(id);
    expect([early.status, early.headers.get('retry-after'), early.json.detail]).toEqual([409, '600', 'This person has spun it a short while ago.']);
    expect((await spin(id, 'bob')).status).toBe(201);
    for (let i = 0; i < 2; i += 1) {
      app.now += 600_000;
      expect((await spin(id)).status).toBe(201);
    }
    app.now += 600_000;
    expect((await spin(id)).json).toMatchObject({ code: 'conflict', detail: 'This person has used all 3 spins.' });
  });

  it('are refused before a roulette begins, when it has ended, and where it is not active', async () => {
    const at = (ms: number) => new Date(app.now + ms).toISOString();
    const timed = await newRoulette([lost(100)], { starts_at: at(1000), ends_at: at(2000) });
    expect((await spin(timed)).json.detail).toBe('The roulette "Wheel" has not begun.');
    app.now += 1000;
    expect((await spin(timed)).status).toBe(201);
    app.now += 1000;
    expect((await spin(timed)).json.detail).toBe('The roulette "Wheel" has ended.');
    expect((await spin(await newRoulette([lost(100)], { is_active: false }))).json.detail).toBe('The roulette "Wheel" is not active.');
  });

  it('of a roulette that is another’s or nobody’s are answered alike, and leave nothing', async () => {
    const id = await newRoulette([lost(100)]);
    const answers = await Promise.all([id, UNKNOWN].map((roulette_id) => globex.post(spins, { roulette_id, person: 'x' })));
    expect(answers.map(({ status }) => status)).toEqual([404, 404]);
    expect(withoutRequestId(answers[0] as never)).toEqual(withoutRequestId(answers[1] as never));
    expect((await whole(id)).totalSpins).toBe(0);
  });

  it('come out as one of a million tickets says', async () => {
    const id = await newRoulette([lost(50), { name: 'Code', probability: 50, typeOfGift: 'won_digital' }]);
    const outcomes = [];
    for (const ticket of [0, 499_999, 500_000, 999_999]) {
      tickets.push(ticket);
      outcomes.push((await spin(id)).json.outcome);
    }
    expect(outcomes).toEqual(['lost', 'lost', 'won_digital', 'won_digital']);
  });
});
