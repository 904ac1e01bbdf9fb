import { type Platform, bindTo, defineOperation, definePlatform } from 'gatehouse';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { databaseKind, newAppDatabase } from '../../../../test/support/app-database.js';
import { type TestApp, type TestKey, openApp, settableClock } from '../../../../test/support/open-app.js';

const LIMIT = 100;
const look = defineOperation({
  name: 'things_look',
  title: 'Look',
  description: 'Looks.',
  access: { scope: 'things:read' },
  input: z.object({}),
  output: z.object({}),
  effect: 'read',
  rest: { method: 'GET', path: '/look' },
});
const platform: Platform = definePlatform({
  name: 'daily',
  version: '1.0.0',
  scopes: ['things:read'],
  keys: { prefix: 'day_', checksum: false, whenNoScopes: 'full', displayLength: 8 },
  tables: [],
  tenancy: { plans: { default: { limits: { user: { limit: LIMIT, periodSeconds: 86_400, aligned: true, cookies: false } } } } },
  operations: [bindTo([])(look, () => ({}))],
});

let app: TestApp;
let key: TestKey;

beforeEach(async () => {
  app = await openApp(platform, { clock: settableClock(Date.parse('2026-02-27T23:00:00Z')) });
  key = await app.key('ann@example.com');
});
afterEach(() => app.close());

const call = (token: string) => app.call('GET', '/api/v1/look', { token });
const calls = async (token: string, count: number): Promise<number> => {
  const answers = await Promise.all(Array.from({ length: count }, () => call(token)));
  return answers.filter(({ status }) => status === 200).length;
};

test('the limit of a day holds to the call, over all keys of a user, and ends at midnight UTC, not before', async () => {
  const second = await app.key('ann@example.com');
  expect((await calls(key.raw, 60)) + (await calls(second.raw, 60))).toBe(LIMIT);
  const refused = await call(second.raw);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '3600']);
  app.clock.advance(3_599_000);
  expect((await call(key.raw)).status).toBe(429);
  app.clock.advance(1000);
  expect(await calls(key.raw, LIMIT + 5)).toBe(LIMIT);
  const again = await call(key.raw);
  expect([again.status, again.headers.get('retry-after')]).toEqual([429, '86400']);
});

test('what was used in the morning is used still in the evening', async () => {
  app.clock.advance(3_600_000);
  expect(await calls(key.raw, 40)).toBe(40);
  app.clock.advance(20 * 3_600_000);
  expect(await calls(key.raw, LIMIT)).toBe(LIMIT - 40);
});

test('what was used is used still after a restart', async () => {
  const database = await newAppDatabase(databaseKind(), platform);
  const { clock } = app;
  const first = await openApp(platform, { clock, database: { ...database, remove: async () => {} } });
  const { raw } = await first.key('bob@example.com');
  const used = await Promise.all(Array.from({ length: 70 }, () => first.call('GET', '/api/v1/look', { token: raw })));
  expect(used.every(({ status }) => status === 200)).toBe(true);
  await first.close();
  clock.advance(60_000);
  const second = await openApp(platform, { clock, database });
  const rest = await Promise.all(Array.from({ length: 50 }, () => second.call('GET', '/api/v1/look', { token: raw })));
  // What a process of several held and did not use is lost with it.
  const passed = rest.filter(({ status }) => status === 200).length;
  expect(passed).toBeLessThanOrEqual(30);
  expect(passed).toBeGreaterThanOrEqual(databaseKind() === 'sqlite' ? 30 : 20);
  await second.close();
});

test('a person in a browser is not counted, the same session as a bearer token is', async () => {
  const user = await app.gatehouse.users.findOrCreate('ann@example.com');
  if (user instanceof Error) throw user;
  const { token } = await app.gatehouse.sessions.mint({ tenant: user.homeTenant, user: user.id, createdBy: 'test' });
  const cookie = `${app.gatehouse.sessionCookie.name}=${token}`;
  expect(await calls(token, LIMIT + 1)).toBe(LIMIT);
  const byCookie = await Promise.all(Array.from({ length: 5 }, () => app.call('GET', '/api/v1/look', { headers: { cookie, origin: app.url } })));
  expect(byCookie.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  expect((await call(key.raw)).status).toBe(429);
});
