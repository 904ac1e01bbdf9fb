import { definePlatform } from 'gatehouse';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fixtureSpec } from '../../../../test/support/fixture-platform.js';
import { type TestApp, openApp } from '../../../../test/support/open-app.js';

const DAY_MS = 86_400_000;

let app: TestApp;
beforeAll(async () => {
  app = await openApp(definePlatform({ ...fixtureSpec, tenancy: { plans: { default: { limits: { key: { limit: 3, periodSeconds: 60 } } } } } }));
});
afterAll(() => app.close());

it('a limit that was reached before the clock was set back by a day lasts no longer than its period', async () => {
  const { raw } = await app.key('ann@example.com');
  const call = () => app.call('GET', '/api/v1/things', { token: raw });
  const statuses = [];
  for (let round = 0; round < 4; round += 1) statuses.push((await call()).status);
  expect(statuses).toEqual([200, 200, 200, 429]);
  app.clock.advance(-DAY_MS);
  const refused = await call();
  expect([refused.status, Number(refused.headers.get('retry-after'))]).toEqual([429, 20]);
  app.clock.advance(20_000);
  expect((await call()).status).toBe(200);
  expect((await call()).status).toBe(429);
});
