import { createHash } from 'node:crypto';
import { Refusal } from 'gatehouse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, type NeuralRepo, openNeuralRepo, withoutRequestId } from './support/app.js';

const path = '/api/v1/user/api-keys';

interface Key {
  readonly id: string;
  readonly label: string;
  readonly key: string;
  readonly scopes: readonly string[];
  readonly last_used_at: string | null;
}
interface Keys {
  readonly api_keys: readonly Key[];
}

describe('API keys', () => {
  let app: NeuralRepo;
  let ann: Client;
  const made = async (client: Client, body?: object) => (await client.post<Key>(path, body)).json;
  const listed = async (client: Client) => (await client.get<Keys>(path)).json.api_keys;

  beforeAll(async () => {
    app = await openNeuralRepo();
    ann = await app.signedIn('ann@example.com');
    await app.setPlan('ann@example.com', 'pro');
  });
  afterAll(() => app?.close());

  it('creates with 201: an id ak_…, the label, the whole key nrp_ and 64 hex digits, once, and when', async () => {
    const { status, json, headers } = await ann.post<Key>(path, { label: 'My laptop' });
    expect(status).toBe(201);
    expect(json).toEqual({
      ...{ id: expect.stringMatching(/^ak_[0-9a-z]+$/), label: 'My laptop', key: expect.stringMatching(/^nrp_[0-9a-f]{64}$/) },
      ...{ scopes: ['ideas:read', 'ideas:write'], created_at: '2026-01-31T09:30:00Z' },
    });
    expect(headers.get('cache-control')).toContain('no-store');
    const list = await ann.get(path);
    expect(list.text).not.toContain(json.key);
    expect(list.text).not.toContain(createHash('sha256').update(json.key).digest('hex'));
    expect(app.logged()).not.toContain(json.key);
  });

  it('is good at once, in X-API-Key and as a bearer, and for both scopes', async () => {
    const { key } = await made(ann);
    expect((await app.as(key).post('/api/v1/ideas', { title: 'By a bearer' })).status).toBe(201);
    expect((await app.as().post('/api/v1/ideas', { title: 'By the header' }, { 'x-api-key': key })).status).toBe(201);
    expect((await app.as(key).get('/api/v1/ideas', { 'x-api-key': key })).status).toBe(401);
  });

  it('lists those that are good, newest first, masked, with when each was last used', async () => {
    const client = await app.signedIn('lists@example.com');
    const first = await made(client);
    app.now += 1000;
    const second = await made(client, { label: 'second' });
    expect((await app.as(second.key).get('/api/v1/ideas')).status).toBe(200);
    const keys = await listed(client);
    expect(keys).toEqual([
      { ...second, key: `${second.key.slice(0, 8)}…`, last_used_at: '2026-01-31T09:30:01Z' },
      { ...first, key: `${first.key.slice(0, 8)}…`, label: 'default', last_used_at: null },
    ]);
    app.now -= 1000;
  });

  it.each([
    ['an empty label', { label: '' }, 'label'],
    ['a label of 101 characters', { label: 'x'.repeat(101) }, 'label'],
    ['an unknown scope', { scopes: ['ideas:read', 'ideas:burn'] }, 'scopes.1'],
    ['no scope at all', { scopes: [] }, 'scopes'],
    ['the wildcard, which is no scope', { scopes: ['*'] }, 'scopes.0'],
    ['a key of its own', { key: 'nrp_' }, 'key'],
  ])('answers 400 to %s', async (_what, body, field) => {
    const { status, json } = await ann.post<{ error: object }>(path, body);
    expect([status, Object.keys(json.error)]).toEqual([400, [field]]);
  });

  it('revokes with 204 and no body; the key is refused from then on, everywhere', async () => {
    const key = await made(ann);
    const agent = app.as(key.key);
    expect((await agent.get('/api/v1/ideas')).status).toBe(200);
    expect(await ann.delete(`${path}/${key.id}`)).toMatchObject({ status: 204, text: '' });
    expect((await agent.get('/api/v1/ideas')).status).toBe(401);
    expect((await agent.rpc('tools/list')).status).toBe(401);
    expect((await listed(ann)).map(({ id }) => id)).not.toContain(key.id);
  });

  it('answers 404, and the same, to revoking an unknown, a foreign and a revoked key', async () => {
    const bob = await app.signedIn('bob@example.com');
    const mine = await made(ann);
    const gone = await made(bob);
    await bob.delete(`${path}/${gone.id}`);
    const answers = [];
    for (const id of ['ak_nothing', mine.id, gone.id]) answers.push(withoutRequestId(await bob.delete(`${path}/${id}`)));
    expect(answers[0]?.status).toBe(404);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect((await app.as(mine.key).get('/api/v1/ideas')).status).toBe(200);
  });

  it('refuses a wrong key with 401 and the documented text', async () => {
    const { status, json, headers } = await app.as(`nrp_${'0'.repeat(64)}`).get('/api/v1/ideas');
    expect([status, json.error, json.code]).toEqual([401, 'Invalid API key', 'invalid_credential']);
    expect(headers.get('www-authenticate')).toContain('Bearer');
    expect((await app.as().get('/api/v1/ideas')).json.code).toBe('unauthenticated');
  });

  it('may be managed by a key that holds both scopes, and not by one that reads', async () => {
    const both = app.as((await made(ann)).key);
    const written = await made(both, { label: 'made by a key', scopes: ['ideas:read'] });
    expect(written).toMatchObject({ label: 'made by a key', scopes: ['ideas:read'] });
    expect((await listed(both)).map(({ id }) => id)).toContain(written.id);
    const reads = app.as(written.key);
    for (const refused of [await reads.get(path), await reads.post(path, { scopes: ['ideas:read'] }), await reads.delete(`${path}/${written.id}`)])
      expect(refused).toMatchObject({ status: 403, json: { code: 'insufficient_scope', missing: ['ideas:write'] } });
    expect((await both.delete(`${path}/${written.id}`)).status).toBe(204);
  });

  it('a key that ends makes none that goes on for longer', async () => {
    const user = await app.gatehouse.users.findOrCreate('ends@example.com');
    if (user instanceof Refusal) throw user;
    const expiresAt = app.now + 60_000;
    const short = await app.gatehouse.keys.mint({ tenant: user.homeTenant, user: user.id, name: 'short', createdBy: 'test', expiresAt });
    if (short instanceof Refusal) throw short;
    const child = await made(app.as(short.raw));
    expect((await app.as(child.key).get('/api/v1/ideas')).status).toBe(200);
    app.now += 60_000;
    expect((await app.as(child.key).get('/api/v1/ideas')).status).toBe(401);
    expect(await listed(await app.signedIn('ends@example.com'))).toEqual([]);
    app.now -= 60_000;
  });

  it('are no tools', async () => {
    const { text } = await app.as((await made(ann)).key).rpc('tools/list');
    expect(text).not.toMatch(/api_keys|user_get|provider_keys/);
  });
});
