import { afterAll, beforeAll, expect, test } from 'vitest';
import { newAppDatabase } from '../../../../test/support/app-database.js';
import { fixturePlatform } from '../../../../test/support/fixture-platform.js';
import { type TestApp, openApp, settableClock } from '../../../../test/support/open-app.js';
import { isIn, refresh, signIn } from './people.js';

const clock = settableClock();
const apps: TestApp[] = [];
let first: TestApp;
let second: TestApp;

beforeAll(async () => {
  const database = await newAppDatabase('postgres', fixturePlatform);
  for (const remove of [database.remove, async () => undefined]) apps.push(await openApp(fixturePlatform, { clock, database: { ...database, remove } }));
  const [one, other] = apps;
  if (one === undefined || other === undefined) throw new Error('There are two');
  [first, second] = [one, other];
}, 60_000);
afterAll(async () => {
  // The database goes with the app that was opened first.
  for (const app of apps.toReversed()) await app.close();
});

const isInWhere = (token: string) => Promise.all(apps.map((app) => isIn(app, token)));

test('a session that one process ends is refused by every other with the answer', async () => {
  const [one, two, three] = [await signIn(first), await signIn(first), await signIn(first)];
  for (const { token } of [one, two, three]) expect(await isInWhere(token)).toEqual([true, true]);
  expect((await second.call('DELETE', `/api/v1/gatehouse/sessions/${one.id}`, { token: two.token })).status).toBe(204);
  expect(await isInWhere(one.token)).toEqual([false, false]);
  expect((await first.call('POST', '/api/v1/gatehouse/sign-out-everywhere', { token: three.token })).status).toBe(200);
  expect([await isInWhere(two.token), await isInWhere(three.token)]).toEqual([
    [false, false],
    [false, false],
  ]);
});

test('refreshed at several processes at once there is one successor, and the old token lives 30 seconds more at each', async () => {
  const { token } = await signIn(first);
  expect(await isInWhere(token)).toEqual([true, true]);
  const answers = await Promise.all(Array.from({ length: 8 }, (_, index) => refresh(apps[index % 2] ?? first, token)));
  expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
  const next: string = answers[0]?.body.token;
  expect([await isInWhere(token), await isInWhere(next)]).toEqual([
    [true, true],
    [true, true],
  ]);
  clock.advance(30_000);
  expect([await isInWhere(token), await isInWhere(next)]).toEqual([
    [false, false],
    [true, true],
  ]);
  expect((await refresh(second, token)).status).toBe(401);
  expect(await isInWhere(next)).toEqual([false, false]);
});

test('what is ended past every process, in the database itself, is heard of', async () => {
  const { token, id, user } = await signIn(first);
  expect(await isInWhere(token)).toEqual([true, true]);
  await first.gatehouse.store.sessions.revoke(user, id, clock.now());
  await expect.poll(() => isInWhere(token), { timeout: 5_000, interval: 20 }).toEqual([false, false]);
});
