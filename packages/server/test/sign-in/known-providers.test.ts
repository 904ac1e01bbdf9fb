import { generateKeyPairSync } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { fixturePlatform } from '../../../../test/support/fixture-platform.js';
import { type TestApp, openApp } from '../../../../test/support/open-app.js';
import { openWithin } from '../../src/app.js';
import { createEgress } from '../../src/services/egress.js';
import { signIn } from '../sessions/people.js';
import { Browser } from './browser.js';
import { ProviderWorld, expectRefused } from './provider-world.js';
import { CLIENT, type StandIn } from './stand-in.js';

let world: ProviderWorld;
let standIn: StandIn;
let app: TestApp;
beforeAll(async () => {
  world = await ProviderWorld.open();
  ({ standIn, app } = world);
});
afterAll(() => world.close());
afterEach(() => world.renew());

describe('GitHub', () => {
  const emails = (...list: readonly object[]) => ({
    '/api/user': { body: { id: 7000 + world.people, login: 'octo', name: null } },
    '/api/user/emails': { body: list },
  });
  const primary = { email: 'Octo@Example.com', primary: true, verified: true };

  it('signs in with the verified primary e-mail, by its numeric id, with PKCE', async () => {
    standIn.misdeeds = { api: emails({ email: 'other@example.com', primary: false, verified: true }, primary) };
    const browser = new Browser(app);
    const { url, back } = await world.setOut(browser, 'github');
    expect(url.pathname).toBe('/login/oauth/authorize');
    expect(Object.fromEntries(url.searchParams)).toMatchObject({ client_id: 'hub', scope: 'read:user user:email', code_challenge_method: 'S256' });
    expect((await browser.get(`${back.to}?${back.fields}`)).status).toBe(303);
    expect(await browser.email()).toBe('octo@example.com');
    expect(await app.gatehouse.store.users.findByIdentity(`${standIn.url}/login/oauth`, String(7000 + world.people))).toMatchObject({ name: 'octo' });
  });

  it.each([
    ['is not verified', [{ ...primary, verified: false }]],
    ['is not the primary one', [{ ...primary, primary: false }]],
    ['is verified by a word', [{ ...primary, verified: 'true' }]],
    ['is not there', []],
    ['is no list', {}],
  ])('an e-mail that %s joins nobody', async (_what, list) => {
    const { user } = await signIn(app, 'octo@example.com');
    standIn.misdeeds = { api: { ...emails(), '/api/user/emails': { body: list } } };
    const browser = new Browser(app);
    expect((await world.through(browser, 'github')).status).toBe(303);
    const who = await app.gatehouse.store.users.findByIdentity(`${standIn.url}/login/oauth`, String(7000 + world.people));
    expect([who?.id === user, who?.email]).toEqual([false, null]);
  });

  it.each([
    ['says who it is by a name alone', { '/api/user': { body: { login: 'octo' } } }, 403],
    ['cannot be asked who it is', { '/api/user': { status: 500, body: {} } }, 503],
    ['does not answer with JSON', { '/api/user/emails': { body: 'hello' } }, 503],
  ])('where it %s, nobody is signed in', async (_what, api, status) => {
    standIn.misdeeds = { api: { ...emails(primary), ...api } };
    const browser = new Browser(app);
    expectRefused(await world.through(browser, 'github'), status, browser);
  });

  it('a code that it does not know, answered with 200, is refused', async () => {
    const browser = new Browser(app);
    const { back } = await world.setOut(browser, 'github');
    back.fields.set('code', 'unknown');
    expectRefused(await browser.get(`${back.to}?${back.fields}`), 403, browser);
  });
});

describe('Google', () => {
  it('signs in, and lets the person choose the account', async () => {
    world.google.person = { sub: 'g-1', email: 'gee@example.com', email_verified: true };
    const browser = new Browser(app);
    const { url, back } = await world.setOut(browser, 'google');
    expect(url.searchParams.get('prompt')).toBe('select_account');
    await browser.get(`${back.to}?${back.fields}`);
    expect(await browser.email()).toBe('gee@example.com');
    expect(world.google.redeemed.at(-1)?.form.get('client_secret')).toBe(CLIENT.clientSecret);
  });
});

describe('Apple', () => {
  const origin = 'https://api.example.com';
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const APPLE = {
    GATEHOUSE_APPLE_CLIENT_ID: CLIENT.clientId,
    GATEHOUSE_APPLE_TEAM_ID: 'team',
    GATEHOUSE_APPLE_KEY_ID: 'key',
    GATEHOUSE_APPLE_PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
  const callback = '/sign-in/with/apple/callback';
  let other: TestApp;
  beforeAll(async () => {
    other = await openApp(fixturePlatform, {
      database: 'sqlite',
      flags: { publicUrl: origin },
      environment: APPLE,
      open: (options) => openWithin(options, { outside: { egress: createEgress({ allowLoopback: true }), places: { apple: standIn.url } } }),
    });
  });
  afterAll(() => other.close());

  /** The form that Apple's own page sends. */
  const posted = (browser: Browser, fields: URLSearchParams, from = 'https://appleid.apple.com') =>
    browser.post(callback, Object.fromEntries(fields), { origin: from });

  it('answers by a form from its own page, with a cookie that comes along, and a secret that we sign', async () => {
    standIn.person = { sub: 'a-1', email: 'apple@example.com', email_verified: 'true' };
    const browser = new Browser(other, origin);
    const { seen, url, back } = await world.setOut(browser, 'apple', { next: '/docs' });
    expect(seen.headers.get('set-cookie')).toMatch(/^__Host-gatehouse_sign_in=[\w-]+; Path=\/; HttpOnly; Secure; SameSite=None; Max-Age=600$/);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({ response_mode: 'form_post', scope: 'openid email', redirect_uri: origin + callback });
    const done = await posted(browser, back.fields);
    expect([done.status, done.leadsTo]).toEqual([303, '/docs']);
    expect(done.headers.get('access-control-allow-origin')).toBeNull();
    expect(await browser.email()).toBe('apple@example.com');
    const secret = standIn.redeemed.at(-1)?.form.get('client_secret') ?? '';
    expect(decodeProtectedHeader(secret)).toEqual({ alg: 'ES256', kid: 'key' });
    const at = Math.floor(other.clock.now() / 1000);
    expect(decodeJwt(secret)).toEqual({ iss: 'team', sub: CLIENT.clientId, aud: standIn.url, iat: at, exp: at + 300 });
  });

  it('that form is held to the browser that set out, and comes by POST alone', async () => {
    const attacker = await world.setOut(new Browser(other, origin), 'apple');
    const victim = new Browser(other, origin);
    const refused = await posted(victim, attacker.back.fields, 'https://evil.example');
    expect([refused.status, victim.session]).toEqual([400, undefined]);
    const browser = new Browser(other, origin);
    const { back } = await world.setOut(browser, 'apple');
    expect((await browser.get(`${callback}?${back.fields}`)).status).toBe(405);
    expect((await posted(browser, back.fields, 'null')).status).toBe(303);
    expect((await browser.post('/sign-in/with/apple', {}, { origin: 'https://appleid.apple.com' })).status).toBe(403);
  });
});
