import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixturePlatform } from '../../../../test/support/fixture-platform.js';
import { type TestApp, openApp } from '../../../../test/support/open-app.js';
import { Browser, type Connected, connect, newClient, refresh, register, works } from './program.js';

let app: TestApp;
beforeAll(async () => {
  app = await openApp(fixturePlatform);
});
afterAll(() => app.close());

describe('a refresh', () => {
  it('eight times at once answers the same successor, and every access token works (refresh atomicity)', async () => {
    const { client, refresh: token } = await connect(app);
    const answers = await Promise.all(Array.from({ length: 8 }, () => refresh(app, client, token)));
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
    expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1);
    expect(new Set(answers.map(({ body }) => body.access_token)).size).toBe(8);
    for (const { body } of answers) expect(await works(app, body.access_token)).toBe(true);
  });

  it('whose answer was lost is repeated within half a minute', async () => {
    const { client, refresh: token } = await connect(app);
    const first = (await refresh(app, client, token)).body;
    app.clock.advance(29_000);
    const { body } = await refresh(app, client, token);
    expect([body.refresh_token, await works(app, body.access_token)]).toEqual([first.refresh_token, true]);
    expect((await refresh(app, client, body.refresh_token)).status).toBe(200);
  });

  it('that is repeated when its successor was refreshed too answers the newest: nobody holds a token that would end the grant (two that share one store)', async () => {
    const { client, refresh: token } = await connect(app);
    const { body: second } = await refresh(app, client, token);
    app.clock.advance(5000);
    const { body: third } = await refresh(app, client, second.refresh_token);
    app.clock.advance(5000);
    const { body: repeated } = await refresh(app, client, token);
    expect([repeated.refresh_token, await works(app, repeated.access_token)]).toEqual([third.refresh_token, true]);
    app.clock.advance(3_600_000);
    expect((await refresh(app, client, repeated.refresh_token)).status).toBe(200);
  });

  it('that comes later is a thief or follows one: its grant ends, and no other device of the same person (refresh token replay)', async () => {
    const stolen = await connect(app);
    const { client, browser } = stolen;
    const other = await connect(app, { browser, client });
    const { body } = await refresh(app, client, stolen.refresh);
    app.clock.advance(30_000);
    const replayed = await refresh(app, client, stolen.refresh);
    expect([replayed.status, replayed.body.error]).toEqual([400, 'invalid_grant']);
    expect([await works(app, body.access_token), await works(app, stolen.access)]).toEqual([false, false]);
    expect((await refresh(app, client, body.refresh_token)).body.error).toBe('invalid_grant');
    expect([await works(app, other.access), (await refresh(app, client, other.refresh)).status]).toEqual([true, 200]);
    expect(app.logged()).toContain('refresh_token_replayed');
  });

  it('is for the program that the token was given to; another one ends nothing by trying (token theft, denial of service)', async () => {
    const { client, refresh: token } = await connect(app);
    const thief = await newClient(app);
    expect((await refresh(app, thief, token)).body.error).toBe('invalid_grant');
    expect((await refresh(app, client, token)).status).toBe(200);
    app.clock.advance(31_000);
    expect((await refresh(app, thief, token)).body.error).toBe('invalid_grant');
    const { user } = await new Browser(app).signIn();
    expect((await app.gatehouse.grants.list(user)).some((grant) => grant.client === client)).toBe(true);
  });

  it('may ask for less, for a time; for more it is refused, and nothing is used up (scope escalation)', async () => {
    const { client, refresh: token } = await connect(app, { choice: { scopes: ['things:read'] } });
    for (const scope of ['things:write', 'things:read things:write', '*', 'unknown:scope'])
      expect((await refresh(app, client, token, { scope })).body.error).toBe('invalid_scope');
    const wide = await connect(app);
    const narrow = (await refresh(app, wide.client, wide.refresh, { scope: 'things:read offline_access' })).body;
    expect(narrow.scope).toBe('things:read');
    expect((await app.call('POST', '/api/v1/things', { token: narrow.access_token, body: { name: 'x' } })).status).toBe(403);
    expect((await refresh(app, wide.client, narrow.refresh_token)).body.scope).toBe('things:read things:write');
    expect((await refresh(app, client, token)).status).toBe(200);
  });

  it('for a foreign resource is refused, and nothing is used up (audience confusion)', async () => {
    const { client, refresh: token } = await connect(app);
    expect((await refresh(app, client, token, { resource: 'https://other.example/mcp' })).body.error).toBe('invalid_target');
    app.clock.advance(31_000);
    expect((await refresh(app, client, token)).status).toBe(200);
  });

  it('is no longer possible once its person is no member, or has taken it back', async () => {
    const { client, refresh: token, access, browser } = await connect(app, { email: 'gone@example.com' });
    const { user } = await browser.signIn('gone@example.com');
    expect(await app.gatehouse.grants.revokeClient(user, client)).toBe(1);
    expect([(await refresh(app, client, token)).body.error, await works(app, access)]).toEqual(['invalid_grant', false]);
    const again = await connect(app, { browser, client, email: 'gone@example.com' });
    const { tenant } = await browser.signIn('gone@example.com');
    await app.gatehouse.store.departures.endMembership(tenant, user);
    expect((await refresh(app, client, again.refresh)).body.error).toBe('invalid_grant');
  });

  it('is possible for 30 days, and each begins them anew', async () => {
    const day = 86_400_000;
    let connected: Pick<Connected, 'client' | 'refresh'> = await connect(app);
    for (let i = 0; i < 2; i += 1) {
      app.clock.advance(29 * day);
      const { status, body } = await refresh(app, connected.client, connected.refresh);
      expect(status).toBe(200);
      connected = { client: connected.client, refresh: body.refresh_token };
    }
    app.clock.advance(30 * day);
    expect((await refresh(app, connected.client, connected.refresh)).body.error).toBe('invalid_grant');
  });

  it('stands in the log with the program that asked, whether it got one or not; who only says to be it does not', async () => {
    const { client, refresh: token } = await connect(app);
    const asked = async (...of: Parameters<typeof refresh>) => {
      const before = app.logged().length;
      await refresh(...of);
      return JSON.parse(app.logged().slice(before).trim().split('\n').at(-1) ?? '');
    };
    expect(await asked(app, client, token)).toMatchObject({ operation: 'oauth_token', status: 200, client });
    expect(await asked(app, client, 'x')).toMatchObject({ status: 400, code: 'invalid_grant', reason: 'unknown', client });
    const { client_id: secretive } = (await register(app, { token_endpoint_auth_method: 'client_secret_post' })).body;
    expect(await asked(app, secretive, 'x', { client_secret: 'x' })).not.toHaveProperty('client');
  });

  it('is not of what looks like a token, an access token or nothing', async () => {
    const { client, access } = await connect(app);
    for (const token of ['x', access, `ghr_${'A'.repeat(43)}`]) expect((await refresh(app, client, token)).body.error).toBe('invalid_grant');
    expect((await refresh(app, client, '')).body.error).toBe('invalid_request');
  });
});

it('an access token ends after its hour', async () => {
  const { access } = await connect(app);
  app.clock.advance(3_599_000);
  expect(await works(app, access)).toBe(true);
  app.clock.advance(1000);
  expect(await works(app, access)).toBe(false);
});
