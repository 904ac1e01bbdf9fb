import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixturePlatform } from '../../../../test/support/fixture-platform.js';
import { type TestApp, openApp } from '../../../../test/support/open-app.js';
import { readExposition } from './exposition.js';

const TOKEN = 'a-token-for-metrics-that-is-long-enough-0123';

describe.each(['sqlite', 'postgres'] as const)('metrics on %s', (database) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await openApp(fixturePlatform, { database, flags: { failedAuthPerMinute: '2' } });
  });
  afterAll(() => app.close());

  const scrape = async () => readExposition((await app.call('GET', '/metrics')).text, 'text');

  it('tell of calls by operation, surface and outcome, how long they took, refusals, limits, the process, the cache and the database', async () => {
    const key = await app.key('ann@example.com');
    for (const name of ['one', 'two', 'two']) await app.call('POST', '/api/v1/things', { token: key.raw, body: { name } });
    await app.rpc(key.raw, 'tools/call', { name: 'things_list', arguments: {} });
    await app.call('GET', '/api/v1/things');
    for (let i = 0; i < 3; i += 1) await app.call('GET', '/api/v1/things', { token: `fix_${'0'.repeat(64)}` });
    const { samples, types } = await scrape();
    const value = (name: string) => samples.get(name);
    const calls = (operation: string, surface: string, outcome: string) => `{operation="${operation}",surface="${surface}",outcome="${outcome}"}`;
    expect(value(`gatehouse_calls_total${calls('things_create', 'rest', 'ok')}`)).toBe(2);
    expect(value(`gatehouse_calls_total${calls('things_create', 'rest', 'conflict')}`)).toBe(1);
    expect(value(`gatehouse_calls_total${calls('things_list', 'mcp', 'ok')}`)).toBe(1);
    expect(value(`gatehouse_calls_total${calls('things_list', 'rest', 'rate_limited')}`)).toBe(1);
    expect(value(`gatehouse_call_duration_seconds_count${calls('things_create', 'rest', 'ok')}`)).toBe(2);
    expect(value(`gatehouse_call_duration_seconds_sum${calls('things_create', 'rest', 'ok')}`)).toBeGreaterThan(0);
    expect(value('gatehouse_authentication_refusals_total{reason="missing"}')).toBe(1);
    expect(value('gatehouse_authentication_refusals_total{reason="unknown"}')).toBe(3);
    expect(value('gatehouse_limits_hit_total{of="address"}')).toBe(1);
    expect([value('gatehouse_principal_cache_entries'), value('gatehouse_database_up'), value('gatehouse_processes')]).toEqual([1, 1, 1]);
    expect(value('gatehouse_principal_cache_hits_total')).toBeGreaterThan(0);
    expect(value('process_resident_memory_bytes')).toBeGreaterThan(10_000_000);
    expect(value('process_cpu_seconds_total')).toBeGreaterThan(0);
    expect(value('gatehouse_database_connections_limit')).toBe(database === 'sqlite' ? 2 : 10);
    for (const name of [
      'nodejs_eventloop_lag_p99_seconds',
      'nodejs_active_handles',
      'gatehouse_streams_open',
      'process_open_fds',
      'gatehouse_processes_trusted',
    ])
      expect(types.get(name)).toBe('gauge');
  });

  it('count on from scrape to scrape, and tell nobody apart', async () => {
    const key = await app.key('ben@example.com');
    const before = await scrape();
    await app.call('GET', '/api/v1/things', { token: key.raw });
    const after = await scrape();
    const name = 'gatehouse_calls_total{operation="things_list",surface="rest",outcome="ok"}';
    expect((after.samples.get(name) ?? 0) - (before.samples.get(name) ?? 0)).toBe(1);
    const text = (await app.call('GET', '/metrics')).text;
    for (const secret of [key.raw, key.id, key.tenant, key.user, 'ben@']) expect(text).not.toContain(secret);
  });

  it('come in OpenMetrics where that is asked for', async () => {
    const { headers, text } = await app.call('GET', '/metrics', { headers: { accept: 'application/openmetrics-text;version=1.0.0,text/plain;q=0.5' } });
    expect(headers.get('content-type')).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
    const { samples } = readExposition(text, 'openmetrics');
    expect(samples.get('gatehouse_processes')).toBe(1);
    expect((await app.call('GET', '/metrics')).headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  });
});

describe('without a metrics token', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await openApp(fixturePlatform);
  });
  afterAll(() => app.close());

  it.each([
    ['x-forwarded-for', '127.0.0.1'],
    ['forwarded', 'for=127.0.0.1'],
    ['x-real-ip', '127.0.0.1'],
    ['x-forwarded-proto', 'https'],
    ['via', '1.1 proxy'],
    ['origin', 'http://localhost:3000'],
  ])('a caller on this machine may look, but not one with the header %s', async (name, value) => {
    expect((await app.call('GET', '/metrics')).status).toBe(200);
    const { status, body } = await app.call('GET', '/metrics', { headers: { [name]: value } });
    expect([status, body.code]).toEqual([403, 'forbidden']);
  });

  it('a page that has bound a name or an address of its own to this machine may not look', async () => {
    const status = await new Promise((resolve, reject) => {
      const asked = request(`${app.url}/metrics`, { headers: { host: '192.0.2.7:80' } }, (response) => resolve(response.resume().statusCode));
      asked.on('error', reject).end();
    });
    expect(status).toBe(403);
  });

  it('a key does not open them, nothing but reading is allowed', async () => {
    const key = await app.key('ann@example.com');
    const forwarded = { 'x-forwarded-for': '203.0.113.9' };
    expect((await app.call('GET', '/metrics', { token: key.raw, headers: forwarded })).status).toBe(403);
    const posted = await app.call('POST', '/metrics', { body: {} });
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it.each([{ publicUrl: 'https://api.example.com' }, { trustProxy: '10.0.0.0/8' }])(
    'nobody may look where something stands before the server: %j',
    async (flags) => {
      const proxied = await openApp(fixturePlatform, { flags });
      try {
        expect((await proxied.call('GET', '/metrics')).status).toBe(403);
      } finally {
        await proxied.close();
      }
    },
  );
});

describe('with a metrics token', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await openApp(fixturePlatform, { flags: { publicUrl: 'https://api.example.com', metricsToken: TOKEN } });
  });
  afterAll(() => app.close());

  it('it opens them, through a proxy too, and nothing else does', async () => {
    const key = await app.key('ann@example.com');
    expect((await app.call('GET', '/metrics', { token: TOKEN, headers: { 'x-forwarded-for': '203.0.113.9' } })).status).toBe(200);
    const none = await app.call('GET', '/metrics');
    expect([none.status, none.headers.get('www-authenticate'), none.body.code]).toEqual([401, expect.stringMatching(/^Bearer/), 'unauthenticated']);
    for (const token of [key.raw, `${TOKEN}x`, TOKEN.slice(0, -1), 'x']) {
      expect((await app.call('GET', '/metrics', { token })).body.code).toBe('invalid_credential');
    }
    expect((await app.call('GET', '/api/v1/things', { token: TOKEN })).status).toBe(401);
    expect(app.logged()).not.toContain(TOKEN);
  });

  it('that is short or cannot be sent is a configuration error that does not repeat it', async () => {
    for (const token of ['short', 'x'.repeat(31), `${'x'.repeat(40)} y`]) {
      await expect(openApp(fixturePlatform, { flags: { metricsToken: token } })).rejects.toThrow(/--metrics-token: must be at least 32/);
    }
  });
});
