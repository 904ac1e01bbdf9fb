import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixturePlatform } from '../../../../test/support/fixture-platform.js';
import { type Answer, type TestApp, openApp } from '../../../../test/support/open-app.js';
import { connect, newClient, refresh, register, send, works } from './program.js';

let app: TestApp;
beforeAll(async () => {
  app = await openApp(fixturePlatform);
});
afterAll(() => app.close());

const revoke = (client: string, token: string, more: Readonly<Record<string, string>> = {}): Promise<Answer> =>
  send(app, '/oauth/revoke', { client_id: client, token, ...more });
const introspect = async (client: string, token: string, more: Readonly<Record<string, string>> = {}) =>
  (await send(app, '/oauth/introspect', { client_id: client, token, ...more })).body;

describe('revocation', () => {
  it('of an access token ends that one at once, and its grant goes on', async () => {
    const { client, access, refresh: token } = await connect(app);
    expect(await works(app, access)).toBe(true);
    const { status, text } = await revoke(client, access);
    expect([status, text, await works(app, access)]).toEqual([200, '', false]);
    expect((await refresh(app, client, token)).status).toBe(200);
  });

  it('of a refresh token ends its grant, with every token of it, and no other grant', async () => {
    const { client, browser, access, refresh: token } = await connect(app);
    const other = await connect(app, { browser, client });
    expect((await revoke(client, token, { token_type_hint: 'access_token' })).status).toBe(200);
    expect([await works(app, access), (await refresh(app, client, token)).body.error]).toEqual([false, 'invalid_grant']);
    expect([await works(app, other.access), (await refresh(app, client, other.refresh)).status]).toEqual([true, 200]);
  });

  it('of a refresh token that was replaced ends its grant as well', async () => {
    const { client, refresh: token } = await connect(app);
    const { body } = await refresh(app, client, token);
    await revoke(client, token);
    expect(await works(app, body.access_token)).toBe(false);
  });

  it('of what is unknown, or somebody else has, is answered alike, and ends nothing (revoking the tokens of others)', async () => {
    const { access, refresh: token } = await connect(app);
    const stranger = await newClient(app);
    const answers = [await revoke(stranger, 'x'), await revoke(stranger, access), await revoke(stranger, token)];
    expect(answers.map(({ status, text }) => [status, text])).toEqual(Array(3).fill([200, '']));
    expect(await works(app, access)).toBe(true);
  });

  it('needs a program that is known, and a token', async () => {
    expect((await revoke('nobody', 'x')).body.error).toBe('invalid_client');
    expect((await revoke(await newClient(app), '')).body.error).toBe('invalid_request');
    expect((await app.call('POST', '/oauth/revoke', { body: 'x', headers: { 'content-type': 'x' } })).status).toBe(400);
    const { client, access } = await connect(app);
    const twice = new URLSearchParams(`client_id=${client}&token=${access}&token=x`);
    for (const path of ['/oauth/revoke', '/oauth/introspect']) expect((await send(app, path, twice)).body.error).toBe('invalid_request');
    expect(await works(app, access)).toBe(true);
  });
});

describe('introspection', () => {
  it('tells a program of its own tokens', async () => {
    const { client, access, refresh: token } = await connect(app);
    const now = Math.floor(app.clock.now() / 1000);
    expect(await introspect(client, access)).toMatchObject({
      active: true,
      client_id: client,
      scope: 'things:read things:write',
      aud: `${app.url}/mcp`,
      iss: app.url,
      token_type: 'Bearer',
      sub: expect.any(String),
    });
    const { iat, exp } = await introspect(client, access);
    expect(exp - iat).toBe(3600);
    expect(now).toBeGreaterThan(0);
    expect(await introspect(client, token)).toMatchObject({ active: true, client_id: client });
  });

  it('says no more than that it is none of what is unknown, ended, or somebody else has (token scanning)', async () => {
    const { client, access, refresh: token } = await connect(app);
    const stranger = await newClient(app);
    for (const value of [access, token, 'x']) expect(await introspect(stranger, value)).toEqual({ active: false });
    await refresh(app, client, token);
    expect(await introspect(client, token)).toEqual({ active: false });
    await revoke(client, access);
    expect(await introspect(client, access)).toEqual({ active: false });
    const ended = await connect(app);
    await revoke(ended.client, ended.refresh);
    for (const value of [ended.access, ended.refresh]) expect(await introspect(ended.client, value)).toEqual({ active: false });
    const other = await connect(app);
    app.clock.advance(3_600_000);
    expect(await introspect(other.client, other.access)).toEqual({ active: false });
  });
});

describe('an API key', () => {
  it('revokes and asks about the tokens that it was traded for, and no others', async () => {
    const key = await app.key('ann@example.com');
    const as = { client_secret: key.raw };
    const traded = async () => (await send(app, '/oauth/token', { grant_type: 'client_credentials', client_id: key.id, ...as })).body.access_token;
    const [one, two] = [await traded(), await traded()];
    expect(await introspect(key.id, one, as)).toMatchObject({
      active: true,
      client_id: key.id,
      sub: key.user,
      scope: 'things:read things:write',
      aud: `${app.url}/mcp`,
    });
    expect((await revoke(key.id, one, as)).status).toBe(200);
    expect([await works(app, one), await works(app, two), (await introspect(key.id, one, as)).active]).toEqual([false, true, false]);
    const { access } = await connect(app);
    expect([(await introspect(key.id, access, as)).active, (await revoke(key.id, access, as)).status, await works(app, access)]).toEqual([false, 200, true]);
    const wrong = { client_secret: `${key.raw.slice(0, 20)}${'0'.repeat(key.raw.length - 20)}` };
    expect((await revoke(key.id, two, wrong)).status).toBe(401);
  });
});

describe('a program with a secret', () => {
  it('needs it at every endpoint, in a header or in the body, and none of another kind', async () => {
    const { body } = await register(app, { token_endpoint_auth_method: 'client_secret_basic' });
    const { client_id: client, client_secret: secret } = body;
    const basic = { authorization: `Basic ${Buffer.from(`${client}:${secret}`).toString('base64')}` };
    expect((await send(app, '/oauth/revoke', { token: 'x' }, basic)).status).toBe(200);
    expect((await revoke(client, 'x', { client_secret: secret })).status).toBe(200);
    for (const wrong of [{}, { client_secret: 'x' }, { client_secret: '' }, { client_secret: `${secret}x` }])
      expect((await revoke(client, 'x', wrong)).status).toBe(401);
    const stored = await app.gatehouse.store.clients.find(client);
    expect((await revoke(client, 'x', { client_secret: stored?.secretHash ?? '' })).status).toBe(401);
  });
});
