import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { generateKeyPairSync } from 'node:crypto';
import { fixturePlatform, fixtureSpec } from '../../../../test/support/fixture-platform.js';
import { type TestApp, openApp } from '../../../../test/support/open-app.js';
import { definePlatform } from 'gatehouse';
import { openWithin } from '../../src/app.js';
import { createEgress } from '../../src/services/egress.js';
import { signIn } from '../sessions/people.js';
import { Browser, type Seen } from './browser.js';
import { CLIENT, type Misdeeds, StandIn } from './stand-in.js';

const COOKIE = 'gatehouse_sign_in';
const OIDC = { GATEHOUSE_OIDC_CLIENT_ID: CLIENT.clientId, GATEHOUSE_OIDC_CLIENT_SECRET: CLIENT.clientSecret, GATEHOUSE_OIDC_NAME: 'Example' };
const GITHUB = { GATEHOUSE_GITHUB_CLIENT_ID: 'hub', GATEHOUSE_GITHUB_CLIENT_SECRET: 'a secret of the hub' };
const GOOGLE = { GATEHOUSE_GOOGLE_CLIENT_ID: CLIENT.clientId, GATEHOUSE_GOOGLE_CLIENT_SECRET: CLIENT.clientSecret };

let standIn: StandIn;
let second: StandIn;
let app: TestApp;

function open(platform = fixturePlatform): Promise<TestApp> {
  const places = { google: second.url, github: { site: standIn.url, api: `${standIn.url}/api` } };
  return openApp(platform, {
    database: 'sqlite',
    environment: { GATEHOUSE_OIDC_ISSUER: standIn.url, ...OIDC, ...GITHUB, ...GOOGLE },
    open: (options) => openWithin(options, { outside: { places } }),
  });
}

beforeAll(async () => {
  [standIn, second] = await Promise.all([StandIn.start(), StandIn.start()]);
  app = await open();
});
afterAll(async () => {
  await app.close();
  await Promise.all([standIn.close(), second.close()]);
});
let people = 0;
afterEach(() => {
  for (const each of [standIn, second]) each.misdeeds = {};
  people += 1;
  standIn.person = { sub: `p-${people}`, email: `p-${people}@example.com`, email_verified: true };
  // Past what was not answered, and what is limited.
  app.clock.advance(3_600_000);
});

/** To the provider: where it is to lead back to, with what. */
async function setOut(browser: Browser, provider = 'oidc', fields: Record<string, string> = {}, at = standIn) {
  const seen = await browser.post(`/sign-in/with/${provider}`, fields);
  return { seen, url: new URL(seen.leadsTo ?? 'http://none.invalid'), back: at.authorize(seen.leadsTo ?? 'http://none.invalid') };
}

async function through(browser: Browser, provider = 'oidc', fields: Record<string, string> = {}, at = standIn): Promise<Seen> {
  const { back } = await setOut(browser, provider, fields, at);
  return browser.get(`${back.to}?${back.fields}`);
}

const isRefused = (seen: Seen, status: number, browser: Browser) => {
  expect([seen.status, seen.headers.get('content-type'), browser.session]).toEqual([status, 'text/html; charset=utf-8', undefined]);
  // The attempt is over.
  expect(browser.cookies.has(COOKIE)).toBe(false);
};

describe('sign-in with a provider by OpenID Connect', () => {
  it('asks with state, nonce and PKCE S256, and signs in who comes back', async () => {
    const browser = new Browser(app);
    expect((await browser.get('/sign-in')).text).toContain('Continue with Example');
    const { seen, url, back } = await setOut(browser, 'oidc', { next: '/docs' });
    expect([seen.status, url.origin + url.pathname]).toEqual([200, `${standIn.url}/authorize`]);
    expect(seen.headers.get('set-cookie')).toMatch(/^gatehouse_sign_in=[\w-]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=600$/);
    const asked = Object.fromEntries(url.searchParams);
    const callback = `${app.url}/sign-in/with/oidc/callback`;
    expect(asked).toMatchObject({
      response_type: 'code',
      client_id: CLIENT.clientId,
      redirect_uri: callback,
      scope: 'openid email profile',
      code_challenge_method: 'S256',
    });
    for (const random of [asked.state, asked.nonce, asked.code_challenge]) expect(random).toMatch(/^[\w-]{43}$/);
    const done = await browser.get(`${back.to}?${back.fields}`);
    expect([done.status, done.leadsTo, browser.cookies.has(COOKIE)]).toEqual([303, '/docs', false]);
    expect(await browser.email()).toBe(standIn.person.email);
    const { form, authorization } = standIn.redeemed.at(-1) ?? { form: new URLSearchParams(), authorization: '' };
    expect(form.get('code_verifier')).toMatch(/^[\w-]{43}$/);
    expect(decodeURIComponent(Buffer.from(authorization?.slice(6) ?? '', 'base64').toString())).toBe('gatehouse-client:a+secret+of+the+client');
  });

  it('finds the same person by the same identity, whatever becomes of the e-mail', async () => {
    await through(new Browser(app));
    const email = standIn.person.email;
    standIn.person = { sub: standIn.person.sub, email: 'changed@example.com', email_verified: true };
    const browser = new Browser(app);
    await through(browser);
    expect(await browser.email()).toBe(email);
  });

  it('joins the account with the same e-mail where both sides have verified it', async () => {
    const { user } = await signIn(app, 'joined@example.com');
    standIn.person = { sub: 'joining', email: 'Joined@Example.com', email_verified: true };
    const browser = new Browser(app);
    await through(browser);
    expect(await browser.email()).toBe('joined@example.com');
    expect((await app.gatehouse.store.users.findByIdentity(standIn.url, 'joining'))?.id).toBe(user);
  });

  it.each([
    ['false', { email_verified: false }],
    ['absent', { email_verified: undefined }],
    ['the word', { email_verified: 'true' }],
    ['a number', { email_verified: 1 }],
  ])('never joins by an e-mail whose verification is %s, nor keeps it', async (_what, claims) => {
    const { user } = await signIn(app, 'target@example.com');
    standIn.misdeeds = { claims: { email: 'target@example.com', ...claims } };
    const browser = new Browser(app);
    expect((await through(browser)).status).toBe(303);
    const who = await app.gatehouse.store.users.findByIdentity(standIn.url, String(standIn.person.sub));
    expect([who?.id === user, who?.email]).toEqual([false, null]);
  });

  it('ends the session that the browser had', async () => {
    const planted = await signIn(app, 'planted@example.com');
    const browser = new Browser(app);
    browser.cookies.set('gatehouse_session', planted.token);
    const { back } = await setOut(browser);
    // As with an answer that comes by a form from the provider: then this cookie stays at home.
    browser.cookies.delete('gatehouse_session');
    await browser.get(`${back.to}?${back.fields}`);
    expect((await app.call('GET', '/api/v1/gatehouse/me', { token: planted.token })).status).toBe(401);
  });
});

describe('attacks on what comes back', () => {
  it.each([
    ['another state', { state: 'x'.repeat(43) }],
    ['no state', { state: '' }],
  ])('%s is refused, and no code is redeemed', async (_what, wrong) => {
    const browser = new Browser(app);
    const { back } = await setOut(browser);
    const before = standIn.redeemed.length;
    for (const [name, value] of Object.entries(wrong)) back.fields.set(name, value);
    isRefused(await browser.get(`${back.to}?${back.fields}`), 400, browser);
    expect(standIn.redeemed).toHaveLength(before);
  });

  it("another browser's answer is refused (login CSRF): without the cookie, and with one of its own", async () => {
    const attacker = await setOut(new Browser(app));
    const victim = new Browser(app);
    isRefused(await victim.get(`${attacker.back.to}?${attacker.back.fields}`), 400, victim);
    await setOut(victim);
    isRefused(await victim.get(`${attacker.back.to}?${attacker.back.fields}`), 400, victim);
  });

  it('the same answer a second time is refused, though the browser kept its cookie, and however many come at once', async () => {
    const browser = new Browser(app);
    const { back } = await setOut(browser);
    const kept = browser.cookies.get(COOKIE) ?? '';
    const again = (): Promise<Seen> => new Browser(app).get(`${back.to}?${back.fields}`, { cookie: `${COOKIE}=${kept}` });
    const answers = await Promise.all([again(), again(), again(), again()]);
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 400, 400, 400]);
    expect((await again()).status).toBe(400);
  });

  it('an attempt lasts ten minutes', async () => {
    const browser = new Browser(app);
    const { back } = await setOut(browser);
    app.clock.advance(600_000);
    isRefused(await browser.get(`${back.to}?${back.fields}`), 400, browser);
  });

  it("a code of another attempt is refused by the provider for its PKCE challenge (code injection), and its ID token's nonce would not fit", async () => {
    const stolen = await setOut(new Browser(app));
    const browser = new Browser(app);
    const { back } = await setOut(browser);
    back.fields.set('code', stolen.back.fields.get('code') ?? '');
    isRefused(await browser.get(`${back.to}?${back.fields}`), 403, browser);
    expect(app.logged()).toContain('"event":"provider_failed","provider":"oidc","outcome":"rejected","reason":"invalid_grant"');
  });

  it.each([
    ['another nonce', { claims: { nonce: 'x' } }],
    ['no nonce', { claims: { nonce: undefined } }],
    ['another issuer in the ID token', { claims: { iss: 'https://evil.example' } }],
    ['another audience', { claims: { aud: 'somebody-else' } }],
    ['several audiences without one that it is for', { claims: { aud: [CLIENT.clientId, 'other'] } }],
    ['an ID token that has expired', { claims: { exp: 1 } }],
    ['no subject', { claims: { sub: undefined } }],
    ['an empty subject', { claims: { sub: '' } }],
    ['a subject without end', { claims: { sub: 'x'.repeat(256) } }],
    ['a signature by a key that is not its own', { forged: true }],
    ['an answer without an ID token', { token: { status: 200, body: { access_token: 'x', token_type: 'bearer' } } }],
    ['an answer that is no JSON', { token: { status: 200, body: 'hello' } }],
    ['a code that it does not know', { token: { status: 400, body: { error: 'invalid_grant' } } }],
    ['another issuer in the answer (mix-up, RFC 9207)', { back: { iss: 'https://evil.example' } }],
    ['no issuer in the answer, though it says that it names itself', { back: { iss: '' } }],
  ] satisfies [string, Misdeeds][])('%s is refused', async (_what, misdeeds) => {
    standIn.misdeeds = misdeeds;
    const browser = new Browser(app);
    isRefused(await through(browser), 403, browser);
    expect(await app.gatehouse.store.users.findByEmail(String(standIn.person.email))).toBeUndefined();
  });

  it("one provider's answer is none at another's callback (mix-up)", async () => {
    const browser = new Browser(app);
    const { back } = await setOut(browser);
    const redeemed = second.redeemed.length;
    isRefused(await browser.get(`/sign-in/with/google/callback?${back.fields}`), 400, browser);
    expect(second.redeemed).toHaveLength(redeemed);
  });

  it('a parameter that comes twice is refused', async () => {
    const browser = new Browser(app);
    const { back } = await setOut(browser);
    isRefused(await browser.get(`${back.to}?${back.fields}&code=other`), 403, browser);
  });

  it('a form of another site begins nothing, and does not come back here', async () => {
    const browser = new Browser(app);
    for (const origin of ['https://evil.example', 'null']) {
      expect((await browser.post('/sign-in/with/oidc', {}, { origin })).status).toBe(403);
      expect((await browser.post('/sign-in/with/oidc/callback', {}, { origin })).status).toBe(403);
    }
    expect((await browser.post('/sign-in/with/oidc/callback', {})).status).toBe(405);
    expect((await fetch(`${app.url}/sign-in/with/oidc/callback`, { method: 'HEAD' })).status).toBe(405);
    expect((await browser.get('/sign-in/with/oidc')).status).toBe(405);
    expect((await browser.post('/sign-in/with/nobody', {})).status).toBe(404);
  });

  it('nothing that is secret is in the log', async () => {
    const browser = new Browser(app);
    const { url, back } = await setOut(browser);
    const sealed = browser.cookies.get(COOKIE) ?? '';
    standIn.misdeeds = { token: { status: 400, body: { error: 'leak me', error_description: 'secret words' } } };
    await browser.get(`${back.to}?${back.fields}`);
    const secrets = [
      sealed,
      url.searchParams.get('state'),
      url.searchParams.get('nonce'),
      back.fields.get('code'),
      CLIENT.clientSecret,
      'leak me',
      'secret words',
    ];
    for (const secret of secrets) expect(app.logged()).not.toContain(secret);
  });
});

describe('a provider that cannot be asked', () => {
  it('when a sign-in begins: a page that says so, 503, and the next one asks again after a pause', async () => {
    const other = await open();
    try {
      const browser = new Browser(other);
      standIn.misdeeds = { down: true };
      const seen = await browser.post('/sign-in/with/oidc');
      expect([seen.status, seen.headers.get('retry-after'), seen.text.includes('Example')]).toEqual([503, '10', true]);
      standIn.misdeeds = {};
      const before = standIn.asked.length;
      expect((await browser.post('/sign-in/with/oidc')).status).toBe(503);
      expect(standIn.asked).toHaveLength(before);
      other.clock.advance(5000);
      expect((await browser.post('/sign-in/with/oidc')).status).toBe(200);
      // Known for an hour, and longer while it is out of reach.
      standIn.misdeeds = { down: true };
      expect((await browser.post('/sign-in/with/oidc')).status).toBe(200);
      other.clock.advance(3_600_000);
      expect((await browser.post('/sign-in/with/oidc')).status).toBe(200);
    } finally {
      await other.close();
    }
  });

  it.each([
    ['names another issuer', { issuer: 'https://evil.example' }],
    ['leads nowhere', { authorization_endpoint: undefined }],
    ['leads to a script', { authorization_endpoint: 'javascript:alert(1)' }],
    ['has no keys', { jwks_uri: undefined }],
  ])('whose discovery document %s is one', async (_what, discovery) => {
    standIn.misdeeds = { discovery };
    const other = await open();
    try {
      const seen = await new Browser(other).post('/sign-in/with/oidc');
      expect(seen.status).toBe(503);
    } finally {
      await other.close();
    }
  });

  it.each([
    ['is down', { down: true }],
    ['has trouble', { token: { status: 502, body: 'bad gateway' } }],
    ['says that it has trouble', { back: { error: 'temporarily_unavailable' } }],
    ['does not know us any more', { token: { status: 401, body: { error: 'invalid_client' } } }],
  ])('when somebody comes back, for it %s: 503', async (_what, misdeeds) => {
    const browser = new Browser(app);
    const { url } = await setOut(browser);
    standIn.misdeeds = misdeeds;
    const back = standIn.authorize(url.href);
    isRefused(await browser.get(`${back.to}?${back.fields}`), 503, browser);
  });

  it('whoever does not agree there is told so', async () => {
    standIn.misdeeds = { back: { error: 'access_denied' } };
    const browser = new Browser(app);
    isRefused(await through(browser), 403, browser);
  });
});

describe('where nobody new is let in', () => {
  it('a provider signs in who is known, by identity or verified e-mail, and makes nobody', async () => {
    const other = await open(definePlatform({ ...fixtureSpec, signIn: { newcomers: 'refused' } }));
    try {
      const stranger = new Browser(other);
      isRefused(await through(stranger), 403, stranger);
      expect(await other.gatehouse.users.list()).toEqual([]);
      await signIn(other, String(standIn.person.email));
      const known = new Browser(other);
      expect((await through(known)).status).toBe(303);
      standIn.misdeeds = { claims: { email_verified: false } };
      expect((await through(new Browser(other))).status).toBe(303);
    } finally {
      await other.close();
    }
  });
});

describe('GitHub', () => {
  const emails = (...list: readonly object[]) => ({
    '/api/user': { body: { id: 7000 + people, login: 'octo', name: null } },
    '/api/user/emails': { body: list },
  });
  const primary = { email: 'Octo@Example.com', primary: true, verified: true };

  it('signs in with the verified primary e-mail, by its numeric id, with PKCE', async () => {
    standIn.misdeeds = { api: emails({ email: 'other@example.com', primary: false, verified: true }, primary) };
    const browser = new Browser(app);
    const { url, back } = await setOut(browser, 'github');
    expect(url.pathname).toBe('/login/oauth/authorize');
    expect(Object.fromEntries(url.searchParams)).toMatchObject({ client_id: 'hub', scope: 'read:user user:email', code_challenge_method: 'S256' });
    expect((await browser.get(`${back.to}?${back.fields}`)).status).toBe(303);
    expect(await browser.email()).toBe('octo@example.com');
    expect(await app.gatehouse.store.users.findByIdentity(`${standIn.url}/login/oauth`, String(7000 + people))).toMatchObject({ name: 'octo' });
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
    expect((await through(browser, 'github')).status).toBe(303);
    const who = await app.gatehouse.store.users.findByIdentity(`${standIn.url}/login/oauth`, String(7000 + people));
    expect([who?.id === user, who?.email]).toEqual([false, null]);
  });

  it.each([
    ['says who it is by a name alone', { ...emails(primary), '/api/user': { body: { login: 'octo' } } }, 403],
    ['cannot be asked who it is', { ...emails(primary), '/api/user': { status: 500, body: {} } }, 503],
    ['does not answer with JSON', { ...emails(primary), '/api/user/emails': { body: 'hello' } }, 503],
  ])('where it %s, nobody is signed in', async (_what, api, status) => {
    standIn.misdeeds = { api };
    const browser = new Browser(app);
    isRefused(await through(browser, 'github'), status, browser);
  });

  it('a code that it does not know, answered with 200, is refused', async () => {
    const browser = new Browser(app);
    const { back } = await setOut(browser, 'github');
    back.fields.set('code', 'unknown');
    isRefused(await browser.get(`${back.to}?${back.fields}`), 403, browser);
  });
});

describe('Google', () => {
  it('signs in, and lets the person choose the account', async () => {
    second.person = { sub: 'g-1', email: 'gee@example.com', email_verified: true };
    const browser = new Browser(app);
    const { url, back } = await setOut(browser, 'google', {}, second);
    expect(url.searchParams.get('prompt')).toBe('select_account');
    await browser.get(`${back.to}?${back.fields}`);
    expect(await browser.email()).toBe('gee@example.com');
    expect(second.redeemed.at(-1)?.form.get('client_secret')).toBe(CLIENT.clientSecret);
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
    const { seen, url, back } = await setOut(browser, 'apple', { next: '/docs' });
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
    const attacker = await setOut(new Browser(other, origin), 'apple');
    const victim = new Browser(other, origin);
    const refused = await posted(victim, attacker.back.fields, 'https://evil.example');
    expect([refused.status, victim.session]).toEqual([400, undefined]);
    const browser = new Browser(other, origin);
    const { back } = await setOut(browser, 'apple');
    expect((await browser.get(`${callback}?${back.fields}`)).status).toBe(405);
    expect((await posted(browser, back.fields, 'null')).status).toBe(303);
    expect((await browser.post('/sign-in/with/apple', {}, { origin: 'https://appleid.apple.com' })).status).toBe(403);
  });
});
