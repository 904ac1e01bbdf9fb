import { afterAll, beforeAll, expect, test } from 'vitest';
import { newAppDatabase } from '../../../../test/support/app-database.js';
import { fixturePlatform } from '../../../../test/support/fixture-platform.js';
import { type TestApp, openApp, settableClock } from '../../../../test/support/open-app.js';
import { letIn, list } from '../oauth/tokens.js';
import { signIn } from '../sessions/people.js';

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

const isInWhere = (token: string) => Promise.all(apps.map(async (app) => (await list(app, token)).status === 200));

test('what one process ends of a grant is refused by every other with the answer: one, and all of a program', async () => {
  const email = 'ann@example.com';
  const { token } = await signIn(first, email);
  const [one, two] = [await letIn(first, { email }), await letIn(first, { email })];
  for (const { token: held } of [one, two]) expect(await isInWhere(held)).toEqual([true, true]);
  expect((await second.call('DELETE', `/api/v1/gatehouse/grants/${one.grant}`, { token })).status).toBe(204);
  expect([await isInWhere(one.token), await isInWhere(two.token)]).toEqual([
    [false, false],
    [true, true],
  ]);
  expect((await second.call('POST', '/api/v1/gatehouse/grants/revoke-client', { token, body: { client_id: two.client } })).body).toEqual({ ended: 1 });
  expect(await isInWhere(two.token)).toEqual([false, false]);
});
