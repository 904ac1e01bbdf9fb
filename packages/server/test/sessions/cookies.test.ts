import { request } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fixturePlatform } from '../../../../test/support/fixture-platform.js';
import { type Answer, type TestApp, openApp } from '../../../../test/support/open-app.js';
import { cookieOf, isIn, signIn } from './people.js';

let app: TestApp;
let token: string;
let cookie: string;
beforeAll(async () => {
  app = await openApp(fixturePlatform);
});
afterAll(() => app.close());
beforeEach(async () => {
  ({ token } = await signIn(app));
  cookie = cookieOf(token);
});

const call = (method: string, path: string, headers: Record<string, string>, body?: object, to = app): Promise<Answer> =>
  to.call(method, path, { headers, ...(body === undefined ? {} : { body }) });
const thing = () => ({ name: `thing ${Math.floor(performance.now() * 1000)}` });
const LIST = { jsonrpc: '2.0', id: 1, method: 'tools/list' };

/** Past `fetch`, which keeps some headers to itself. */
function raw(url: string, method: string, path: string, headers: Record<string, string | string[]>): Promise<number | undefined> {
  const { port } = new URL(url);
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, method, path, headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode));
    })
      .on('error', reject)
      .end();
  });
}

describe('a session cookie', () => {
  it('signs in for what reads, whichever page or program asks', async () => {
    expect((await call('GET', '/api/v1/gatehouse/me', { cookie })).body).toMatchObject({ email: 'ann@example.com' });
    expect((await call('GET', '/api/v1/things', { cookie: `theme=dark; ${cookie}; other=1` })).status).toBe(200);
    expect(await raw(app.url, 'HEAD', '/api/v1/things', { cookie })).toBe(200);
  });

  it('changes something only for our own origin', async () => {
    const create = (headers: Record<string, string>) => call('POST', '/api/v1/things', { cookie, ...headers }, thing());
    expect((await create({ origin: app.url })).status).toBe(201);
    const { port } = new URL(app.url);
    const foreign = ['http://127.0.0.1:1', `http://localhost:${port}`, `https://127.0.0.1:${port}`, 'null', 'https://evil.example', `${app.url}.evil.example`];
    for (const origin of foreign) {
      const answer = await create({ origin });
      expect([origin, answer.status, answer.body.code, typeof answer.body.next]).toEqual([origin, 403, 'origin_not_allowed', 'string']);
    }
    const without = await create({});
    expect([without.status, without.body.next]).toEqual([403, expect.stringContaining(`Origin: ${app.url}`)]);
    for (const method of ['PUT', 'PATCH', 'DELETE']) expect((await call(method, '/api/v1/things/x', { cookie })).status).toBe(403);
  });

  it('without an Origin is believed where the browser says that it is the same origin, and only then', async () => {
    const from = (site: string) => raw(app.url, 'POST', '/api/v1/gatehouse/sign-out-everywhere', { cookie, 'sec-fetch-site': site });
    expect([await from('same-site'), await from('cross-site'), await from('none'), await from('')]).toEqual([403, 403, 403, 403]);
    expect(await isIn(app, token)).toBe(true);
    expect(await from('same-origin')).toBe(200);
    expect(await isIn(app, token)).toBe(false);
  });

  it('opens MCP for our own origin only, whatever the method', async () => {
    expect((await call('POST', '/mcp', { cookie, origin: app.url }, LIST)).body.result.tools).not.toEqual([]);
    const refused = await call('POST', '/mcp', { cookie }, LIST);
    expect([refused.status, refused.body.error.data.code]).toEqual([403, 'origin_not_allowed']);
    expect(await raw(app.url, 'GET', '/mcp', { cookie, 'mcp-session-id': 'x' })).toBe(403);
    expect(await raw(app.url, 'GET', '/mcp/', { cookie, 'mcp-session-id': 'x' })).toBe(403);
  });

  it('beside another credential, or twice, is two credentials: 401', async () => {
    const { raw: key } = await app.key('ann@example.com');
    const other = await signIn(app);
    for (const headers of [
      { cookie, authorization: `Bearer ${key}` },
      { cookie, authorization: `Bearer ${token}` },
      { cookie, 'x-api-key': key },
      { cookie: `${cookie}; ${cookieOf(other.token)}` },
    ]) {
      expect((await call('GET', '/api/v1/things', headers)).status).toBe(401);
      expect((await call('POST', '/api/v1/things', { origin: app.url, ...headers }, thing())).status).toBe(401);
    }
  });

  it('holds a session and nothing else: a key, a JWT or rubbish in it is 401', async () => {
    const { raw: key } = await app.key('ann@example.com');
    for (const value of [key, 'eyJhbGciOiJub25lIn0.e30.', '', '0'.repeat(64), `"${token}"`])
      expect((await call('GET', '/api/v1/things', { cookie: cookieOf(value) })).status).toBe(401);
    expect((await call('GET', '/api/v1/things', { cookie: `x${cookie}` })).status).toBe(401);
    expect((await call('GET', '/api/v1/things', { cookie: `__Host-${cookie}` })).status).toBe(401);
    expect((await call('GET', '/api/v1/things', { cookie: `x${cookie}`, authorization: `Bearer ${key}` })).status).toBe(200);
  });

  it('is replaced when it is refreshed, and taken back at a sign-out', async () => {
    const refreshed = await call('POST', '/api/v1/auth/refresh', { cookie, origin: app.url });
    const given = `gatehouse_session=${refreshed.body.token}; Path=/; HttpOnly; SameSite=Lax; Max-Age=3600`;
    expect([refreshed.status, refreshed.headers.get('set-cookie')]).toEqual([200, given]);
    expect((await call('POST', '/api/v1/auth/refresh', { cookie })).status).toBe(403);
    const next = cookieOf(refreshed.body.token);
    const out = await call('POST', '/api/v1/gatehouse/sign-out', { cookie: next, origin: app.url });
    expect([out.status, out.headers.get('set-cookie')]).toEqual([204, 'gatehouse_session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0']);
    const again = await call('POST', '/api/v1/gatehouse/sign-out', { cookie: next, origin: app.url });
    expect([again.status, again.headers.get('set-cookie')]).toEqual([401, null]);
  });

  it('is not read where a host application asks who is calling: it cannot tell which page sent it', async () => {
    const knock = { headers: { cookie }, address: '127.0.0.1' };
    expect(await app.gatehouse.authenticate(knock)).toMatchObject({ ok: false, status: 401 });
    expect(await app.gatehouse.authenticate({ ...knock, headers: { authorization: `Bearer ${token}` } })).toMatchObject({ ok: true });
  });
});

describe('off loopback', () => {
  it('the cookie is Secure and has the __Host- prefix; one without it is none', async () => {
    const origin = 'https://api.example.com';
    const other = await openApp(fixturePlatform, { flags: { publicUrl: origin } });
    try {
      const { token: theirs } = await signIn(other);
      const own = `__Host-gatehouse_session=${theirs}`;
      expect((await call('GET', '/api/v1/things', { cookie: cookieOf(theirs) }, undefined, other)).status).toBe(401);
      expect((await call('GET', '/api/v1/things', { cookie: own }, undefined, other)).status).toBe(200);
      expect((await call('GET', '/api/v1/things', { cookie: `${own}; ${cookieOf('planted')}` }, undefined, other)).status).toBe(200);
      expect((await call('POST', '/api/v1/auth/refresh', { cookie: own, origin: other.url }, undefined, other)).status).toBe(403);
      const { status, headers, body } = await call('POST', '/api/v1/auth/refresh', { cookie: own, origin }, undefined, other);
      expect([status, headers.get('set-cookie')]).toEqual([
        200,
        `__Host-gatehouse_session=${body.token}; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=3600`,
      ]);
    } finally {
      await other.close();
    }
  });

  it('an origin on the list of CORS is no origin of ours for a cookie', async () => {
    const page = 'https://page.example.com';
    const other = await openApp(fixturePlatform, { flags: { corsOrigins: page } });
    try {
      const { token: theirs } = await signIn(other);
      expect((await call('POST', '/api/v1/things', { cookie: cookieOf(theirs), origin: page }, thing(), other)).status).toBe(403);
      const shared = await call('GET', '/api/v1/things', { cookie: cookieOf(theirs), origin: page }, undefined, other);
      expect(shared.headers.get('access-control-allow-credentials')).toBeNull();
    } finally {
      await other.close();
    }
  });
});
