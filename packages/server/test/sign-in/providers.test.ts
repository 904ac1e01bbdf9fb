import { definePlatform } from 'gatehouse';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { fixturePlatform, fixtureSpec } from '../../../../test/support/fixture-platform.js';
import type { TestApp } from '../../../../test/support/open-app.js';
import { signIn } from '../sessions/people.js';
import { Browser, type Seen } from './browser.js';
import { COOKIE, ProviderWorld, expectRefused } from './provider-world.js';
import { CLIENT, type Misdeeds, type StandIn } from './stand-in.js';

let world: ProviderWorld;
let standIn: StandIn;
let app: TestApp;
beforeAll(async () => {
  world = await ProviderWorld.open();
  ({ standIn, app } = world);
});
afterAll(() => world.close());
afterEach(() => world.renew());

describe('sign-in with a provider by OpenID Connect', () => {
  it('asks with state, nonce and PKCE S256, and signs in who comes back', async () => {
    const browser = new Browser(app);
    expect((await browser.get('/sign-in')).text).toContain('Continue with Example');
    const { seen, url, back } = await world.setOut(browser, 'oidc', { next: '/docs' });
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
    await world.through(new Browser(app));
    const email = standIn.person.email;
    standIn.person = { sub: standIn.person.sub, email: 'changed@example.com', email_verified: true };
    const browser = new Browser(app);
    await world.through(browser);
    expect(await browser.email()).toBe(email);
  });

  it('joins the account with the same e-mail where both sides have verified it', async () => {
    const { user } = await signIn(app, 'joined@example.com');
    standIn.person = { sub: 'joining', email: 'Joined@Example.com', email_verified: true };
    const browser = new Browser(app);
    await world.through(browser);
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
    expect((await world.through(browser)).status).toBe(303);
    const who = await app.gatehouse.store.users.findByIdentity(standIn.url, String(standIn.person.sub));
    expect([who?.id === user, who?.email]).toEqual([false, null]);
  });

  it('knows whoever has a name that no database can hold by no name, and nobody by such an id', async () => {
    standIn.person = { sub: 'unnamed', email: 'unnamed@example.com', email_verified: true, name: 'Ann\0' };
    expect((await world.through(new Browser(app))).status).toBe(303);
    expect(await app.gatehouse.store.users.findByIdentity(standIn.url, 'unnamed')).toMatchObject({ name: null });
    standIn.person = { sub: 'ann\0', email: 'ann@example.com', email_verified: true };
    expect((await world.through(new Browser(app))).status).toBe(403);
  });

  it('ends the session that the browser had', async () => {
    const planted = await signIn(app, 'planted@example.com');
    const browser = new Browser(app);
    browser.cookies.set('gatehouse_session', planted.token);
    const { back } = await world.setOut(browser);
    // As with an answer that comes by a form from the provider: then this cookie stays at home.
    browser.cookies.delete('gatehouse_session');
    await browser.get(`${back.to}?${back.fields}`);
    expect((await app.call('GET', '/api/v1/gatehouse/me', { token: planted.token })).status).toBe(401);
  });
});

it('a whole office signs in from one address within the hour', async () => {
  const office = Array.from({ length: 150 }, () => new Browser(app).post('/sign-in/with/oidc'));
  expect((await Promise.all(office)).filter(({ status }) => status !== 200)).toEqual([]);
});

describe('attacks on what comes back', () => {
  it.each([
    ['another state', { state: 'x'.repeat(43) }],
    ['no state', { state: '' }],
  ])('%s is refused, and no code is redeemed', async (_what, wrong) => {
    const browser = new Browser(app);
    const { back } = await world.setOut(browser);
    const before = standIn.redeemed.length;
    for (const [name, value] of Object.entries(wrong)) back.fields.set(name, value);
    expectRefused(await browser.get(`${back.to}?${back.fields}`), 400, browser);
    expect(standIn.redeemed).toHaveLength(before);
  });

  it("another browser's answer is refused (login CSRF): without the cookie, and with one of its own", async () => {
    const attacker = await world.setOut(new Browser(app));
    const victim = new Browser(app);
    expectRefused(await victim.get(`${attacker.back.to}?${attacker.back.fields}`), 400, victim);
    await world.setOut(victim);
    expectRefused(await victim.get(`${attacker.back.to}?${attacker.back.fields}`), 400, victim);
  });

  it('the same answer a second time is refused, though the browser kept its cookie, and however many come at once', async () => {
    const browser = new Browser(app);
    const { back } = await world.setOut(browser);
    const kept = browser.cookies.get(COOKIE) ?? '';
    const again = (): Promise<Seen> => new Browser(app).get(`${back.to}?${back.fields}`, { cookie: `${COOKIE}=${kept}` });
    const answers = await Promise.all([again(), again(), again(), again()]);
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 400, 400, 400]);
    expect((await again()).status).toBe(400);
  });

  it('an attempt lasts ten minutes', async () => {
    const browser = new Browser(app);
    const { back } = await world.setOut(browser);
    app.clock.advance(600_000);
    expectRefused(await browser.get(`${back.to}?${back.fields}`), 400, browser);
  });

  it("a code of another attempt is refused by the provider for its PKCE challenge (code injection), and its ID token's nonce would not fit", async () => {
    const stolen = await world.setOut(new Browser(app));
    const browser = new Browser(app);
    const { back } = await world.setOut(browser);
    back.fields.set('code', stolen.back.fields.get('code') ?? '');
    expectRefused(await browser.get(`${back.to}?${back.fields}`), 403, browser);
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
    expectRefused(await world.through(browser), 403, browser);
    expect(await app.gatehouse.store.users.findByEmail(String(standIn.person.email))).toBeUndefined();
  });

  it("one provider's answer is none at another's callback (mix-up)", async () => {
    const browser = new Browser(app);
    const { back } = await world.setOut(browser);
    const redeemed = world.google.redeemed.length;
    expectRefused(await browser.get(`/sign-in/with/google/callback?${back.fields}`), 400, browser);
    expect(world.google.redeemed).toHaveLength(redeemed);
  });

  it('a parameter that comes twice is refused', async () => {
    const browser = new Browser(app);
    const { back } = await world.setOut(browser);
    expectRefused(await browser.get(`${back.to}?${back.fields}&code=other`), 403, browser);
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
    const { url, back } = await world.setOut(browser);
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
    const other = await world.openAnother();
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
    ['names an issuer that is no address', { issuer: 'login.example.com' }],
    ['leads nowhere', { authorization_endpoint: undefined }],
    ['leads to a script', { authorization_endpoint: 'javascript:alert(1)' }],
    ['has no keys', { jwks_uri: undefined }],
  ])('whose discovery document %s is one', async (_what, discovery) => {
    standIn.misdeeds = { discovery };
    const other = await world.openAnother();
    try {
      const seen = await new Browser(other).post('/sign-in/with/oidc');
      expect(seen.status).toBe(503);
    } finally {
      await other.close();
    }
  });

  it('that lists its ways to authenticate as no list is taken to have the usual one', async () => {
    standIn.misdeeds = { discovery: { token_endpoint_auth_methods_supported: true } };
    const other = await world.openAnother();
    try {
      expect((await world.through(new Browser(other))).status).toBe(303);
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
    const { url } = await world.setOut(browser);
    standIn.misdeeds = misdeeds;
    const back = standIn.authorize(url.href);
    expectRefused(await browser.get(`${back.to}?${back.fields}`), 503, browser);
  });

  it('whose answers come one by one, each in time, is waited for no longer than a step may take in all: 503, and a line in the log', async () => {
    const other = await world.openAnother(fixturePlatform, { patienceMs: 150 });
    try {
      const browser = new Browser(other);
      const { back } = await world.setOut(browser);
      standIn.misdeeds = { slow: 100 };
      expectRefused(await browser.get(`${back.to}?${back.fields}`), 503, browser);
      expect(standIn.redeemed.at(-1)?.form.get('code')).toBe(back.fields.get('code'));
      expect(other.logged()).toContain('"event":"provider_failed","provider":"oidc","outcome":"unavailable","reason":"timed_out"');
    } finally {
      await other.close();
    }
  });

  it('whoever does not agree there is told so, and led to sign in another way to where they wanted to go', async () => {
    standIn.misdeeds = { back: { error: 'access_denied' } };
    const browser = new Browser(app);
    const { back } = await world.setOut(browser, 'oidc', { next: '/oauth/consent/x' });
    const seen = await browser.get(`${back.to}?${back.fields}`);
    expectRefused(seen, 403, browser);
    expect(seen.text).toContain('<a href="/sign-in?next=%2Foauth%2Fconsent%2Fx">Sign in</a>');
  });
});

describe('where nobody new is let in', () => {
  it('a provider signs in who is known, by identity or verified e-mail, and makes nobody', async () => {
    const other = await world.openAnother(definePlatform({ ...fixtureSpec, signIn: { newcomers: 'refused' } }));
    try {
      const stranger = new Browser(other);
      expectRefused(await world.through(stranger), 403, stranger);
      expect(await other.gatehouse.users.list()).toEqual([]);
      await signIn(other, String(standIn.person.email));
      const known = new Browser(other);
      expect((await world.through(known)).status).toBe(303);
      standIn.misdeeds = { claims: { email_verified: false } };
      expect((await world.through(new Browser(other))).status).toBe(303);
    } finally {
      await other.close();
    }
  });
});
