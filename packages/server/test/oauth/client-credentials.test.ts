import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixturePlatform } from '../../../../test/support/fixture-platform.js';
import { type Answer, type TestApp, type TestKey, openApp } from '../../../../test/support/open-app.js';
import { send, works } from './program.js';

let app: TestApp;
let key: TestKey;
beforeAll(async () => {
  app = await openApp(fixturePlatform);
  key = await app.key('ann@example.com');
});
afterAll(() => app.close());

const trade = (id: string, secret: string, more: Readonly<Record<string, string>> = {}): Promise<Answer> =>
  send(app, '/oauth/token', { grant_type: 'client_credentials', client_id: id, client_secret: secret, ...more });
const basic = (id: string, secret: string): Record<string, string> => ({ authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` });

describe('an API key is traded for an access token', () => {
  it('in a form, by HTTP Basic and in JSON; there is no refresh token with it', async () => {
    const answers = [
      await trade(key.id, key.raw),
      await send(app, '/oauth/token', { grant_type: 'client_credentials' }, basic(key.id, key.raw)),
      await app.call('POST', '/oauth/token', { body: { grant_type: 'client_credentials', client_id: key.id, client_secret: key.raw } }),
      // What has no value was not sent (RFC 6749, section 3.2).
      await send(app, '/oauth/token', { grant_type: 'client_credentials', client_id: '', client_secret: '', scope: '', resource: '' }, basic(key.id, key.raw)),
    ];
    for (const { status, headers, body } of answers) {
      expect(body).toEqual({ access_token: expect.stringMatching(/^gha_/), token_type: 'Bearer', expires_in: 3600, scope: 'things:read things:write' });
      expect([status, headers.get('cache-control'), await works(app, body.access_token)]).toEqual([200, 'no-store', true]);
    }
  });

  it('with the scopes of the key, or fewer of them; never with more (scope escalation)', async () => {
    const reader = await app.key('ann@example.com', ['things:read']);
    expect((await trade(reader.id, reader.raw)).body.scope).toBe('things:read');
    for (const scope of ['things:write', 'things:read things:write', '*', 'no:such'])
      expect((await trade(reader.id, reader.raw, { scope })).body.error).toBe('invalid_scope');
    for (const scope of ['*', 'no:such', 'things:read *']) expect((await trade(key.id, key.raw, { scope })).body.error).toBe('invalid_scope');
    // RFC 6749, section 5.2: no quotation mark, no backslash, nothing but ASCII.
    expect((await trade(reader.id, reader.raw, { scope: 'a"b\\c\u00e9' })).body.error_description).toBe('The key does not hold a?b?c?.');
    const { body } = await trade(key.id, key.raw, { scope: 'things:read' });
    expect(body.scope).toBe('things:read');
    expect((await app.call('POST', '/api/v1/things', { token: body.access_token, body: { name: 'x' } })).status).toBe(403);
  });

  it('for our resource, in any spelling, and for no other', async () => {
    expect((await trade(key.id, key.raw, { resource: `${app.url}/mcp/` })).status).toBe(200);
    expect((await trade(key.id, key.raw, { resource: 'https://other.example' })).body.error).toBe('invalid_target');
  });

  it('which ends with the key, at once, and with the membership of who holds it', async () => {
    const brief = await app.key('ann@example.com');
    const { body } = await trade(brief.id, brief.raw);
    expect(await works(app, body.access_token)).toBe(true);
    await app.gatehouse.keys.revoke(brief.tenant, brief.id);
    expect([await works(app, body.access_token), (await trade(brief.id, brief.raw)).status]).toEqual([false, 401]);
    const left = await app.key('left@example.com');
    const { access_token: held } = (await trade(left.id, left.raw)).body;
    expect(await works(app, held)).toBe(true);
    await app.gatehouse.store.departures.endMembership(left.tenant, left.user);
    await app.gatehouse.store.changes.barrier([`role:${left.tenant}:${left.user}`]);
    expect([await works(app, held), (await trade(left.id, left.raw)).status]).toEqual([false, 401]);
  });

  it('while the key is good', async () => {
    const disabled = await app.key('ann@example.com');
    await app.gatehouse.keys.setDisabled(disabled.tenant, disabled.id, true);
    expect((await trade(disabled.id, disabled.raw)).status).toBe(401);
    const brief = await app.key('ann@example.com', ['*'], { expiresAt: app.clock.now() + 1000 });
    app.clock.advance(1000);
    expect((await trade(brief.id, brief.raw)).status).toBe(401);
  });
});

describe('an unknown id and a wrong secret', () => {
  it('are answered alike: 401 invalid_client (probing for ids)', async () => {
    const other = await app.key('eve@example.com');
    const wrong = `${key.raw.slice(0, -1)}${key.raw.endsWith('0') ? '1' : '0'}`;
    const answers = [await trade('nobody', key.raw), await trade(key.id, wrong), await trade(key.id, other.raw)];
    const [first] = answers;
    for (const { status, text, headers } of answers) expect([status, text, headers.get('cache-control')]).toEqual([401, first?.text, 'no-store']);
    expect(first?.body.error).toBe('invalid_client');
    const challenged = await send(app, '/oauth/token', { grant_type: 'client_credentials' }, basic(key.id, wrong));
    expect([challenged.status, challenged.headers.get('www-authenticate')]).toEqual([401, 'Basic realm="oauth"']);
    expect(app.logged()).not.toContain(wrong);
  });

  it('count against the address: after so many it is 429, and a good key is still let in (guessing)', async () => {
    const strict = await openApp(fixturePlatform, { flags: { failedAuthPerMinute: '3' } });
    try {
      const good = await strict.key('ann@example.com');
      const guess = () => send(strict, '/oauth/token', { grant_type: 'client_credentials', client_id: good.id, client_secret: 'x' });
      expect([(await guess()).status, (await guess()).status, (await guess()).status]).toEqual([401, 401, 401]);
      const { status, headers, body } = await guess();
      expect([status, headers.get('retry-after'), body.error]).toEqual([429, '20', 'rate_limited']);
      expect((await send(strict, '/oauth/token', { grant_type: 'client_credentials', client_id: good.id, client_secret: good.raw })).status).toBe(200);
      const stale = await send(strict, '/oauth/token', { grant_type: 'refresh_token', client_id: 'nobody', refresh_token: 'x' });
      expect([stale.status, stale.body.error]).toEqual([429, 'rate_limited']);
    } finally {
      await strict.close();
    }
  });

  it('are told from a request that holds none', async () => {
    for (const half of [{}, { client_id: '', client_secret: key.raw }, { client_id: key.id, client_secret: '' }])
      expect((await send(app, '/oauth/token', { grant_type: 'client_credentials', ...half })).body.error).toBe('invalid_request');
    expect((await send(app, '/oauth/token', { grant_type: 'client_credentials', client_secret: 'x' }, basic('a', 'b'))).body.error).toBe('invalid_request');
  });
});

it('a key in the query of the address is not looked at', async () => {
  const query = new URLSearchParams({ grant_type: 'client_credentials', client_id: key.id, client_secret: key.raw });
  const { status, body } = await app.call('POST', `/oauth/token?${query}`, { headers: { 'content-type': 'application/x-www-form-urlencoded' } });
  expect([status, body.error]).toEqual([400, 'invalid_request']);
});
