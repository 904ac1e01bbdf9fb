import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, type Created, type Failed, type Nippy, type Proposal, must, openNippy, withoutRequestId } from './support/app.js';

const items = '/api/v1/roulettes/items';
const DAY_MS = 86_400_000;

let app: Nippy;
let acme: Client;

const propose = async (parameters: object, client = acme) => must(await client.post<Proposal>(`${items}/propose`, parameters));
const count = async (client = acme) => must(await client.get<unknown[]>(items)).length;

beforeAll(async () => {
  app = await openNippy();
  acme = await app.business('acme');
});
afterAll(() => app?.close());

describe('a proposal', () => {
  it('answers 200 with the preview and an id to confirm, and writes nothing', async () => {
    const before = await count();
    const { status, json } = await acme.post<Proposal>(`${items}/propose`, { name: ' Cap ', available_stock: 3 });
    expect(status).toBe(200);
    expect(json).toEqual({
      status: 'proposed',
      proposal_id: expect.stringMatching(/^[\w-]{90,200}$/),
      expires_at: '2026-02-01T09:30:00Z',
      preview: { name: 'Cap', available_stock: 3, description: '', currency: null, track_inventory: true, enabled_in_rewards: true },
    });
    expect(await count()).toBe(before);
  });

  it('is refused for what creating would refuse', async () => {
    const wrong = { name: 'x', gifts: [{ name: 'a', probability: 99, typeOfGift: 'lost' }] };
    const proposed = await acme.post('/api/v1/roulettes/propose', wrong);
    expect(proposed.status).toBe(400);
    expect(withoutRequestId(proposed)).toEqual(withoutRequestId(await acme.post('/api/v1/roulettes', wrong)));
  });

  it('is told to be a read in the tool’s hints, creating a write', async () => {
    const { json } = await acme.rpc('tools/list');
    const tools = json.result?.tools as readonly { name: string; annotations: object }[];
    const hints = (name: string) => tools.find((tool) => tool.name === name)?.annotations;
    expect(hints('roulettes_propose_item')).toMatchObject({ readOnlyHint: true });
    expect(hints('roulettes_create_item')).toEqual({ destructiveHint: false, openWorldHint: false });
  });
});

describe('a confirmation', () => {
  it('needs no proposal: without one each call makes one', async () => {
    const before = await count();
    const first = must(await acme.post<Created>(items, { name: 'Twice' }));
    const second = must(await acme.post<Created>(items, { name: 'Twice' }));
    expect(second._id).not.toBe(first._id);
    expect(await count()).toBe(before + 2);
  });

  it('given twice makes one row: the second answer is the first’s, to the last field', async () => {
    const before = await count();
    const parameters = { name: 'Mug', available_stock: 1 };
    const { proposal_id } = await propose(parameters);
    const first = await acme.post<Created>(items, { ...parameters, proposal_id });
    app.now += 60_000;
    const second = await acme.post<Created>(items, { ...parameters, proposal_id });
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(first.json).toEqual({ _id: expect.stringMatching(/^[0-9a-f]{24}$/), name: 'Mug', status: 'created' });
    expect(second.json).toEqual(first.json);
    expect(await count()).toBe(before + 1);
  });

  it('given 16 times at once makes one row, and is answered alike each time', async () => {
    const before = await count();
    const { proposal_id } = await propose({ name: 'Shirt' });
    const answers = await Promise.all(Array.from({ length: 16 }, () => acme.post<Created>(items, { name: 'Shirt', proposal_id })));
    expect(new Set(answers.map(({ status, json }) => `${status} ${json._id}`)).size).toBe(1);
    expect(answers[0]?.status).toBe(201);
    expect(await count()).toBe(before + 1);
  });

  it('counts by what is meant: defaults may be left out or written, in any order', async () => {
    const { proposal_id } = await propose({ name: 'Pen' });
    expect((await acme.post(items, { proposal_id, track_inventory: true, description: ' ', name: 'Pen ' })).status).toBe(201);
  });

  it('of two proposals of the same makes two', async () => {
    const before = await count();
    for (const { proposal_id } of [await propose({ name: 'Bag' }), await propose({ name: 'Bag' })]) must(await acme.post(items, { name: 'Bag', proposal_id }));
    expect(await count()).toBe(before + 2);
  });

  it('that was refused can be given again, and then does it', async () => {
    const item = must(await acme.post<Created>(items, { name: 'Prize', available_stock: 1 }))._id;
    const roulette = { name: 'Short', cooldown_minutes: 10, gifts: [{ name: 'Prize', probability: 100, typeOfGift: 'won_physical', item_id: item }] };
    const roulette_id = must(await acme.post<Created>('/api/v1/roulettes', roulette))._id;
    const spin = { roulette_id, person: 'p1' };
    const { proposal_id } = must(await acme.post<Proposal>('/api/v1/roulettes/spins/propose', spin));
    must(await acme.post('/api/v1/roulettes/spins', spin));
    expect((await acme.post('/api/v1/roulettes/spins', { ...spin, proposal_id })).status).toBe(409);
    app.now += 600_000;
    expect((await acme.post('/api/v1/roulettes/spins', { ...spin, proposal_id })).status).toBe(201);
  });

  it('by a tool and over REST is the same confirmation', async () => {
    const proposed = await acme.tool('roulettes_propose_item', { name: 'Both' });
    const { proposal_id } = JSON.parse(proposed.content[0]?.text ?? '') as Proposal;
    const made = must(await acme.post<Created>(items, { name: 'Both', proposal_id }));
    const again = await acme.tool('roulettes_create_item', { name: 'Both', proposal_id });
    expect(JSON.parse(again.content[0]?.text ?? '')).toEqual(made);
  });
});

describe('a proposal_id is refused with 400 and a text', () => {
  const refused = async (client: Client, body: object, path = items) => {
    const before = await count(client);
    const answer = await client.post<Failed>(path, body);
    expect([answer.status, answer.json.code, Object.keys(answer.json.fields)]).toEqual([400, 'invalid_input', ['proposal_id']]);
    expect(await count(client)).toBe(before);
    return answer;
  };

  it('that is of other parameters, of another business, of another operation, or changed: all alike; and that is none at all', async () => {
    const { proposal_id } = await propose({ name: 'Hat' });
    const other = await app.business('globex');
    const center = { name: 'Hat', address: 'Main street 1', latitude: 1, longitude: 1 };
    const supply = must(await acme.post<Proposal>('/api/v1/supply/nippy-centers/propose', center)).proposal_id;
    const changed = `${proposal_id.slice(0, -1)}${proposal_id.endsWith('A') ? 'B' : 'A'}`;
    const answers = [
      await refused(acme, { name: 'Cap', proposal_id }),
      await refused(other, { name: 'Hat', proposal_id }),
      await refused(acme, { name: 'Hat', proposal_id: supply }),
      await refused(acme, { name: 'Hat', proposal_id: changed }),
    ].map(withoutRequestId);
    expect((await refused(acme, { name: 'Hat', proposal_id: 'made-up' })).json.detail).toBe(
      'proposal_id: Must be a proposal_id that roulettes_propose_item answered',
    );
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers[0]?.text).toContain('proposal_id: Is of no proposal with exactly these parameters');
    must(await acme.post(items, { name: 'Hat', proposal_id }));
  });

  it('that has expired, a day after it was proposed, confirmed or not', async () => {
    const { proposal_id } = await propose({ name: 'Late' });
    app.now += DAY_MS - 1;
    must(await acme.post(items, { name: 'Late', proposal_id }));
    app.now += 1;
    const { json } = await refused(acme, { name: 'Late', proposal_id });
    expect(json.detail).toBe('proposal_id: Is of a proposal that has expired: propose it again');
  });

  it('and what was confirmed long ago is forgotten with the next confirmation', async () => {
    const { tenant } = await app.key('acme');
    const rows = () =>
      app.gatehouse.store
        .db(tenant)
        .selectFrom('confirmations' as never)
        .selectAll()
        .execute();
    const { proposal_id: old } = await propose({ name: 'Old' });
    must(await acme.post(items, { name: 'Old', proposal_id: old }));
    expect((await rows()).length).toBeGreaterThan(0);
    app.now += 2 * DAY_MS;
    const { proposal_id } = await propose({ name: 'New' });
    must(await acme.post(items, { name: 'New', proposal_id }));
    expect(await rows()).toMatchObject([{ answer: { name: 'New' } }]);
  });
});

it('a key that may only read can neither propose nor create: 403 with the documented body, and nothing is made', async () => {
  const reader = await app.business('acme', ['roulettes:read', 'supply:read']);
  const before = await count();
  for (const path of [
    'roulettes/items',
    'roulettes',
    'roulettes/spins',
    'supply/stocks',
    'supply/nippy-centers',
    'supply/stock-assignments',
    'supply/withdrawals',
  ])
    for (const end of ['', '/propose']) {
      const { status, json } = await reader.post<Failed>(`/api/v1/${path}${end}`, { name: 'x' });
      expect([path, status, json.error, json.detail]).toEqual([path, 403, 'forbidden', 'Key does not have access to this tool']);
    }
  expect(await count()).toBe(before);
});
