import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Tag } from '../../src/domain/principal.js';
import { clerk } from '../../src/services/identity/clerk.js';
import { oidc } from '../../src/services/identity/oidc.js';
import { newKey } from './issuer-server.js';
import { PARTY, type ResolverBench, openBench } from './resolver-bench.js';

const key = await newKey('ES256', 'key');

let bench: ResolverBench;
let told: (Tag | 'everything')[];
beforeEach(async () => {
  bench = await openBench({ keys: [key], providers: (issuer) => [clerk({ issuer, authorizedParties: PARTY, development: true })] });
  told = [];
  bench.store.changes.onChange((changed) => told.push(...[changed].flat()));
});
afterEach(() => bench.close());

const inOrg = (id: string, rol: string) => ({ v: 2, o: { id, rol, slg: `${id}-slug` } });

async function operatorMakes(email: string, emailVerified: boolean): Promise<{ readonly user: string; readonly tenant: string }> {
  const home = { id: crypto.randomUUID(), name: email, plan: null, externalId: null, createdAt: 0 };
  const user = { id: crypto.randomUUID(), email, emailVerified, name: null, homeTenant: home.id, createdAt: 0 };
  expect(await bench.store.users.create(user, home)).toBe('created');
  return { user: user.id, tenant: home.id };
}

describe('who signs in', () => {
  test('a first sign-in makes a user with a space of their own, and a second finds them', async () => {
    const first = await bench.enter({ name: 'Ada', email: 'ada@example.com', email_verified: true });
    const user = await bench.store.users.findByIdentity(bench.issuer.url, 'user_1');
    expect(user).toMatchObject({ email: 'ada@example.com', emailVerified: true, name: 'Ada', createdAt: bench.clock.now() });
    expect(first).toMatchObject({ tenant: user?.homeTenant, user: user?.id, role: 'owner', plan: 'default' });
    expect(first.credential).toEqual({ kind: 'idp', id: `${bench.issuer.url}#user_1`, expiresAt: bench.clock.now() + 60_000 });
    bench.clock.advance(30);
    expect(await bench.enter()).toMatchObject({ tenant: first.tenant, user: first.user });
    expect(await bench.store.users.list()).toHaveLength(1);
    expect(await bench.store.tenants.list()).toHaveLength(1);
  });

  test('a hundred first sign-ins at once make one user and one space', async () => {
    const tokens = await Promise.all(Array.from({ length: 50 }, (_, n) => bench.token({ jti: String(n), email: 'ada@example.com', email_verified: true })));
    const resolutions = await Promise.all([...tokens, ...tokens].map((token) => bench.resolve(token)));
    const users = new Set(resolutions.map((resolution) => (resolution.is === 'ok' ? resolution.principal.user : resolution.is)));
    expect([...users]).toEqual([(await bench.store.users.findByIdentity(bench.issuer.url, 'user_1'))?.id]);
    expect(await bench.store.users.list()).toHaveLength(1);
    expect(await bench.store.tenants.list()).toHaveLength(1);
  });

  test('fifty people at once are fifty users, fifty tokens of one organisation are one tenant', async () => {
    const tokens = await Promise.all(Array.from({ length: 50 }, (_, n) => bench.token({ sub: `user_${n}`, ...inOrg('org_1', 'member') })));
    const resolutions = await Promise.all(tokens.map((token) => bench.resolve(token)));
    const tenants = new Set(resolutions.map((resolution) => (resolution.is === 'ok' ? resolution.principal.tenant : resolution.is)));
    expect(tenants.size).toBe(1);
    expect(await bench.store.users.list()).toHaveLength(50);
    expect(await bench.store.tenants.list()).toHaveLength(51);
  });

  test('a verified e-mail joins the known user who has verified the same', async () => {
    const known = await operatorMakes('ada@example.com', true);
    expect(await bench.enter({ email: 'ADA@example.com', email_verified: true })).toMatchObject(known);
    expect(await bench.enter()).toMatchObject(known);
    expect(await bench.store.users.list()).toHaveLength(1);
    expect(bench.events).toEqual([{ event: 'identity_linked', issuer: bench.issuer.url, user: known.user }]);
  });

  test('many first sign-ins at once by a known e-mail all join that user', async () => {
    const known = await operatorMakes('ada@example.com', true);
    const claims = { email: 'ada@example.com', email_verified: true };
    const tokens = await Promise.all(Array.from({ length: 20 }, (_, n) => bench.token({ ...claims, jti: String(n) })));
    for (const resolution of await Promise.all(tokens.map((token) => bench.resolve(token)))) expect(resolution).toMatchObject({ is: 'ok', principal: known });
  });

  test('an unverified e-mail joins nobody, and is not kept, so that it stands in nobody’s way', async () => {
    const known = await operatorMakes('ada@example.com', true);
    for (const email_verified of [false, undefined, 'true']) {
      const { user } = await bench.enter({ email: 'ada@example.com', email_verified });
      expect(user).not.toBe(known.user);
    }
    expect(await bench.store.users.findByIdentity(bench.issuer.url, 'user_1')).toMatchObject({ email: null, emailVerified: false });
    await bench.enter({ sub: 'squatter', email: 'grace@example.com', email_verified: false });
    const owner = await bench.enter({ sub: 'grace', email: 'grace@example.com', email_verified: true });
    expect(await bench.store.users.findByEmail('grace@example.com')).toMatchObject({ id: owner.user, emailVerified: true });
  });

  test('a verified e-mail does not join a known user who has not verified it', async () => {
    const known = await operatorMakes('ada@example.com', false);
    const { user } = await bench.enter({ email: 'ada@example.com', email_verified: true });
    expect(user).not.toBe(known.user);
    expect(await bench.store.users.find(user ?? '')).toMatchObject({ email: null, emailVerified: false });
  });

  test('an e-mail that only folds to a known one joins nobody', async () => {
    const known = await operatorMakes('jack@example.com', true);
    const { user } = await bench.enter({ email: 'jac\u212A@example.com', email_verified: true });
    expect(user).not.toBe(known.user);
  });

  test('a known identity stays who it is, whatever e-mail it comes with later', async () => {
    const { user } = await bench.enter();
    await operatorMakes('boss@example.com', true);
    expect(await bench.enter({ email: 'boss@example.com', email_verified: true })).toMatchObject({ user });
  });

  test('the same subject of another issuer is somebody else', async () => {
    const two = await openBench({
      keys: [key],
      providers: (issuer) => [
        clerk({ issuer, development: true }),
        oidc({ issuer: `${issuer}/other`, audience: 'us', jwksUrl: `${issuer}/.well-known/jwks.json`, development: true }),
      ],
    });
    const here = await two.enter();
    const there = await two.enter({ iss: `${two.issuer.url}/other`, aud: ['them', 'us'] });
    expect(there.user).not.toBe(here.user);
    await two.close();
  });
});

describe('where they land', () => {
  test.each([
    ['version 2', { v: 2, o: { id: 'org_1', rol: 'admin', slg: 'acme' } }],
    ['version 1', { org_id: 'org_1', org_role: 'org:admin', org_slug: 'acme' }],
  ])('an organisation of Clerk’s %s is the tenant, with the claimed role', async (_name, claims) => {
    const principal = await bench.enter(claims);
    const tenant = await bench.store.tenants.findByExternalId(`${bench.issuer.url}#org_1`);
    expect(tenant).toMatchObject({ name: 'acme', plan: null });
    expect(principal).toMatchObject({ tenant: tenant?.id, role: 'admin' });
    expect(await bench.store.tenants.member(tenant?.id ?? '', principal.user ?? '')).toMatchObject({ role: 'admin' });
  });

  test('both versions of a token lead to one tenant, and a token without an organisation leads home', async () => {
    const first = await bench.enter({ org_id: 'org_1', org_role: 'org:member' });
    const second = await bench.enter(inOrg('org_1', 'member'));
    const home = await bench.enter();
    expect(second.tenant).toBe(first.tenant);
    expect(home).toMatchObject({ user: first.user, role: 'owner' });
    expect(home.tenant).not.toBe(first.tenant);
  });

  test('two organisations in one token: refused, and nothing is written', async () => {
    expect(await bench.resolve(await bench.token({ ...inOrg('org_1', 'admin'), org_id: 'org_2' }))).toEqual({ is: 'refused', reason: 'bad_claims' });
    expect(await bench.store.users.list()).toHaveLength(0);
    expect(await bench.store.tenants.list()).toHaveLength(0);
    expect(bench.events).toEqual([{ event: 'identity_refused', issuer: bench.issuer.url, reason: 'o.id and org_id differ' }]);
  });

  test('a changed role is written once, and everyone who depends on it is told before the answer', async () => {
    const { tenant, user } = await bench.enter(inOrg('org_1', 'member'));
    expect(told).toEqual([`role:${tenant}:${user}`]);
    await bench.enter(inOrg('org_1', 'member'));
    expect(told).toHaveLength(1);
    bench.clock.advance(1);
    const promoted = await bench.enter(inOrg('org_1', 'admin'));
    expect(promoted).toMatchObject({ tenant, user, role: 'admin' });
    expect(promoted.dependsOn).toContain(`role:${tenant}:${user}`);
    expect(told).toEqual([`role:${tenant}:${user}`, `role:${tenant}:${user}`]);
  });

  test('an older token cannot bring back the role that a newer one has taken away', async () => {
    const older = await bench.token(inOrg('org_1', 'admin'));
    expect(await bench.resolve(older)).toMatchObject({ is: 'ok', principal: { role: 'admin' } });
    bench.clock.advance(1);
    expect(await bench.enter(inOrg('org_1', 'member'))).toMatchObject({ role: 'member' });
    expect(await bench.resolve(older)).toMatchObject({ is: 'ok', principal: { role: 'member' } });
  });

  test('a user who has lost the membership of their own space has no way in', async () => {
    const { tenant, user } = await bench.enter();
    if (tenant === null || user === undefined) throw new Error('This principal has no space of its own');
    bench.beside.prepare('delete from gatehouse_members where tenant_id = ? and user_id = ?').run([tenant, user]);
    expect(await bench.resolve(await bench.token())).toEqual({ is: 'refused', reason: 'no_membership' });
  });

  test('a sign-in that changes nothing writes nothing', async () => {
    // Moves whenever another connection has committed a change.
    const version = () => bench.beside.prepare('pragma data_version').get([])?.data_version;
    const empty = version();
    await bench.enter(inOrg('org_1', 'member'));
    const filled = version();
    expect(filled).not.toBe(empty);
    bench.clock.advance(1);
    await bench.enter(inOrg('org_1', 'member'));
    expect(version()).toBe(filled);
  });
});
