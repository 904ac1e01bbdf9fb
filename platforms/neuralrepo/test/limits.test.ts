import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, type NeuralRepo, openNeuralRepo } from './support/app.js';

const IDEAS = '/api/v1/ideas?limit=1';

describe('the limit of a day', () => {
  let app: NeuralRepo;
  beforeAll(async () => {
    app = await openNeuralRepo();
  });
  afterAll(() => app?.close());

  const statusOf = async (client: Client) => (await client.get(IDEAS)).status;
  const key = async (email: string) => app.as((await app.key(email)).raw);

  it('is 100 calls on Free, over all keys and bearer sessions of a person, on REST and MCP, until 00:00 UTC; the website is exempt', async () => {
    app.now = Date.parse('2026-02-01T23:00:00Z');
    const [one, two, bearer] = [await key('free@example.com'), await key('free@example.com'), await app.signedIn('free@example.com')];
    const website = await app.signedIn('free@example.com', 'cookie');
    const byHand = app.as((await website.post<{ token: string }>('/api/v1/user/mcp-tokens')).json.token);
    // What is wrong counts as well; what asks for no credential does not.
    const calls = [
      () => one.get(IDEAS),
      () => two.get('/api/v1/ideas?limit=0'),
      () => bearer.get(IDEAS),
      () => two.rpc('tools/call', { name: 'list_ideas', arguments: {} }),
      () => byHand.rpc('tools/call', { name: 'list_ideas', arguments: {} }),
    ];
    for (let i = 0; i < 100; i += 1) expect((await calls[i % 5]?.())?.status).toBe(i % 5 === 1 ? 400 : 200);
    const refused = await one.get(IDEAS);
    expect([refused.status, refused.json]).toMatchObject([429, { error: 'Rate limit exceeded', code: 'rate_limited', retry_after_seconds: 3600 }]);
    expect(refused.headers.get('retry-after')).toBe('3600');
    expect([await statusOf(two), await statusOf(bearer), await statusOf(website)]).toEqual([429, 429, 200]);
    for (const client of [one, byHand]) expect((await client.rpc('tools/call', { name: 'list_ideas', arguments: {} })).status).toBe(429);
    expect((await one.get('/api/v1/health')).status).toBe(200);
    expect(await statusOf(await key('neighbour@example.com'))).toBe(200);

    app.now = Date.parse('2026-02-01T23:59:59.999Z');
    expect((await one.get(IDEAS)).headers.get('retry-after')).toBe('1');
    app.now = Date.parse('2026-02-02T00:00:00Z');
    const again = await app.signedIn('free@example.com');
    const anew = [() => one.get(IDEAS), () => two.get(IDEAS), () => again.get(IDEAS), calls[4]];
    for (let i = 0; i < 100; i += 1) expect((await anew[i % 4]?.())?.status).toBe(200);
    expect((await two.get(IDEAS)).headers.get('retry-after')).toBe('86400');
  });

  it('at once, exactly 100 of 140 come through', async () => {
    app.now = Date.parse('2026-02-03T12:00:00Z');
    const [one, two] = [await key('rush@example.com'), await key('rush@example.com')];
    const statuses = await Promise.all(Array.from({ length: 140 }, (_, i) => statusOf(i % 2 === 0 ? one : two)));
    expect(statuses.filter((status) => status === 200)).toHaveLength(100);
    expect(statuses.filter((status) => status === 429)).toHaveLength(40);
  });

  it('is 10,000 on Pro, from the moment of the change', async () => {
    app.now = Date.parse('2026-02-04T12:00:00Z');
    const client = await key('grows@example.com');
    for (let i = 0; i < 100; i += 1) await statusOf(client);
    expect(await statusOf(client)).toBe(429);
    await app.setPlan('grows@example.com', 'pro');
    const { status, headers } = await client.get(IDEAS);
    expect(status).toBe(200);
    expect(headers.get('x-ratelimit-limit') ?? headers.get('ratelimit-policy')).toContain('10000');
  });
});
