import { createHmac, randomBytes } from 'node:crypto';
import { clerk, definePlatform } from 'gatehouse';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newAppDatabase } from '../../../../test/support/app-database.js';
import { fixtureSpec } from '../../../../test/support/fixture-platform.js';
import { type TestApp, openApp, settableClock } from '../../../../test/support/open-app.js';
import { IssuerServer, newKey, sign } from './issuer-server.js';

const key = await newKey('RS256', 'key');
const secret = randomBytes(32);
const clock = settableClock();
const apps: TestApp[] = [];
let issuer: IssuerServer;

beforeAll(async () => {
  issuer = await IssuerServer.start(key);
  const webhookSecret = `whsec_${secret.toString('base64')}`;
  const platform = definePlatform({ ...fixtureSpec, identity: () => [clerk({ issuer: issuer.url, webhookSecret, development: true })] });
  const database = await newAppDatabase('postgres', platform);
  for (const remove of [database.remove, async () => undefined]) apps.push(await openApp(platform, { clock, database: { ...database, remove } }));
}, 60_000);
afterAll(async () => {
  // The database goes with the app that was opened first.
  for (const app of apps.toReversed()) await app.close();
  await issuer?.close();
});

const seconds = () => Math.floor(clock.now() / 1000);
const token = (more: object = {}) => sign(key, { iss: issuer.url, sub: 'user_1', iat: seconds(), exp: seconds() + 60, ...more });
const statuses = (bearer: string) => Promise.all(apps.map(async (app) => (await app.call('GET', '/api/v1/things', { token: bearer })).status));

async function tell(app: TestApp | undefined, event: object): Promise<number | undefined> {
  const body = JSON.stringify({ timestamp: clock.now(), ...event });
  const signature = createHmac('sha256', secret).update(`msg_1.${seconds()}.${body}`).digest('base64');
  const headers = { 'svix-id': 'msg_1', 'svix-timestamp': String(seconds()), 'svix-signature': `v1,${signature}` };
  const answer = await fetch(`${app?.url}/api/v1/webhooks`, { method: 'POST', headers, body });
  return answer.status;
}

test('a membership that one process is told has ended is over on every other, before the sender is answered', async () => {
  const ofAcme = await token({ org_id: 'org_acme', org_role: 'member' });
  expect(await statuses(ofAcme)).toEqual([200, 200]);
  const left = { organization: { id: 'org_acme' }, public_user_data: { user_id: 'user_1' } };
  expect(await tell(apps[0], { type: 'organizationMembership.deleted', data: left })).toBe(204);
  expect(await statuses(ofAcme)).toEqual([401, 401]);
  expect(await statuses(await token())).toEqual([200, 200]);
});

test('so is a user, sessions and keys alike', async () => {
  const session = await token();
  expect(await statuses(session)).toEqual([200, 200]);
  const user = (await apps[0]?.gatehouse.users.list())?.[0];
  const made = await apps[0]?.gatehouse.keys.mint({ tenant: user?.homeTenant ?? '', user: user?.id ?? '', name: 'k', scopes: ['*'], createdBy: 'test' });
  const raw = made !== undefined && 'raw' in made ? made.raw : '';
  expect(await statuses(raw)).toEqual([200, 200]);
  expect(await tell(apps[1], { type: 'user.deleted', data: { id: 'user_1' } })).toBe(204);
  expect([await statuses(session), await statuses(raw), await statuses(await token())]).toEqual([
    [401, 401],
    [401, 401],
    [401, 401],
  ]);
});
