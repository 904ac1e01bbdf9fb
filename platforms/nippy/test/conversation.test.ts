import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Created, type Nippy, type Proposal, openNippy } from './support/app.js';

let app: Nippy;
beforeAll(async () => {
  app = await openNippy();
});
afterAll(() => app?.close());

/** The official client, by either method of authentication. */
async function connected(headers: Record<string, string>) {
  const client = new Client({ name: 'an-agent', version: '1.0.0' });
  const statuses: [number, string][] = [];
  const watched: typeof fetch = async (input, init) => {
    const answer = await fetch(input, init);
    if (!answer.ok) statuses.push([answer.status, await answer.clone().text()]);
    return answer;
  };
  await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', app.url), { requestInit: { headers }, fetch: watched }));
  const { tools } = await client.listTools();
  const call = async <T>(name: string, args: Record<string, unknown> = {}): Promise<T> => {
    const { content, isError } = await client.callTool({ name, arguments: args });
    const [first] = content;
    if (first?.type !== 'text' || isError === true) throw new Error(JSON.stringify(content));
    return JSON.parse(first.text) as T;
  };
  return { tools: tools.map(({ name }) => name), call, statuses, close: () => client.close() };
}

async function bearer(business: string): Promise<Record<string, string>> {
  const { id, raw } = await app.key(business);
  const body = { grant_type: 'client_credentials', client_id: id, client_secret: raw };
  const { json } = await app.as().post<{ access_token: string }>('/oauth/token', body);
  return { authorization: `Bearer ${json.access_token}` };
}

describe.each([
  ['an API key', async (business: string) => ({ 'x-api-key': (await app.key(business)).raw })],
  ['a token', bearer],
])('a conversation by the official client with %s', (how, headersOf) => {
  it('proposes a roulette, confirms it, lists it, spins it and asks for figures', async () => {
    const agent = await connected(await headersOf(how.replaceAll(' ', '-')));
    try {
      const item = await agent.call<Created>('roulettes_create_item', { name: 'Bluetooth headphones', available_stock: 5 });
      const items = await agent.call<{ _id: string }[]>('roulettes_list_roulette_items');
      expect(items.map(({ _id }) => _id)).toEqual([item._id]);
      const gifts = [
        { name: 'Keep participating', probability: 70, typeOfGift: 'lost' },
        { name: '10 % off', probability: 20, typeOfGift: 'won_digital' },
        { name: 'Headphones', probability: 10, typeOfGift: 'won_physical', item_id: item._id },
      ];
      const wheel = { name: 'Summer', gifts };
      const { proposal_id, preview } = await agent.call<Proposal>('roulettes_propose_roulette', wheel);
      expect(preview).toMatchObject({ name: 'Summer', totalProbability: 100 });
      expect(await agent.call('roulettes_list_roulettes')).toEqual([]);
      const made = await agent.call<Created>('roulettes_create_roulette', { ...wheel, proposal_id });
      expect(await agent.call('roulettes_create_roulette', { ...wheel, proposal_id })).toEqual(made);
      expect(await agent.call('roulettes_list_roulettes')).toEqual([expect.objectContaining({ _id: made._id, name: 'Summer', totalSpins: 0 })]);
      await agent.call('roulettes_create_spin', { roulette_id: made._id, person: 'ann' });
      const figures = { collection: 'roulettesMaterializedView', dateRange: 'last_90_days', group_by: ['roulette_id'] };
      expect(await agent.call('analytics_query', figures)).toMatchObject({ ...figuresOf(figures), rows: [{ roulette_id: made._id, count: 1 }] });
    } finally {
      await agent.close();
    }
  });
});

const figuresOf = ({ collection, dateRange }: { collection: string; dateRange: string }) => ({ collection, dateRange, truncated: false });

describe('with a key that only reads', () => {
  it('each tool that writes is 403 with the documented body, and none is listed', async () => {
    const { tools } = await withAll();
    const writing = tools.filter((name) => /_(propose|create)_/.test(name));
    expect(writing.length).toBeGreaterThan(15);
    const reads = ['analytics', 'roulettes', 'supply', 'learning', 'flows'].map((vertical) => `${vertical}:read`);
    const agent = await connected({ 'x-api-key': (await app.key('reader', reads)).raw });
    try {
      expect(agent.tools.toSorted()).toEqual(tools.filter((name) => !writing.includes(name)).toSorted());
      for (const name of writing) {
        agent.statuses.length = 0;
        await expect(agent.call(name)).rejects.toThrow();
        const [[status, text] = [0, '{}']] = agent.statuses;
        expect([name, status, JSON.parse(text)]).toEqual([
          ...[name, 403],
          expect.objectContaining({ error: 'forbidden', detail: 'Key does not have access to this tool', request_id: expect.stringMatching(/^req_\w{24}$/) }),
        ]);
      }
    } finally {
      await agent.close();
    }
  });
});

async function withAll() {
  const agent = await connected({ 'x-api-key': (await app.key('whole')).raw });
  await agent.close();
  return agent;
}
