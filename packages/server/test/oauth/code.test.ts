import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fixturePlatform } from '../../../../test/support/fixture-platform.js';
import { type TestApp, openApp } from '../../../../test/support/open-app.js';
import { adapters } from '../../src/surfaces/oauth/adapter.js';
import { type Browser, CALLBACK, type Query, attempt, coded, newClient, openProgram, redeem, refresh, send, works } from './program.js';

let app: TestApp;
let browser: Browser;
let client: string;
beforeAll(async () => {
  ({ app, client, browser } = await openProgram());
});
afterAll(() => app.close());
beforeEach(() => browser.signIn());

const newCode = (query?: Query) => coded(browser, client, query);

describe('a code that comes twice', () => {
  it('fails the second time, and ends what the first gave: access and refresh token (code double redemption)', async () => {
    const { asked, code } = await newCode();
    const first = await redeem(app, client, code, asked);
    expect([first.status, await works(app, first.body.access_token)]).toEqual([200, true]);
    const second = await redeem(app, client, code, asked);
    expect([second.status, second.body.error]).toEqual([400, 'invalid_grant']);
    expect(await works(app, first.body.access_token)).toBe(false);
    expect((await refresh(app, client, first.body.refresh_token)).body.error).toBe('invalid_grant');
    expect(app.logged()).toContain('authorization_code_replayed');
  });

  it('or eight times at once gives one answer, and what that gave is ended (code double redemption, in parallel)', async () => {
    const { asked, code } = await newCode();
    const answers = await Promise.all(Array.from({ length: 8 }, () => redeem(app, client, code, asked)));
    const won = answers.filter(({ status }) => status === 200);
    expect([won.length, answers.filter(({ body }) => body.error === 'invalid_grant').length]).toEqual([1, 7]);
    expect(await works(app, won[0]?.body.access_token)).toBe(false);
  });

  it('to two who have both found it unused goes to one of them; so does an assertion (a library that looks first and stores then)', async () => {
    const { store, clients } = app.gatehouse;
    const { user } = await browser.signIn('raced@example.com');
    const { code } = await newCode();
    const { now } = app.clock;
    const kept = adapters({ store, clients, issuer: app.url, now, machineNow: now, log: () => {} }, { InvalidGrant: RangeError, InvalidClientAuth: TypeError });
    const [one, other] = [kept('AuthorizationCode'), kept('AuthorizationCode')];
    expect(await Promise.all([one.find(code), other.find(code)])).toEqual(Array(2).fill(expect.not.objectContaining({ consumed: expect.anything() })));
    await one.consume(code);
    expect((await app.gatehouse.grants.list(user)).length).toBe(1);
    await expect(other.consume(code)).rejects.toThrow(RangeError);
    expect(await app.gatehouse.grants.list(user)).toEqual([]);
    await kept('ReplayDetection').upsert('an assertion', {}, 60);
    await expect(kept('ReplayDetection').upsert('an assertion', {}, 60)).rejects.toThrow(TypeError);
  });

  it('after its minute ends it still', async () => {
    const { asked, code } = await newCode();
    const { body } = await redeem(app, client, code, asked);
    app.clock.advance(120_000);
    expect((await redeem(app, client, code, asked)).body.error).toBe('invalid_grant');
    expect(await works(app, body.access_token)).toBe(false);
  });

  it('from somebody who has not its verifier ends nothing (denial of service by a leaked code)', async () => {
    const { asked, code } = await newCode();
    const { body } = await redeem(app, client, code, asked);
    expect((await redeem(app, client, code, attempt(client))).status).toBe(400);
    expect(await works(app, body.access_token)).toBe(true);
  });
});

describe('a code is good', () => {
  it('for a minute', async () => {
    const early = await newCode();
    app.clock.advance(59_000);
    expect((await redeem(app, client, early.code, early.asked)).status).toBe(200);
    const late = await newCode();
    app.clock.advance(60_000);
    expect((await redeem(app, client, late.code, late.asked)).body.error).toBe('invalid_grant');
  });

  it('for the program that asked, and no other (code injection)', async () => {
    const { asked, code } = await newCode();
    const other = await newClient(app);
    expect((await redeem(app, other, code, asked)).body.error).toBe('invalid_grant');
    expect((await redeem(app, client, code, asked)).status).toBe(200);
  });

  it('with its own verifier (code interception)', async () => {
    const { asked, code } = await newCode();
    for (const code_verifier of ['', 'x'.repeat(43), createHash('sha256').update(asked.verifier).digest('base64url')])
      expect((await redeem(app, client, code, asked, { code_verifier })).body.error).toBe('invalid_grant');
    expect((await redeem(app, client, code, asked)).status).toBe(200);
  });

  it('with the address that it was sent to', async () => {
    const { asked, code } = await newCode();
    for (const redirect_uri of [`${CALLBACK}/`, 'http://127.0.0.1:33419/callback', 'https://evil.example/callback'])
      expect((await redeem(app, client, code, asked, { redirect_uri })).body.error).toBe('invalid_grant');
    expect((await redeem(app, client, code, asked)).status).toBe(200);
  });

  it('while its grant is', async () => {
    const { asked, code } = await newCode();
    const { user } = await browser.signIn();
    await app.gatehouse.grants.revokeClient(user, client);
    expect((await redeem(app, client, code, asked)).body.error).toBe('invalid_grant');
  });
});

describe('a resource', () => {
  const ours = ['', '/', '/mcp', '/mcp/'];

  it('that is ours in whichever spelling, or none, is one: what the token is for', async () => {
    for (const [i, path] of [...ours, undefined].entries()) {
      const { asked, code } = await newCode(path === undefined ? {} : { resource: app.url + path });
      const again = ours[(i + 1) % ours.length] ?? '';
      const { status, body } = await redeem(app, client, code, asked, path === undefined ? {} : { resource: app.url + again });
      expect([path, status, await works(app, body.access_token)]).toEqual([path, 200, true]);
      expect((await refresh(app, client, body.refresh_token, { resource: app.url + again })).status).toBe(200);
    }
  });

  it('is ours in upper case too, as far as case means nothing there (MCP, Canonical Server URI), and with the port that goes without saying', async () => {
    const other = await openApp(fixturePlatform, { flags: { publicUrl: 'https://api.example.com' } });
    try {
      const key = await other.key('ann@example.com');
      const asked = async (resource: string) =>
        (await send(other, '/oauth/token', { grant_type: 'client_credentials', client_id: key.id, client_secret: key.raw, resource })).status;
      for (const ours of ['HTTPS://API.Example.com/mcp', 'https://api.example.com:443/mcp/', 'HTTPS://API.EXAMPLE.COM'])
        expect([ours, await asked(ours)]).toEqual([ours, 200]);
      for (const foreign of [
        'https://api.example.com/MCP',
        'https://api.example.com:444/mcp',
        'https://api.example.com/mcp#',
        'https://api.example.com/mcp?',
        'https://x@api.example.com/mcp',
        'http://api.example.com/mcp',
      ])
        expect([foreign, await asked(foreign)]).toEqual([foreign, 400]);
    } finally {
      await other.close();
    }
  });

  it('that is foreign is refused before the code is redeemed (audience confusion)', async () => {
    const { asked, code } = await newCode();
    for (const resource of ['https://other.example/mcp', `${app.url}/other`, `${app.url}.evil.example/mcp`, 'mcp', `${app.url}/mcp?x`]) {
      const { status, body } = await redeem(app, client, code, asked, { resource });
      expect([resource, status, body.error]).toEqual([resource, 400, 'invalid_target']);
    }
    const form = new URLSearchParams({ grant_type: 'authorization_code', client_id: client, code, redirect_uri: CALLBACK, code_verifier: asked.verifier });
    form.append('resource', `${app.url}/mcp`);
    form.append('resource', 'https://other.example/mcp');
    expect((await send(app, '/oauth/token', form)).body.error).toBe('invalid_target');
    expect((await redeem(app, client, code, asked)).status).toBe(200);
  });
});

describe('the token endpoint', () => {
  it('gives every program a refresh token, one that forgot to say that it refreshes too', async () => {
    const forgetful = await newClient(app, { grant_types: ['authorization_code'] });
    const { asked, code } = await coded(browser, forgetful);
    const { body } = await redeem(app, forgetful, code, asked);
    expect((await refresh(app, forgetful, body.refresh_token)).status).toBe(200);
  });

  it('answers 401 invalid_client to a program that it does not know', async () => {
    const { status, body, headers } = await redeem(app, 'nobody', 'x', attempt(client));
    expect([status, body.error, headers.get('cache-control')]).toEqual([401, 'invalid_client', 'no-store']);
  });

  it.each([
    ['/oauth/token', 'grant_type=refresh_token'],
    ['/oauth/revoke', 'token=x'],
  ])('%s takes no longer for a form of as many names as there is room for', async (path, good) => {
    const more = Array.from({ length: 16_000 }, (_, i) => `${i.toString(36)}=1`).join('&');
    const took: number[] = [];
    for (let i = 0; i < 8; i += 1) {
      const began = performance.now();
      expect((await send(app, path, new URLSearchParams(`${good}&${more}`.slice(0, 65_000)))).status).toBe(400);
      took.push(performance.now() - began);
    }
    expect(Math.min(...took)).toBeLessThan(50);
  });

  it.each([
    ['no type', {}, 'x=1'],
    ['a malformed type', { 'content-type': 'application/x-www-form-urlencoded/x;;=' }, 'x=1'],
    ['nonsense for a type', { 'content-type': '\u00ff' }, 'x=1'],
    ['another type', { 'content-type': 'text/plain' }, 'x=1'],
    ['broken JSON', { 'content-type': 'application/json' }, '{'],
    ['JSON that is no object', { 'content-type': 'application/json' }, '[]'],
    ['JSON that is no text', { 'content-type': 'application/json' }, '{"grant_type":{"a":1}}'],
    ['no grant type', { 'content-type': 'application/x-www-form-urlencoded' }, 'client_id=x'],
    ['a parameter that comes twice', { 'content-type': 'application/x-www-form-urlencoded' }, 'grant_type=refresh_token&grant_type=refresh_token'],
    [
      'two ways to authenticate',
      { 'content-type': 'application/x-www-form-urlencoded', authorization: 'Basic eDp5' },
      'grant_type=refresh_token&client_secret=x&client_id=x',
    ],
    ['broken credentials', { 'content-type': 'application/x-www-form-urlencoded', authorization: 'Basic %%%' }, 'grant_type=refresh_token'],
    ['half of a credential', { 'content-type': 'application/x-www-form-urlencoded', authorization: 'Basic' }, 'grant_type=refresh_token'],
  ])('answers 400 to %s (a malformed header must not crash)', async (_what, headers, body) => {
    const response = await fetch(`${app.url}/oauth/token`, { method: 'POST', headers: headers as Record<string, string>, body: Buffer.from(body) });
    expect([response.status, await response.json()]).toEqual([400, { error: 'invalid_request', error_description: expect.any(String) }]);
  });

  it('says so where a grant type is unknown', async () => {
    expect((await send(app, '/oauth/token', { grant_type: 'password', client_id: client })).body.error).toBe('unsupported_grant_type');
  });

  it('takes no larger a body than it needs', async () => {
    // The second one is refused before it is read: in the same words.
    for (const length of [70_000, 2_000_000]) {
      const { status, body, headers } = await send(app, '/oauth/token', { grant_type: 'x'.repeat(length) });
      expect([status, body]).toEqual([413, { error: 'invalid_request', error_description: expect.stringContaining('larger than') }]);
      expect([headers.get('cache-control'), headers.get('content-type')]).toEqual(['no-store', 'application/json; charset=utf-8']);
    }
  });
});
