import { randomBytes } from 'node:crypto';
import { definePlatform } from 'gatehouse';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixtureSpec } from '../../../../test/support/fixture-platform.js';
import { type TestApp, openApp } from '../../../../test/support/open-app.js';
import { sha256 } from '../../src/domain/presented.js';
import { newAccessToken } from '../../src/domain/token-format.js';
import { HOUR, call, challenged, letIn, list, readers, tokenOf } from './tokens.js';

const PUBLIC = 'https://api.example.com';
const platform = definePlatform({
  ...fixtureSpec,
  authorization: { kind: 'own', accessTokens: 'jwt' },
  tenancy: readers,
});

let app: TestApp;
let elsewhere: TestApp;
beforeAll(async () => {
  app = await openApp(platform);
  elsewhere = await openApp(platform, { flags: { publicUrl: PUBLIC } });
});
afterAll(async () => {
  await app.close();
  await elsewhere.close();
});

const isIn = async (token: string, at = app) => [(await list(at, token)).status, (await call(at, token, 'things_list')).status];
const reasons = (at = app) => [...at.logged().matchAll(/"event":"authentication_failed","reason":"([a-z_]+)"/g)].map(([, reason]) => reason);
const lastReason = (at = app) => reasons(at).at(-1);
const barrier = (...tags: Parameters<TestApp['gatehouse']['store']['changes']['barrier']>[0]) => app.gatehouse.store.changes.barrier(tags);

describe('an access token', () => {
  it('opens REST and MCP as its user, and the log names the program and the token by their ids, never the token', async () => {
    const { token, id, user } = await letIn(app, { scopes: ['things:write'], client: 'claude' });
    expect((await app.call('POST', '/api/v1/things', { token, body: { name: 'one' } })).status).toBe(201);
    const { body } = await call(app, token, 'things_list');
    expect(body.result.structuredContent.result).toEqual([expect.objectContaining({ name: 'one' })]);
    expect((await app.call('GET', '/api/v1/greeting', { token })).body).toEqual({ hello: 'friend' });
    const admitted = await app.gatehouse.authenticate({ headers: { authorization: `Bearer ${token}` }, address: '127.0.0.1' });
    expect(admitted).toMatchObject({ ok: true, principal: { user, agent: { client: 'claude', name: 'claude for tests', host: 'client.example' } } });
    expect(app.logged()).toContain(`"credential":"token:${id}","client":"claude"`);
    expect(app.logged()).not.toContain(token);
  });

  it('is good for its time to the millisecond, though it is known already', async () => {
    const { token } = await letIn(app);
    app.clock.advance(HOUR - 1);
    expect(await isIn(token)).toEqual([200, 200]);
    app.clock.advance(1);
    expect(await isIn(token)).toEqual([401, 401]);
    expect(lastReason()).toBe('expired');
  });

  it('reaches neither keys nor sessions, grants or members, whatever it holds', async () => {
    const { token } = await letIn(app, { scopes: ['*'] });
    for (const path of ['keys', 'sessions', 'grants', 'members', 'me'])
      expect([path, (await app.call('GET', `/api/v1/gatehouse/${path}`, { token })).status]).toEqual([path, 403]);
  });

  it('is taken from the header Authorization alone: not as X-API-Key, not as a cookie, not from the query or a form', async () => {
    const { token } = await letIn(app);
    const as = (headers: Record<string, string>) => app.call('GET', '/api/v1/things', { headers });
    expect((await as({ 'x-api-key': token })).status).toBe(401);
    expect((await as({ cookie: `gatehouse_session=${token}`, 'sec-fetch-site': 'same-origin' })).status).toBe(401);
    expect((await app.call('GET', `/api/v1/things?access_token=${token}`)).status).toBe(401);
    expect((await app.call('POST', `/mcp?access_token=${token}`, { body: { jsonrpc: '2.0', id: 1, method: 'tools/list' } })).status).toBe(401);
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await app.call('POST', '/api/v1/things', { headers, body: `access_token=${token}` })).status).toBe(401);
    expect(await isIn(token)).toEqual([200, 200]);
    // Known by now, and still not taken there.
    expect((await as({ 'x-api-key': token })).status).toBe(401);
    expect((await as({ authorization: `Bearer ${token}`, 'x-api-key': token })).status).toBe(401);
    expect(app.logged()).not.toContain(token);
  });

  it.each([
    ['unknown', () => newAccessToken(randomBytes)],
    ['cut short', (token: string) => token.slice(0, -1)],
    ['longer', (token: string) => `${token}A`],
    ['of another case', (token: string) => token.toUpperCase()],
  ])('that is %s is refused like every other', async (_what, altered) => {
    const { token } = await letIn(app);
    app.clock.advance(60_000);
    const answer = await list(app, altered(token));
    expect([answer.status, answer.body.code]).toEqual([401, 'invalid_credential']);
    expect(challenged(answer)).toMatchObject({ error: 'invalid_token' });
  });

  it('holds what it was given of what was granted, and no more, whichever is narrower', async () => {
    const wide = await letIn(app, { scopes: ['things:read'], held: ['*'] });
    const narrow = await letIn(app, { scopes: ['*'], held: ['things:read'] });
    const none = await letIn(app, { scopes: ['*'], held: [] });
    const writes = async (token: string) => (await app.call('POST', '/api/v1/things', { token, body: {} })).status;
    expect([await isIn(wide.token), await writes(wide.token)]).toEqual([[200, 200], 403]);
    expect([await isIn(narrow.token), await writes(narrow.token)]).toEqual([[200, 200], 403]);
    expect([await isIn(none.token), await writes(none.token)]).toEqual([[403, 403], 403]);
  });

  it('writes down when its grant was used last, the first use at once', async () => {
    const { token, user } = await letIn(app, { email: 'used@example.com' });
    const used = async () => (await app.gatehouse.grants.list(user))[0]?.lastUsedAt;
    expect(await used()).toBeNull();
    await list(app, token);
    expect(await used()).toBe(app.clock.now());
    app.clock.advance(5000);
    await call(app, token, 'things_list');
    expect(await used()).toBe(app.clock.now());
  });
});

describe('refused with the next call, though it was let in a moment ago', () => {
  it.each([
    ['its grant was revoked', 'revoked', ({ user, grant }: Awaited<ReturnType<typeof letIn>>) => app.gatehouse.grants.revoke(user, grant)],
    ['all that its program was granted was', 'revoked', ({ user, client }) => app.gatehouse.grants.revokeClient(user, client)],
    [
      'its user is no member any more',
      'unknown',
      async ({ user, tenant }) => {
        await app.gatehouse.store.departures.endMembership(tenant, user);
        await barrier(`role:${tenant}:${user}`);
      },
    ],
    [
      'its user is gone',
      'unknown',
      async ({ user }) => {
        await app.gatehouse.store.departures.endUser(user, app.clock.now());
        await barrier(`user:${user}`);
      },
    ],
  ] satisfies [string, string, (of: Awaited<ReturnType<typeof letIn>>) => Promise<unknown>][])('where %s', async (what, reason, end) => {
    const mine = await letIn(app, { email: `${what.replaceAll(' ', '.')}@example.com` });
    const other = await letIn(app, { email: 'other@example.com' });
    expect(await isIn(mine.token)).toEqual([200, 200]);
    await end(mine);
    app.clock.advance(60_000);
    expect(await isIn(mine.token)).toEqual([401, 401]);
    expect(lastReason()).toBe(reason);
    expect(await isIn(other.token)).toEqual([200, 200]);
  });

  it('where it alone was revoked, and its grant goes on', async () => {
    const { token, client, grant, tenant } = await letIn(app, { email: 'alone@example.com' });
    const { token: second } = await tokenOf(app, { tenant, client, grant, scopes: ['*'] });
    expect([await isIn(token), await isIn(second)]).toEqual([
      [200, 200],
      [200, 200],
    ]);
    await app.gatehouse.store.tokens.revoke(sha256(token), client, app.clock.now());
    await barrier(`grant:${grant}`);
    expect([await isIn(token), await isIn(second)]).toEqual([
      [401, 401],
      [200, 200],
    ]);
  });

  it('where its user’s role shrinks: it holds no more than that', async () => {
    const { token, user, tenant } = await letIn(app, { email: 'shrinks@example.com' });
    expect((await app.call('POST', '/api/v1/things', { token, body: { name: 'before' } })).status).toBe(201);
    await app.gatehouse.store.tenants.setMember({ tenant, user, role: 'reader', createdAt: app.clock.now() });
    await barrier(`role:${tenant}:${user}`);
    expect((await app.call('POST', '/api/v1/things', { token, body: { name: 'after' } })).status).toBe(403);
    expect(await isIn(token)).toEqual([200, 200]);
  });
});

describe('a token that an API key was traded for', () => {
  async function traded(email: string, scopes: readonly string[], held: readonly string[]) {
    const key = await app.key(email, scopes);
    const { token } = await tokenOf(app, { tenant: key.tenant, client: key.id, key: key.id, scopes: held });
    return { ...key, token };
  }

  it('holds no more than its key, and is shown and told what a key is: no tool is locked, nobody is asked for more', async () => {
    const { token } = await traded('keys@example.com', ['things:read'], ['*']);
    expect(await isIn(token)).toEqual([200, 200]);
    const { body } = await app.rpc(token, 'tools/list');
    expect(body.result.tools.map(({ name }: { name: string }) => name)).not.toContain('things_create');
    expect(JSON.stringify(body)).not.toContain('gatehouse/locked');
    const denied = await call(app, token, 'things_create', { name: 'x' });
    expect([denied.status, denied.body.error.code, denied.body.error.data.missing, challenged(denied)]).toEqual([200, -32001, ['things:write'], {}]);
    const onRest = await app.call('POST', '/api/v1/things', { token, body: { name: 'x' } });
    expect([onRest.status, onRest.body.code, challenged(onRest)]).toEqual([403, 'insufficient_scope', {}]);
  });

  it.each([
    ['revoked', 'revoked', (tenant: string, id: string) => app.gatehouse.keys.revoke(tenant, id)],
    ['disabled', 'disabled', (tenant: string, id: string) => app.gatehouse.keys.setDisabled(tenant, id, true)],
  ])('dies with its key at once where that is %s', async (what, reason, end) => {
    const { token, tenant, id } = await traded(`${what}@keys.example.com`, ['*'], ['*']);
    expect(await isIn(token)).toEqual([200, 200]);
    await end(tenant, id);
    expect(await isIn(token)).toEqual([401, 401]);
    expect(lastReason()).toBe(reason);
  });

  it('expires with its key, though it would have had longer', async () => {
    const key = await app.key('soon@example.com', ['*'], { expiresAt: app.clock.now() + 1000 });
    const { token } = await tokenOf(app, { tenant: key.tenant, client: key.id, key: key.id, scopes: ['*'] });
    app.clock.advance(999);
    expect(await isIn(token)).toEqual([200, 200]);
    app.clock.advance(1);
    expect(await isIn(token)).toEqual([401, 401]);
  });

  it('counts as a use of its key', async () => {
    const { token, id, tenant } = await traded('counts@example.com', ['*'], ['*']);
    await list(app, token);
    const [shown] = (await app.gatehouse.keys.list(tenant)).filter((key) => key.id === id);
    expect(shown?.lastUsedAt).toBe(app.clock.now());
  });
});

describe('the audience', () => {
  it.each([
    [`${PUBLIC}/mcp`, 200],
    [`${PUBLIC}/mcp/`, 200],
    [PUBLIC, 200],
    [`${PUBLIC}/`, 200],
    [`${PUBLIC}/api/v1`, 401],
    [`${PUBLIC}.evil.example/mcp`, 401],
    ['https://other.example/mcp', 401],
    ['http://api.example.com/mcp', 401],
    ['http://127.0.0.1:4100/mcp', 401],
  ])('with a public URL a token for %s is answered %i', async (audience, status) => {
    const { token } = await letIn(elsewhere, { audience });
    expect(await isIn(token, elsewhere)).toEqual([status, status]);
    if (status === 401) expect(lastReason(elsewhere)).toBe('wrong_audience');
  });

  it('in development is any name of this machine, and nothing beyond it', async () => {
    expect(await isIn((await letIn(app, { audience: 'http://localhost:4100/mcp' })).token)).toEqual([200, 200]);
    for (const audience of ['https://api.example.com/mcp', 'http://localhost:4100/other', 'http://localhost.evil.example/mcp', 'nonsense', ''])
      expect([audience, await isIn((await letIn(app, { audience })).token)]).toEqual([audience, [401, 401]]);
  });
});

describe('a JWT of our own', () => {
  const secret = randomBytes(32);
  const jwt = (at: TestApp, iss: string) =>
    new SignJWT({ iss, sub: 'x', jti: 'y' })
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
      .sign(secret)
      .then((raw) => ({ at, raw }));

  it('is looked up whole: what was issued is good until its grant ends, whatever else is signed with the same key is nothing', async () => {
    for (const [at, iss] of [
      [app, app.url],
      [elsewhere, PUBLIC],
    ] as const) {
      const { raw } = await jwt(at, iss);
      const audience = `${iss}/mcp`;
      const { tenant, client, grant, user } = await letIn(at, { email: 'jwt@example.com', audience });
      expect(await isIn(raw, at)).toEqual([401, 401]);
      await tokenOf(at, { raw, tenant, client, grant, scopes: ['*'], audience });
      expect(await isIn(raw, at)).toEqual([200, 200]);
      const [head, body, signature] = raw.split('.');
      for (const altered of [`${head}.${body}.`, `${head}.${body}.${signature?.slice(0, -1)}`, `${raw}A`]) expect(await isIn(altered, at)).toEqual([401, 401]);
      await at.gatehouse.grants.revoke(user, grant);
      at.clock.advance(60_000);
      expect(await isIn(raw, at)).toEqual([401, 401]);
      expect(lastReason(at)).toBe('revoked');
    }
  });
});
