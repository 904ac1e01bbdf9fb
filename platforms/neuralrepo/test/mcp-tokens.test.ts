import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, type NeuralRepo, openNeuralRepo, withoutRequestId } from './support/app.js';

const path = '/api/v1/user/mcp-tokens';

interface Token {
  readonly id: string;
  readonly client_id: string;
  readonly label: string;
  readonly scopes: string;
  readonly token: string;
}
interface Tokens {
  readonly tokens: readonly Token[];
}

describe('MCP tokens made by hand', () => {
  let app: NeuralRepo;
  let ann: Client;
  const made = async (client: Client, body: object = {}) => (await client.post<Token>(path, body)).json;
  const ids = async (client: Client) => (await client.get<Tokens>(path)).json.tokens.map(({ id }) => id);

  beforeAll(async () => {
    app = await openNeuralRepo();
    await app.setPlan('ann@example.com', 'pro');
    ann = await app.signedIn('ann@example.com');
  });
  afterAll(() => app?.close());

  it('are made with a label, shown once, and hold both scopes', async () => {
    const { status, json, headers } = await ann.post<Token>(path, { label: 'My editor' });
    expect(status).toBe(201);
    expect(json).toEqual({
      ...{ id: expect.any(String), client_id: expect.stringMatching(/^by_hand_/), label: 'My editor', scopes: 'ideas:read ideas:write' },
      ...{ created_at: '2026-01-31T09:30:00Z', token: expect.stringMatching(/^nmt_[0-9a-f]{64}$/) },
    });
    expect(headers.get('cache-control')).toContain('no-store');
    const { token, ...shown } = json;
    const list = await ann.get<Tokens>(path);
    expect(list.json.tokens).toEqual([{ ...shown, last_used_at: null }]);
    expect(list.text).not.toContain(token);
    expect(app.logged()).not.toContain(token);
    expect((await ann.post(path, { label: 'x'.repeat(101) })).status).toBe(400);
  });

  it('open /mcp and nothing else: on REST, or in another header, they are 401 even after /mcp has taken them', async () => {
    const { id, token } = await made(ann);
    const agent = app.as(token);
    app.now += 5000;
    expect((await agent.tool('save_idea', { title: 'From an editor' })).structuredContent).toMatchObject({ source: 'claude-mcp' });
    for (const answer of [
      await agent.get('/api/v1/ideas'),
      await agent.post('/api/v1/ideas', { title: 'x' }),
      await agent.get('/api/v1/user/me'),
      await agent.get(path),
      await agent.get('/api/v1/openapi.json'),
      await app.as().get('/api/v1/ideas', { 'x-api-key': token }),
    ])
      expect([answer.status, answer.json.code]).toEqual([401, 'invalid_credential']);
    expect((await agent.rpc('tools/list')).status).toBe(200);
    const [used] = (await ann.get<{ tokens: { id: string; last_used_at: string }[] }>(path)).json.tokens.filter((each) => each.id === id);
    expect(used?.last_used_at).toBe('2026-01-31T09:30:05Z');
  });

  it('answer 404, and the same, to ending what is unknown, another’s, and ended', async () => {
    const bob = await app.signedIn('bob@example.com');
    const mine = await made(ann);
    const gone = await made(bob);
    await bob.delete(`${path}/${gone.id}`);
    const answers = [];
    for (const id of ['nothing', mine.id, gone.id]) answers.push(withoutRequestId(await bob.delete(`${path}/${id}`)));
    expect(answers[0]?.status).toBe(404);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(await ids(bob)).toEqual([]);
    expect((await app.as(mine.token).rpc('tools/list')).status).toBe(200);
  });

  it('are made and ended by people; a key with both scopes sees them, one that reads does not', async () => {
    const { id } = await made(ann);
    const both = await app.person('ann@example.com');
    const reads = await app.person('ann@example.com', ['ideas:read']);
    expect(await ids(both)).toContain(id);
    expect((await reads.get(path)).status).toBe(403);
    for (const client of [both, reads]) {
      expect((await client.post(path, {})).status).toBe(403);
      expect((await client.delete(`${path}/${id}`)).status).toBe(403);
    }
  });

  it('last until they are ended, and then are refused at once', async () => {
    const { id, token } = await made(ann);
    app.now += 5 * 365 * 86_400_000;
    expect((await app.as(token).rpc('tools/list')).status).toBe(200);
    const person = await app.signedIn('ann@example.com');
    expect(await person.delete(`${path}/${id}`)).toMatchObject({ status: 204, text: '' });
    expect((await app.as(token).rpc('tools/list')).status).toBe(401);
    expect(await ids(person)).not.toContain(id);
  });
});
