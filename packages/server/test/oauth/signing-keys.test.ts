import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { definePlatform } from 'gatehouse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixturePlatform, fixtureSpec } from '../../../../test/support/fixture-platform.js';
import { type TestApp, openApp } from '../../../../test/support/open-app.js';
import { connect, refresh, send, works } from './program.js';

const platform = definePlatform({ ...fixtureSpec, authorization: { kind: 'own', accessTokens: 'jwt', accessTokenSeconds: 600 } });

let app: TestApp;
beforeAll(async () => {
  app = await openApp(platform);
});
afterAll(() => app.close());

const verified = (token: string) =>
  jwtVerify(token, createRemoteJWKSet(new URL(`${app.url}/oauth/jwks`)), {
    issuer: app.url,
    audience: `${app.url}/mcp`,
    typ: 'at+jwt',
    algorithms: ['ES256'],
    currentDate: new Date(app.clock.now()),
  });

describe('an access token that is a JWT', () => {
  it('can be checked by others with the published keys (RFC 9068), and holds nothing but what it must', async () => {
    const { access, client, scope } = await connect(app);
    const { payload } = await verified(access);
    expect(payload).toEqual({
      iss: app.url,
      sub: expect.any(String),
      aud: `${app.url}/mcp`,
      client_id: client,
      scope,
      jti: expect.any(String),
      iat: app.clock.now() / 1000,
      exp: app.clock.now() / 1000 + 600,
    });
    expect(await works(app, access)).toBe(true);
  });

  it('ends here with its grant, though its signature still holds', async () => {
    const { access, client, refresh: token } = await connect(app);
    expect(await works(app, access)).toBe(true);
    await send(app, '/oauth/revoke', { client_id: client, token });
    expect(await works(app, access)).toBe(false);
    expect((await verified(access)).payload.client_id).toBe(client);
  });

  it('is revoked and asked about like any other, one by one', async () => {
    const { access, client } = await connect(app);
    const about = { client_id: client, token: access };
    expect((await send(app, '/oauth/introspect', about)).body).toMatchObject({ active: true, client_id: client });
    expect((await send(app, '/oauth/revoke', about)).status).toBe(200);
    expect([(await send(app, '/oauth/introspect', about)).body.active, await works(app, access)]).toEqual([false, false]);
  });

  it('is given for a key, and on refresh, in the same form', async () => {
    const key = await app.key('ann@example.com');
    const { body } = await send(app, '/oauth/token', { grant_type: 'client_credentials', client_id: key.id, client_secret: key.raw });
    expect((await verified(body.access_token)).payload).toMatchObject({ sub: key.user, client_id: key.id });
    const { client, refresh: token } = await connect(app);
    expect((await verified((await refresh(app, client, token)).body.access_token)).payload.client_id).toBe(client);
  });

  it('that was altered, or signed by somebody else, is none', async () => {
    const { access } = await connect(app);
    const [header, payload, signature = ''] = access.split('.');
    for (const forged of [
      `${header}.${payload}.`,
      `${header}.${payload}.${signature.slice(0, -4)}AAAA`,
      `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`,
    ])
      expect(await works(app, forged)).toBe(false);
  });
});

describe('the keys', () => {
  const published = async () => (await app.call('GET', '/oauth/jwks')).body.keys;

  it('are published without what is private, and stored sealed', async () => {
    const [key] = await published();
    expect(key).toEqual({ kty: 'EC', crv: 'P-256', x: expect.any(String), y: expect.any(String), kid: expect.any(String), use: 'sig', alg: 'ES256' });
    const [stored] = await app.gatehouse.store.signingKeys.list();
    expect([stored?.sealed.includes('"d"'), stored?.publicKey.includes('"d"')]).toEqual([false, false]);
  });

  it('rotate: the new one is published before it signs, and the old one until what it signed has expired (a check that fails for an unknown key)', async () => {
    const kids = async () => (await published()).map(({ kid }: { kid: string }) => kid);
    const signed = async () => decodeProtectedHeader((await connect(app)).access).kid;
    const [old] = await kids();
    app.clock.advance(1);
    const next = await app.gatehouse.signingKeys.rotate();
    expect([await kids(), await signed()]).toEqual([[next.id, old], old]);
    app.clock.advance(119_000);
    const { access } = await connect(app);
    expect(decodeProtectedHeader(access).kid).toBe(old);
    app.clock.advance(61_000);
    expect([await signed(), await kids()]).toEqual([next.id, [next.id, old]]);
    app.clock.advance(600_000 - 61_000 - 1000);
    expect((await verified(access)).payload.iss).toBe(app.url);
    app.clock.advance(62_001);
    expect(await kids()).toEqual([next.id]);
    await app.gatehouse.signingKeys.rotate();
    expect((await app.gatehouse.signingKeys.list()).map(({ id }) => id)).not.toContain(old);
  });

  it('rotate twice in a row: what signs is the newest that everybody can know', async () => {
    app.clock.advance(3_600_000);
    const [known] = await published();
    for (let i = 0; i < 2; i += 1) {
      await app.gatehouse.signingKeys.rotate();
      app.clock.advance(1000);
    }
    expect(await published()).toHaveLength(3);
    expect(decodeProtectedHeader((await connect(app)).access).kid).toBe(known.kid);
  });

  it('are one, whoever asks first and however many do so at once', async () => {
    const other = await openApp(fixturePlatform);
    try {
      const sets = await Promise.all(Array.from({ length: 6 }, () => other.call('GET', '/oauth/jwks')));
      expect(new Set(sets.map(({ text }) => text)).size).toBe(1);
      expect(await other.gatehouse.signingKeys.list()).toHaveLength(1);
    } finally {
      await other.close();
    }
  });
});
