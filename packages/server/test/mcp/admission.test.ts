import { definePlatform } from 'gatehouse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixturePlatform, fixtureSpec } from '../../../../test/support/fixture-platform.js';
import { type TestApp, type TestKey, openApp } from '../../../../test/support/open-app.js';

const ping = { jsonrpc: '2.0', id: 1, method: 'ping' };
let app: TestApp;
let key: TestKey;

beforeAll(async () => {
  app = await openApp(fixturePlatform);
  key = await app.key('ann@example.com');
});
afterAll(() => app.close());

describe('the door to MCP', () => {
  it.each(['initialize', 'ping', 'tools/list', 'tools/call', 'notifications/initialized', 'unknown'])(
    'is closed to %s without a credential: 401 with a challenge that says where to get one, and no error',
    async (method) => {
      const { status, headers, body } = await app.call('POST', '/mcp', { body: { ...ping, method } });
      expect([status, headers.get('www-authenticate')]).toEqual([401, expect.stringMatching(/^Bearer resource_metadata="[^"]+", scope="[^"]+"$/)]);
      expect(body).toMatchObject({
        jsonrpc: '2.0',
        id: null,
        error: { code: -32001, data: { code: 'unauthenticated', request_id: headers.get('x-request-id') } },
      });
    },
  );

  it('is closed to a bad credential before anything sent is looked at', async () => {
    for (const body of [ping, 'no JSON', []]) {
      const { status, headers, body: answer } = await app.call('POST', '/mcp', { token: `fix_${'0'.repeat(64)}`, body });
      expect([status, answer.error.code, answer.error.data.code]).toEqual([401, -32001, 'invalid_credential']);
      expect(headers.get('www-authenticate')).toMatch(/^Bearer error="invalid_token"/);
    }
  });

  it('is closed to two credentials at once', async () => {
    expect((await app.call('POST', '/mcp', { token: key.raw, headers: { 'x-api-key': key.raw }, body: ping })).status).toBe(401);
  });

  it('opens to a key in either header', async () => {
    expect((await app.call('POST', '/mcp', { token: key.raw, body: ping })).status).toBe(200);
    expect((await app.call('POST', '/mcp', { headers: { 'x-api-key': key.raw }, body: ping })).status).toBe(200);
  });

  it('is closed to a revoked key from the next call on', async () => {
    const { raw, id, tenant } = await app.key('ann@example.com');
    expect((await app.rpc(raw, 'ping')).status).toBe(200);
    expect(await app.gatehouse.keys.revoke(tenant, id)).toBeUndefined();
    expect((await app.rpc(raw, 'ping')).status).toBe(401);
  });

  it('is 403 for a kind of credential that the platform does not let in', async () => {
    const other = await openApp(definePlatform({ ...fixtureSpec, mcpBy: ['idp'] }));
    try {
      const { raw } = await other.key('ann@example.com');
      const { status, body } = await other.rpc(raw, 'ping');
      expect([status, body.error.code, body.error.data.code]).toEqual([403, -32001, 'forbidden']);
    } finally {
      await other.close();
    }
  });

  it('is 429 after too many bad credentials from one address, and open to a good one all the same', async () => {
    const other = await openApp(fixturePlatform, { flags: { failedAuthPerMinute: '2' } });
    try {
      const { raw } = await other.key('ann@example.com');
      const bad = () => other.rpc('fix_bad', 'ping');
      expect([(await bad()).status, (await bad()).status]).toEqual([401, 401]);
      const { status, headers, body } = await bad();
      expect([status, headers.get('retry-after'), body.error.code]).toEqual([429, '30', -31429]);
      expect(body.error.data).toMatchObject({ code: 'rate_limited', retry_after_seconds: 30 });
      expect((await other.rpc(raw, 'ping')).status).toBe(200);
    } finally {
      await other.close();
    }
  });
});

describe('a limit', () => {
  const limited = definePlatform({ ...fixtureSpec, tenancy: { defaultPlan: 'small', plans: { small: { limits: { key: { limit: 2, periodSeconds: 60 } } } } } });

  it('answers HTTP 429 with which limit, and when to come back', async () => {
    const other = await openApp(limited);
    try {
      const { raw } = await other.key('ann@example.com');
      const call = () => other.rpc(raw, 'tools/call', { name: 'things_list' }, 'x');
      expect([(await call()).status, (await call()).status]).toEqual([200, 200]);
      const { status, headers, body } = await call();
      expect([status, headers.get('retry-after'), headers.get('ratelimit-policy')]).toEqual([429, '30', '"key";q=2;w=60']);
      expect(body).toMatchObject({
        id: 'x',
        error: { code: -31429, data: { code: 'rate_limited', retry_after_seconds: 30, limit: { of: 'key', limit: 2, period_seconds: 60 } } },
      });
      other.clock.advance(30_000);
      expect((await call()).status).toBe(200);
    } finally {
      await other.close();
    }
  });

  it('is not escaped by a batch: what is over it is refused inside', async () => {
    const other = await openApp(limited);
    try {
      const { raw } = await other.key('ann@example.com');
      const calls = [1, 2, 3].map((id) => ({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'things_list' } }));
      const { body } = await other.call('POST', '/mcp', { token: raw, body: calls });
      expect(body.map((each: { error?: { code: number } }) => each.error?.code)).toEqual([undefined, undefined, -31429]);
    } finally {
      await other.close();
    }
  });
});
