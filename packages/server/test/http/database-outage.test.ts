import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { definePlatform } from 'gatehouse';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startPostgres } from '../../../../scripts/lib/postgres.mjs';
import { fixtureSpec } from '../../../../test/support/fixture-platform.js';
import { type Answer, type TestApp, type TestKey, openApp } from '../../../../test/support/open-app.js';
import { migratePostgres } from '../../src/store/postgres/migrate.js';

/** No answer takes longer, whatever the database does. */
const PATIENCE_MS = 8000;

const platform = definePlatform({
  ...fixtureSpec,
  tenancy: { plans: { default: { limits: { tenant: { limit: 100_000, periodSeconds: 60 } } } } },
});

let server: Awaited<ReturnType<typeof startPostgres>>;
let app: TestApp;
let key: TestKey;
beforeAll(async () => {
  server = await startPostgres({ durable: false });
  const { url } = await migratePostgres({ adminUrl: server.adminUrl, tables: platform.tables, now: Date.now });
  const folder = mkdtempSync(join(tmpdir(), 'app-'));
  const remove = async (): Promise<void> => rmSync(folder, { recursive: true, force: true });
  app = await openApp(platform, { database: { database: { url: url ?? '' }, folder, content: async () => '', migrate: async () => {}, remove } });
  key = await app.key('ann@example.com');
}, 60_000);
afterAll(async () => {
  await app?.close();
  await server?.close();
}, 60_000);

async function inTime<T>(answer: Promise<T>): Promise<T> {
  const began = performance.now();
  const answered = await answer;
  expect(performance.now() - began).toBeLessThan(PATIENCE_MS);
  return answered;
}

const list = () => inTime(app.call('GET', '/api/v1/things?limit=100', { token: key.raw }));
const create = (name: string) => inTime(app.call('POST', '/api/v1/things', { token: key.raw, body: { name } }));

/** Every way in that needs to know who is calling. */
const ways: Record<string, () => Promise<Answer>> = {
  'a read over REST': list,
  'a write over REST': () => create('while it is down'),
  'a tool over MCP': () => inTime(app.rpc(key.raw, 'tools/call', { name: 'things_list' })),
  'a list of tools over MCP': () => inTime(app.rpc(key.raw, 'tools/list')),
  'a key that nobody knows': () => inTime(app.call('GET', '/api/v1/things', { token: 'fix_unknown' })),
  'keys by management': () => inTime(app.call('GET', '/api/v1/gatehouse/keys', { token: key.raw })),
};

const eventsIn = (event: string) =>
  app
    .logged()
    .split('\n')
    .filter((line) => line.includes(`"event":"${event}"`));

describe.each([
  ['stopped', 'SIGINT'],
  ['crashed', 'SIGQUIT'],
] as const)('while the database is down, because it %s', (how, signal) => {
  const acknowledged: string[] = [];
  const statuses = new Set<number>();
  let writing = true;
  let writer: Promise<void>;
  let outages: number;

  beforeAll(async () => {
    outages = eventsIn('database_available').length;
    writer = (async () => {
      for (let number = 0; writing; number += 1) {
        const { status } = await create(`${how} ${number}`);
        statuses.add(status);
        if (status === 201) acknowledged.push(`${how} ${number}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    })();
    await vi.waitUntil(() => acknowledged.length > 3, { timeout: 5000 });
    await server.stop(signal);
    // What this process knows of the key it may believe for as long as its lease lasts.
    await vi.waitUntil(async () => (await app.rpc(key.raw, 'tools/list')).status === 503, { timeout: 10_000 });
  }, 60_000);

  afterAll(async () => {
    writing = false;
    await writer;
  });

  it.each(Object.entries(ways))('%s is 503 with Retry-After', async (_way, ask) => {
    const { status, headers, body } = await ask();
    expect([status, Number(headers.get('retry-after')) >= 1]).toEqual([503, true]);
    expect(body.code ?? body.error.data.code).toBe('unavailable');
  });

  it('programs are told so in the words of OAuth, and people on a page', async () => {
    const form = { headers: { 'content-type': 'application/x-www-form-urlencoded' } };
    const answers = await Promise.all([
      app.call('POST', '/oauth/token', { ...form, body: 'grant_type=refresh_token&client_id=x&refresh_token=x' }),
      app.call('POST', '/oauth/token', { ...form, body: `grant_type=client_credentials&client_id=${key.id}&client_secret=${key.raw}` }),
      app.call('POST', '/oauth/revoke', { ...form, body: 'client_id=x&token=x' }),
      app.call('POST', '/oauth/register', { body: { redirect_uris: ['https://a.example/callback'] } }),
    ]);
    for (const { status, headers, body } of answers)
      expect([status, Number(headers.get('retry-after')) >= 1, body.error]).toEqual([503, true, 'temporarily_unavailable']);
    const page = await inTime(app.call('GET', '/oauth/authorize?client_id=x'));
    expect([page.status, page.headers.get('content-type')]).toEqual([503, 'text/html; charset=utf-8']);
  });

  it('a host that asks in place is told the same', async () => {
    const admission = await app.gatehouse.authenticate({ headers: { 'x-api-key': key.raw }, address: '192.0.2.1' });
    expect(admission).toMatchObject({ ok: false, status: 503, headers: { 'retry-after': expect.any(String) } });
  });

  it('the process is alive and says that it is not ready, and what asks for no credential is served', async () => {
    expect((await inTime(app.call('GET', '/api/v1/health'))).status).toBe(200);
    const ready = await inTime(app.call('GET', '/api/v1/health/ready'));
    expect([ready.status, ready.headers.get('retry-after')]).toEqual([503, '1']);
    expect((await inTime(app.call('GET', '/api/v1/greeting'))).status).toBe(200);
  });

  it('calls that come together are all told so, and a read is never told that it may have been done', async () => {
    const many = await Promise.all(Array.from({ length: 20 }, () => list()));
    expect(many.every(({ status }) => status === 503)).toBe(true);
    expect(many.every(({ text }) => !text.includes('not known'))).toBe(true);
  });

  it('and when it is back all is well by itself, and nothing that was acknowledged is lost', async () => {
    // A write that was on its way when the database went may wait for its answer until now.
    await expect.poll(() => statuses.has(503), { timeout: PATIENCE_MS }).toBe(true);
    await server.start();
    await expect.poll(async () => (await list()).status, { timeout: 15_000 }).toBe(200);
    const before = acknowledged.length;
    await expect.poll(() => acknowledged.length, { timeout: 10_000 }).toBeGreaterThan(before);
    writing = false;
    await writer;
    expect([...statuses].filter((status) => ![201, 503].includes(status))).toEqual([]);
    const names = (await app.rpc(key.raw, 'tools/call', { name: 'things_list', arguments: { names: acknowledged, limit: 100 } })).body;
    expect(names.result.structuredContent.result.map(({ name }: { name: string }) => name).sort()).toEqual([...acknowledged].sort());
    for (const [way, ask] of Object.entries(ways)) expect([500, 503], way).not.toContain((await ask()).status);
    expect((await app.call('GET', '/api/v1/health/ready')).status).toBe(200);
  }, 60_000);

  it('a key that was revoked right afterwards is refused at once', async () => {
    const other = await app.key(`${how}@example.com`);
    expect((await app.call('GET', '/api/v1/things', { token: other.raw })).status).toBe(200);
    await app.gatehouse.keys.revoke(other.tenant, other.id);
    expect((await app.call('GET', '/api/v1/things', { token: other.raw })).status).toBe(401);
  });

  it('the log has one line when it began and one when it was over, and no surprise', async () => {
    await expect.poll(() => eventsIn('database_available').length, { timeout: 10_000 }).toBe(outages + 1);
    expect(eventsIn('database_unavailable')).toHaveLength(outages + 1);
    expect(eventsIn('internal_error')).toEqual([]);
  });
});
