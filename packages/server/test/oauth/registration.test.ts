import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixturePlatform } from '../../../../test/support/fixture-platform.js';
import { type TestApp, openApp } from '../../../../test/support/open-app.js';
import { sha256 } from '../../src/domain/presented.js';
import { Clients } from '../../src/services/authorization/clients.js';
import { ClientDocuments } from '../../src/services/authorization/documents.js';
import { createEgress } from '../../src/services/egress.js';
import { CALLBACK, register } from './program.js';

let app: TestApp;
beforeAll(async () => {
  app = await openApp(fixturePlatform);
});
afterAll(() => app.close());

/** One address may register 60 in an hour. */
const anHourLater = (): void => app.clock.advance(3_600_001);

describe('what a program says of itself', () => {
  it('is little: a redirect URI is enough, the rest is native, public, with refresh tokens', async () => {
    const { status, headers, body } = await app.call('POST', '/oauth/register', { body: { redirect_uris: [CALLBACK] } });
    expect([status, headers.get('cache-control')]).toEqual([201, 'no-store']);
    expect(body).toEqual({
      client_id: expect.any(String),
      client_id_issued_at: app.clock.now() / 1000,
      redirect_uris: [CALLBACK],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      application_type: 'native',
    });
  });

  it('is dropped where it is unknown, and so is the scope, which would bar every step-up', async () => {
    const { body } = await register(app, {
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials', 'urn:ietf:params:oauth:grant-type:device_code', 'implicit'],
      scope: 'things:read',
      software_statement: 'eyJ',
      logo_uri: 'https://evil.example/x.png',
      nonsense: { deep: [1] },
    });
    expect(Object.keys(body).sort()).toEqual(
      [
        'application_type',
        'client_id',
        'client_id_issued_at',
        'client_name',
        'grant_types',
        'redirect_uris',
        'response_types',
        'token_endpoint_auth_method',
      ].sort(),
    );
    expect(body.grant_types).toEqual(['authorization_code', 'refresh_token']);
  });

  it('need not name refresh_token among its grants: programs leave it out and refresh all the same (Zed)', async () => {
    expect((await register(app, { grant_types: ['authorization_code'] })).body.grant_types).toEqual(['authorization_code', 'refresh_token']);
  });

  it('has a bounded size, and a name that is cut', async () => {
    expect((await register(app, { client_name: 'x'.repeat(5000) })).body.client_name).toBe(`${'x'.repeat(100)}…`);
    expect(await register(app, { client_uri: 'x'.repeat(40_000) })).toMatchObject({ status: 413, body: { error: 'invalid_client_metadata' } });
    expect((await register(app, { redirect_uris: Array.from({ length: 21 }, (_, i) => `https://a.example/${i}`) })).body.error).toBe('invalid_redirect_uri');
  });
});

describe('a secret', () => {
  it('is given to those alone that ask for one, once, and stored as its hash', async () => {
    const { body } = await register(app, { token_endpoint_auth_method: 'client_secret_basic' });
    expect(body).toMatchObject({ client_secret: expect.stringMatching(/^ghc_[\w-]{43}$/), client_secret_expires_at: 0 });
    const stored = await app.gatehouse.store.clients.find(body.client_id);
    expect([stored?.secretHash, stored?.metadata.includes(body.client_secret)]).toEqual([sha256(body.client_secret), false]);
    expect((await register(app)).body).not.toHaveProperty('client_secret');
  });

  it('is no shared one where a program signs: it gives its public keys, and no private one', async () => {
    const key = { kty: 'EC', crv: 'P-256', x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU', y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0' };
    const signing = { token_endpoint_auth_method: 'private_key_jwt' };
    expect((await register(app, { ...signing, jwks: { keys: [key] } })).body).toMatchObject({ ...signing, jwks: { keys: [key] } });
    expect((await register(app, { ...signing, jwks_uri: 'https://program.example/keys' })).status).toBe(201);
    for (const wrong of [
      {},
      { jwks: { keys: [{ ...key, d: 'secret' }] } },
      { jwks: { keys: [{ kty: 'oct', k: 'secret' }] } },
      { jwks: { keys: [] } },
      { jwks_uri: 'http://program.example/keys' },
    ])
      expect((await register(app, { ...signing, ...wrong })).body.error).toBe('invalid_client_metadata');
  });
});

describe('a redirect URI', () => {
  it.each([
    'http://evil.example/callback',
    'http://127.0.0.2/callback',
    'http://localhost.evil.example/callback',
    'http://2130706433/x/../callback@evil.example',
    'javascript:alert(1)',
    'JavaScript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
    'blob:https://a.example/x',
    'https://a.example/callback#fragment',
    'https://a.example/callback#',
    'https://user:password@a.example/callback',
    'https://*.example/callback',
    'https://a.example/call back',
    'https://a.example\\@evil.example/callback',
    '/callback',
    'callback',
    '',
    'https://',
    'https:a.example/callback',
    'https:///a.example/callback',
    'HTTPS://a.example/callback',
    'https://A.example/callback',
    'https://a;b/callback',
    "https://a'b/callback",
    'https://1.1/callback',
  ])('cannot be %s', async (uri) => {
    const { status, body } = await register(app, { redirect_uris: [CALLBACK, uri] });
    expect([status, body.error]).toEqual([400, 'invalid_redirect_uri']);
  });

  it('is told back in plain ASCII, whatever it holds (RFC 7591, section 3.2.2)', async () => {
    const { body } = await register(app, { redirect_uris: [`http://\u00e9vil.example/"x\\${'y'.repeat(300)}`] });
    expect(body.error_description).toMatch(/^The redirect URI http:\/\/\?vil\.example\/\?x\?y+\? is no absolute URI\.$/);
  });

  it('is needed', async () => {
    for (const redirect_uris of [undefined, [], 'https://a.example', [7]])
      expect((await register(app, { redirect_uris })).body.error).toBe('invalid_redirect_uri');
  });
});

describe('what is no registration', () => {
  it.each([
    [{}, { 'content-type': 'application/x-www-form-urlencoded' }],
    ['{}', { 'content-type': '' }],
    ['{}', { 'content-type': 'application/json/x' }],
    ['{}', { 'content-type': ';;;' }],
    ['{', { 'content-type': 'application/json' }],
    ['[]', { 'content-type': 'application/json' }],
    ['null', { 'content-type': 'application/json' }],
    ['{"redirect_uris":["https://a.example/\\ud800"]}', { 'content-type': 'application/json' }],
  ])('is 400: %j as %j', async (body, headers) => {
    const answer = await app.call('POST', '/oauth/register', { body, headers: headers as Record<string, string> });
    expect([answer.status, typeof answer.body.error, typeof answer.body.error_description]).toEqual([400, 'string', 'string']);
  });

  it.each([{ grant_types: ['client_credentials'] }, { response_types: ['token'] }, { token_endpoint_auth_method: 'client_secret_jwt' }, { grant_types: 'x' }])(
    'is refused where it can come to nothing: %j',
    async (metadata) => {
      expect((await register(app, metadata)).body.error).toBe('invalid_client_metadata');
    },
  );
});

describe('those that register and are never let in', () => {
  it('are forgotten within the hour', async () => {
    anHourLater();
    const { body } = await register(app);
    expect(await app.gatehouse.clients.find(body.client_id)).toBeDefined();
    app.clock.advance(3_600_000);
    expect(await app.gatehouse.clients.find(body.client_id)).toBeUndefined();
  });

  it('are 60 an hour from one address: the next is 429, and says when to come again (row flooding)', async () => {
    anHourLater();
    const answers = await Promise.all(Array.from({ length: 61 }, () => register(app)));
    const late = answers.filter(({ status }) => status === 429);
    expect([answers.filter(({ status }) => status === 201).length, late.length]).toEqual([60, 1]);
    expect([late[0]?.body.error, Number(late[0]?.headers.get('retry-after'))]).toEqual(['rate_limited', 60]);
  });

  it('are bounded in all, and room is made by those whose hour is over', async () => {
    const { store } = app.gatehouse;
    anHourLater();
    await store.clients.forget(app.clock.now());
    const clients = new Clients({ store, documents: none, blocked: () => false, random: randomBytes, newId: randomUUID, now: app.clock.now, waiting: 3 });
    const one = () => clients.register({ redirect_uris: [CALLBACK] });
    expect(await Promise.all([one(), one(), one(), one(), one()])).toEqual(expect.arrayContaining(['full', 'full']));
    expect((await clients.list()).length).toBe(3);
    anHourLater();
    expect(await one()).toMatchObject({ client: { kind: 'registered' } });
  });
});

/** No document is asked for here. */
const none = new ClientDocuments({ taken: false, egress: createEgress({ allowLoopback: false }), now: Date.now, allowLoopback: false, log: () => {} });
