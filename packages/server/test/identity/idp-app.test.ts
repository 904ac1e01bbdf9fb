import { type Platform, Refusal, definePlatform } from 'gatehouse';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { clerk } from '../../src/services/identity/clerk.js';
import { fixtureSpec } from '../../../../test/support/fixture-platform.js';
import { type TestApp, openApp } from '../../../../test/support/open-app.js';
import { IssuerServer, newKey, sign } from './issuer-server.js';

const [key, rotated] = await Promise.all([newKey('RS256', 'key'), newKey('RS256', 'rotated')]);
const PARTY = 'https://app.example.com';

let issuer: IssuerServer;
let app: TestApp;

const platform: Platform = definePlatform({
  ...fixtureSpec,
  tenancy: {
    roles: {
      owner: { scopes: ['*'], administers: true },
      admin: { scopes: ['*'], administers: true },
      member: { scopes: ['things:read'], administers: false },
    },
  },
  settings: ['CLERK_ISSUER', 'CLERK_AUTHORIZED_PARTIES'],
  identity: ({ settings, development }) =>
    settings.CLERK_ISSUER === undefined ? [] : [clerk({ issuer: settings.CLERK_ISSUER, authorizedParties: settings.CLERK_AUTHORIZED_PARTIES, development })],
});

beforeAll(async () => {
  issuer = await IssuerServer.start(key);
});
beforeEach(async () => {
  issuer.down = false;
  issuer.keys = [key];
  app = await openApp(platform, { environment: { CLERK_ISSUER: issuer.url, CLERK_AUTHORIZED_PARTIES: PARTY } });
  return () => app.close();
});
afterAll(() => issuer.close());

const seconds = (offset: number): number => Math.floor(app.clock.now() / 1000) + offset;
const token = (more: object = {}, signer = key) => sign(signer, { iss: issuer.url, sub: 'user_1', azp: PARTY, iat: seconds(0), exp: seconds(60), ...more });
const list = (bearer: string) => app.call('GET', '/api/v1/things', { token: bearer });

test('a token opens the API until it expires, and not a moment longer, though it was remembered', async () => {
  const good = await token();
  expect((await list(good)).status).toBe(200);
  expect((await list(good)).status).toBe(200);
  app.clock.advance(60_000);
  const late = await list(good);
  expect(late.status).toBe(401);
  expect(late.headers.get('www-authenticate')).not.toBeNull();
});

test('each organisation sees its own rows, whichever version the token has', async () => {
  const first = await token({ v: 2, o: { id: 'org_1', rol: 'admin' } });
  const second = await token({ org_id: 'org_2', org_role: 'org:member' });
  expect((await app.call('POST', '/api/v1/things', { token: first, body: { name: 'mine' } })).status).toBe(201);
  expect((await list(first)).body).toHaveLength(1);
  expect((await list(await token({ org_id: 'org_1' }))).body).toHaveLength(1);
  expect((await list(second)).body).toEqual([]);
  expect((await list(await token())).body).toEqual([]);
});

test('an outage of the issuer is 503 with a time to come back where nothing is known, and does not touch known keys', async () => {
  issuer.down = true;
  const unavailable = await list(await token());
  expect(unavailable.status).toBe(503);
  expect(unavailable.body.code).toBe('unavailable');
  expect(Number(unavailable.headers.get('retry-after'))).toBeGreaterThan(0);
  issuer.down = false;
  app.clock.advance(5000);
  expect((await list(await token())).status).toBe(200);
  issuer.down = true;
  app.clock.advance(3600_000);
  expect((await list(await token())).status).toBe(200);
});

test('a key that the issuer rotates in is picked up within a minute', async () => {
  expect((await list(await token())).status).toBe(200);
  issuer.keys = [key, rotated];
  expect((await list(await token({}, rotated))).status).toBe(401);
  app.clock.advance(60_000);
  expect((await list(await token({}, rotated))).status).toBe(200);
});

test('a token in the wrong header, a second credential beside it, or an unknown one, is 401, and no token is ever logged', async () => {
  const good = await token();
  const foreign = await token({ iss: 'https://other.example' });
  expect((await app.call('GET', '/api/v1/things', { headers: { 'x-api-key': good } })).status).toBe(401);
  expect((await app.call('GET', '/api/v1/things', { token: good, headers: { 'x-api-key': good } })).status).toBe(401);
  expect((await list(foreign)).status).toBe(401);
  expect((await list(`${good}x`)).status).toBe(401);
  for (const secret of [good, foreign]) expect(app.logged()).not.toContain(secret.slice(0, 40));
});

test('a demotion at the issuer binds the keys of the user as well, and an older token does not undo it', async () => {
  const create = async (bearer: string, name: string) => (await app.call('POST', '/api/v1/things', { token: bearer, body: { name } })).status;
  const admin = await token({ v: 2, o: { id: 'org_1', rol: 'admin' } });
  expect(await create(admin, 'by token')).toBe(201);
  const raw = await mintedKey('org_1');
  expect(await create(raw, 'by key')).toBe(201);

  app.clock.advance(1000);
  const member = await token({ v: 2, o: { id: 'org_1', rol: 'member' } });
  expect((await list(member)).status).toBe(200);
  expect([await create(member, 'no'), await create(raw, 'no'), await create(admin, 'no'), await create(raw, 'no')]).toEqual([403, 403, 403, 403]);
  expect((await list(raw)).body).toHaveLength(2);
});

/** A key of the issuer's user in an organisation, as wide as its maker's role lets it be. */
async function mintedKey(organization: string): Promise<string> {
  const user = await app.gatehouse.store.users.findByIdentity(issuer.url, 'user_1');
  const tenant = await app.gatehouse.store.tenants.findByExternalId(`${issuer.url}#${organization}`);
  if (user === undefined || tenant === undefined) throw new Error('Nobody has signed in yet');
  const made = await app.gatehouse.keys.mint({ tenant: tenant.id, user: user.id, name: 'test', scopes: ['*'], createdBy: 'test' });
  if (made instanceof Refusal) throw made;
  return made.raw;
}
