import { createHash } from 'node:crypto';
import { clerk, definePlatform } from 'gatehouse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IssuerServer, newKey, sign } from '../identity/issuer-server.js';
import { fixtureSpec } from '../../../../test/support/fixture-platform.js';
import { type TestApp, openApp } from '../../../../test/support/open-app.js';

const PARTY = 'https://app.example.com';
const signer = await newKey('ES256', 'key');
const platform = definePlatform({
  ...fixtureSpec,
  settings: ['CLERK_ISSUER'],
  identity: ({ settings, development }) =>
    settings.CLERK_ISSUER === undefined ? [] : [clerk({ issuer: settings.CLERK_ISSUER, authorizedParties: PARTY, development })],
});

let issuer: IssuerServer;
let app: TestApp;
let ann: string;
let bob: string;
let admin: string;

beforeAll(async () => {
  issuer = await IssuerServer.start(signer);
  app = await openApp(platform, { environment: { CLERK_ISSUER: issuer.url } });
  const at = Math.floor(app.clock.now() / 1000);
  const person = (claims: object) => sign(signer, { iss: issuer.url, azp: PARTY, iat: at, exp: at + 3600, ...claims });
  ann = await person({ sub: 'ann', v: 2, o: { id: 'org_1', rol: 'member' } });
  bob = await person({ sub: 'bob', v: 2, o: { id: 'org_2', rol: 'admin' } });
  admin = await person({ sub: 'eve', v: 2, o: { id: 'org_1', rol: 'admin' } });
});
afterAll(async () => {
  await app.close();
  await issuer.close();
});

const manage = (token: string, method: string, path: string, body?: object) =>
  app.call(method, `/api/v1/gatehouse${path}`, { token, ...(body === undefined ? {} : { body }) });
const use = async (raw: string) => (await app.call('GET', '/api/v1/things', { token: raw })).status;

describe('a person, over the canonical routes,', () => {
  it('makes a key that works, sees it listed without its secret, and ends it', async () => {
    const made = await manage(ann, 'POST', '/keys', { name: 'CI', scopes: ['things:read'] });
    expect([made.status, made.body]).toEqual([
      201,
      expect.objectContaining({ name: 'CI', scopes: ['things:read'], raw_key: expect.stringMatching(/^fix_[0-9a-f]{64}$/) }),
    ]);
    expect(await use(made.body.raw_key)).toBe(200);
    const { body: listed } = await manage(ann, 'GET', '/keys');
    expect(listed).toEqual([expect.objectContaining({ id: made.body.id, key_prefix: made.body.key_prefix })]);
    expect(Object.keys(listed[0])).not.toContain('raw_key');
    expect((await manage(ann, 'DELETE', `/keys/${made.body.id}`)).status).toBe(204);
    expect(await use(made.body.raw_key)).toBe(401);
    expect((await manage(ann, 'GET', `/keys/${made.body.id}`)).status).toBe(404);
  });

  it('disables, enables and rotates a key, effective with each answer', async () => {
    const { body: made } = await manage(ann, 'POST', '/keys', { name: 'worker', scopes: ['things:read'] });
    expect((await manage(ann, 'POST', `/keys/${made.id}/disable`, {})).body.disabled_at).toBe('2026-01-31T09:30:00Z');
    expect(await use(made.raw_key)).toBe(401);
    expect((await manage(ann, 'POST', `/keys/${made.id}/enable`, {})).body.disabled_at).toBeNull();
    expect(await use(made.raw_key)).toBe(200);
    const { body: next } = await manage(ann, 'POST', `/keys/${made.id}/rotate`, { overlap_seconds: 60 });
    expect([await use(made.raw_key), await use(next.raw_key)]).toEqual([200, 200]);
    app.clock.advance(60_000);
    expect([await use(made.raw_key), await use(next.raw_key)]).toEqual([401, 200]);
  });

  it('takes over a key by its hash', async () => {
    const raw = 'fix_from-the-old-system';
    const hash = createHash('sha256').update(raw).digest('base64');
    expect((await manage(ann, 'POST', '/keys/import', { name: 'old', scopes: ['things:read'], hash, format: 'base64' })).status).toBe(201);
    expect(await use(raw)).toBe(200);
  });

  it('is told who and where they are, and with whom', async () => {
    const { body: me } = await manage(ann, 'GET', '/me');
    expect(me).toMatchObject({ role: 'member' });
    expect((await manage(ann, 'GET', '/tenant')).body.id).toBe(me.tenant_id);
    expect((await manage(ann, 'GET', '/tenants')).body).toContainEqual(expect.objectContaining({ id: me.tenant_id, role: 'member' }));
    await manage(admin, 'GET', '/me');
    const { body: members } = await manage(ann, 'GET', '/members');
    expect(members.map(({ role }: { role: string }) => role).sort()).toEqual(['admin', 'member']);
  });

  it("cannot see or end another member's key, but who administers the tenant can; in another tenant nobody can", async () => {
    const { body: made } = await manage(ann, 'POST', '/keys', { name: 'mine', scopes: ['things:read'] });
    const { body: hers } = await manage(admin, 'POST', '/keys', { name: 'hers', scopes: ['things:read'] });
    expect((await manage(ann, 'DELETE', `/keys/${hers.id}`)).status).toBe(404);
    expect((await manage(bob, 'DELETE', `/keys/${made.id}`)).status).toBe(404);
    expect((await manage(bob, 'GET', `/keys?user_id=${made.user_id}`)).status).toBe(403);
    expect([await use(made.raw_key), await use(hers.raw_key)]).toEqual([200, 200]);
    expect((await manage(admin, 'GET', `/keys?user_id=${made.user_id}`)).body.map(({ id }: { id: string }) => id)).toContain(made.id);
    expect((await manage(admin, 'DELETE', `/keys/${made.id}`)).status).toBe(204);
    expect(await use(made.raw_key)).toBe(401);
  });

  it('renames the tenant only where they administer it', async () => {
    expect((await manage(ann, 'PATCH', '/tenant', { name: 'Ours' })).status).toBe(403);
    expect((await manage(admin, 'PATCH', '/tenant', { name: 'Ours' })).body.name).toBe('Ours');
    expect((await manage(ann, 'GET', '/tenant')).body.name).toBe('Ours');
  });
});
