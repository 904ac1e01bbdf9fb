import { createHash } from 'node:crypto';
import { isoSeconds } from 'gatehouse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Nenjo, openNenjo, withoutRequestId } from './support/app.js';
import { ClerkStandIn } from './support/clerk.js';

const KEY = /^nen_[0-9a-f]{64}$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const UNKNOWN = '3f2b8c1e-0000-4000-8000-000000000000';
const path = '/api/v1/api-keys';

/** The documented "API Keys" page, example by example, and our readings where it is silent. */
describe('API keys', () => {
  let clerk: ClerkStandIn;
  let app: Nenjo;
  const as = (sub: string, more: object = {}) => app.as(clerk.token(app.now, { sub, ...more }));
  const made = async (body: object, sub = 'user_ada') => (await as(sub).post<{ id: string; raw_key: string }>(path, body)).json;

  beforeAll(async () => {
    clerk = await ClerkStandIn.start();
    app = await openNenjo({ CLERK_ISSUER: clerk.issuer });
  });
  afterAll(async () => {
    await app?.close();
    await clerk?.close();
  });

  it('creates a key with 201, exactly the documented fields, and the raw key once', async () => {
    const body = { name: 'CI', scopes: ['tickets:read', 'executions:read'], expires_at: '2026-12-31T23:59:59Z' };
    const { status, json, text, headers } = await as('user_ada').post(path, body);
    expect(status).toBe(201);
    expect(Object.keys(json)).toEqual(['id', 'name', 'key_prefix', 'raw_key', 'scopes', 'expires_at', 'created_at']);
    expect(json).toEqual({
      ...body,
      id: expect.stringMatching(UUID),
      key_prefix: String(json.raw_key).slice(0, 8),
      raw_key: expect.stringMatching(KEY),
      created_at: '2026-01-31T09:30:00Z',
    });
    expect(headers.get('cache-control')).toContain('no-store');
    const hash = createHash('sha256').update(String(json.raw_key)).digest('hex');
    expect((await app.gatehouse.store.keys.findByHash(hash))?.key.id).toBe(json.id);
    expect(text).not.toContain(hash);
    expect((await as('user_ada').get(path)).text).not.toContain(String(json.raw_key));
    expect(app.logged()).not.toContain(String(json.raw_key));
  });

  it('gives full access where no scopes are given, shown as an empty list, and never expires by itself', async () => {
    for (const given of [{}, { scopes: [] }, { expires_at: null }]) {
      const { status, json } = await as('user_ada').post(path, { name: 'all', ...given });
      expect(status).toBe(201);
      expect(json).toMatchObject({ scopes: [], expires_at: null });
      expect((await app.as(String(json.raw_key)).post('/api/v1/projects', { name: 'made by a key' })).status).toBe(201);
    }
  });

  it("lists the caller's keys as a bare array, newest first, with exactly the documented fields, and neither secret nor hash", async () => {
    const me = (await as('user_lister').get('/api/v1/auth/me')).json.id;
    const first = await made({ name: 'first' }, 'user_lister');
    app.now += 1000;
    const second = await made({ name: 'second', scopes: ['chat:read'] }, 'user_lister');
    const { status, json } = await as('user_lister').get<Record<string, unknown>[]>(path);
    expect(status).toBe(200);
    expect(json.map((key) => key.id)).toEqual([second.id, first.id]);
    expect(Object.keys(json[0] ?? {})).toEqual(['id', 'name', 'key_prefix', 'user_id', 'scopes', 'expires_at', 'last_used_at', 'created_at', 'revoked_at']);
    expect(json[0]).toMatchObject({ name: 'second', user_id: me, scopes: ['chat:read'], expires_at: null, last_used_at: null, revoked_at: null });
    expect((await as('user_lister').get<unknown[]>(`${path}?user_id=${me}`)).json).toHaveLength(2);
  });

  it.each(['{"toString":1}', '["tickets:read"]', '1', 'null'])('refuses what is no text among the scopes: %s', async (scope) => {
    const { status, json } = await as('user_ada').post(path, `{"name":"odd","scopes":[${scope}]}`);
    expect([status, json.code]).toEqual([400, 'invalid_input']);
  });

  it('shows the use of a key at once, in UTC without fractions', async () => {
    const key = await made({ name: 'used' }, 'user_used');
    app.now += 61_500;
    expect((await app.as(key.raw_key).get('/api/v1/tickets')).status).toBe(200);
    const [listed] = (await as('user_used').get<{ last_used_at: string }[]>(path)).json;
    expect(listed?.last_used_at).toBe(isoSeconds(app.now));
  });

  it('revokes with 204 and no body, after which the key is refused and no longer listed', async () => {
    const key = await made({ name: 'leaked' }, 'user_revoker');
    expect((await app.as(key.raw_key).get('/api/v1/tickets')).status).toBe(200);
    const { status, text } = await as('user_revoker').delete(`${path}/${key.id}`);
    expect({ status, text }).toEqual({ status: 204, text: '' });
    expect((await app.as(key.raw_key).get('/api/v1/tickets')).status).toBe(401);
    expect((await app.as(key.raw_key).rpc('tools/list')).status).toBe(401);
    expect((await as('user_revoker').get<unknown[]>(path)).json).toEqual([]);
  });

  it('refuses a key from the moment it expires, and lists it until it is revoked', async () => {
    const expires_at = isoSeconds(app.now + 5000);
    const key = await made({ name: 'short', expires_at }, 'user_short');
    app.now = Date.parse(expires_at) - 1;
    expect((await app.as(key.raw_key).get('/api/v1/tickets')).status).toBe(200);
    app.now += 1;
    expect((await app.as(key.raw_key).get('/api/v1/tickets')).status).toBe(401);
    expect((await as('user_short').get<{ expires_at: string }[]>(path)).json).toMatchObject([{ expires_at }]);
  });

  it('answers 404, and the same, to revoking an unknown, a foreign and a revoked key', async () => {
    const mine = await made({ name: 'mine' });
    const revoked = await made({ name: 'gone' }, 'user_stranger');
    await as('user_stranger').delete(`${path}/${revoked.id}`);
    const answers = [];
    for (const id of [UNKNOWN, mine.id, revoked.id]) answers.push(await as('user_stranger').delete(`${path}/${id}`));
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
    expect(new Set(answers.map((answer) => withoutRequestId(answer).text)).size).toBe(1);
    expect((await app.as(mine.raw_key).get('/api/v1/tickets')).status).toBe(200);
  });

  it.each([
    ['no name', {}, 'name'],
    ['an empty name', { name: '' }, 'name'],
    ['a blank name', { name: '  ' }, 'name'],
    ['a name that is no text', { name: 7 }, 'name'],
    ['a malformed user_id', { name: 'x', user_id: 'ada' }, 'user_id'],
    ['an expiry in the past', { name: 'x', expires_at: '2020-01-01T00:00:00Z' }, 'expires_at'],
    ['an expiry that is no moment', { name: 'x', expires_at: 'tomorrow' }, 'expires_at'],
    ['an unknown scope, which is named', { name: 'x', scopes: ['tickets:read', 'tickets:burn'] }, 'scopes.1'],
    ['the wildcard, which is no scope', { name: 'x', scopes: ['*'] }, 'scopes.0'],
    ['an unknown field', { name: 'x', key_hash: 'x' }, 'key_hash'],
  ])('answers 400 to %s', async (_what, body, field) => {
    const { status, json } = await as('user_ada').post<{ error: string; code: string; fields: object }>(path, body);
    expect(status).toBe(400);
    expect(json.code).toBe('invalid_input');
    expect(Object.keys(json.fields)).toEqual([field]);
  });

  it('names every unknown scope', async () => {
    const { json } = await as('user_ada').post<{ error: string; fields: object }>(path, { name: 'x', scopes: ['a:read', 'tickets:read', 'chat:write'] });
    expect(json.fields).toEqual({ 'scopes.0': ['unknown scope: a:read'], 'scopes.2': ['unknown scope: chat:write'] });
  });

  it('answers 400 to a malformed id', async () => {
    expect((await as('user_ada').delete(`${path}/first`)).status).toBe(400);
    expect((await as('user_ada').get(`${path}?user_id=first`)).status).toBe(400);
  });

  it("answers 403, and the same, to another's and to an unknown user_id", async () => {
    const stranger = (await as('user_stranger').get('/api/v1/auth/me')).json.id;
    const answers = [];
    for (const user_id of [stranger, UNKNOWN]) {
      answers.push(await as('user_ada').post(path, { name: 'x', user_id }), await as('user_ada').get(`${path}?user_id=${user_id}`));
    }
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
    expect(new Set(answers.map((answer) => withoutRequestId(answer).text)).size).toBe(1);
  });

  it('lets who administers an organisation make, list and revoke keys of its members, and nobody else', async () => {
    const inOrg = (sub: string, rol: string) => as(sub, { v: 2, o: { id: 'org_acme', rol, slg: 'acme' } });
    const member = (await inOrg('user_member', 'member').get('/api/v1/auth/me')).json.id;
    const boss = (await inOrg('user_boss', 'admin').get('/api/v1/auth/me')).json.id;
    const key = (await inOrg('user_boss', 'admin').post(path, { name: 'for a member', user_id: member })).json;
    expect((await inOrg('user_boss', 'admin').get<{ user_id: string }[]>(`${path}?user_id=${member}`)).json).toMatchObject([{ id: key.id, user_id: member }]);
    expect((await inOrg('user_member', 'member').get(`${path}?user_id=${boss}`)).status).toBe(403);
    expect((await inOrg('user_boss', 'admin').delete(`${path}/${key.id}`)).status).toBe(204);
    expect((await app.as(String(key.raw_key)).get('/api/v1/tickets')).status).toBe(401);
  });

  it('lets people manage keys and no key: 403, whatever it holds', async () => {
    const key = await made({ name: 'full' });
    for (const answer of [
      await app.as(key.raw_key).get(path),
      await app.as(key.raw_key).post(path, { name: 'x' }),
      await app.as(key.raw_key).delete(`${path}/${key.id}`),
    ]) {
      expect(answer.status).toBe(403);
    }
    const tools = JSON.stringify((await app.as(key.raw_key).rpc('tools/list')).json);
    expect(tools).not.toContain('api_keys');
    expect((await app.as().get(path)).status).toBe(401);
  });
});
