import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newAppDatabase } from '../../../../test/support/app-database.js';
import { fixturePlatform } from '../../../../test/support/fixture-platform.js';
import { type TestApp, openApp } from '../../../../test/support/open-app.js';
import { Browser, CALLBACK, type Page, type Query, allow, askFor, attempt, decide, formOf, newClient, redeem } from '../oauth/program.js';

let app: TestApp;
let browser: Browser;
let client: string;
beforeAll(async () => {
  app = await openApp(fixturePlatform);
  client = await newClient(app);
});
afterAll(() => app.close());
beforeEach(() => {
  browser = new Browser(app);
});

/** What the program is told, by way of the browser. */
function told({ location }: Page): Record<string, string> {
  const { search = '', hash = '' } = location === null ? {} : new URL(location, app.url);
  return Object.fromEntries(new URLSearchParams(search + hash.replace('#', '?')));
}
const ask = (query: Query): Promise<Page> => browser.get(attempt(client, query).url);

describe('PKCE', () => {
  it.each([
    ['is missing (PKCE downgrade)', { code_challenge: undefined, code_challenge_method: undefined }],
    ['is plain (PKCE downgrade)', { code_challenge_method: 'plain' }],
    ['has no method, which means plain (PKCE downgrade)', { code_challenge_method: undefined }],
    ['is too short', { code_challenge: 'short' }],
    ['is empty', { code_challenge: '' }],
  ])('that %s is refused, whoever asks, and the program is told', async (_what, parameters) => {
    await browser.signIn();
    expect(told(await ask(parameters))).toEqual({ error: 'invalid_request', error_description: expect.any(String), state: 'as it was', iss: app.url });
  });
});

describe('a person is told on a page of ours, and nobody is sent anywhere,', () => {
  it.each([
    ['where the program is unknown', { client_id: 'nobody' }],
    ['where it names no program', { client_id: undefined }],
    ['where the address is another one (open redirect)', { redirect_uri: 'https://evil.example/callback' }],
    ['where the address only begins as registered (open redirect)', { redirect_uri: `${CALLBACK}/../evil` }],
    ['where the address has a query besides (open redirect)', { redirect_uri: `${CALLBACK}?next=https://evil.example` }],
    ['where the host is another one of this machine (open redirect)', { redirect_uri: CALLBACK.replace('127.0.0.1', 'localhost') }],
    ['where the address carries a user name (open redirect)', { redirect_uri: CALLBACK.replace('127', 'evil@127') }],
    ['where the address is of another scheme (open redirect)', { redirect_uri: CALLBACK.replace('http', 'https') }],
    ['where there is no address', { redirect_uri: undefined }],
  ])('%s', async (_where, parameters) => {
    await browser.signIn();
    const { status, headers, location, text } = await ask(parameters);
    expect([status, headers.get('content-type'), location]).toEqual([400, 'text/html; charset=utf-8', null]);
    expect(text).not.toContain('evil');
  });

  it('with what to do about it', async () => {
    expect((await ask({ client_id: 'nobody' })).text).toContain('add it again');
  });
});

describe('the program is told', () => {
  it.each([
    ['of a response type that there is not', { response_type: 'token' }, 'unsupported_response_type'],
    ['of a response mode that there is not', { response_mode: 'form_post' }, 'unsupported_response_mode'],
    ['of a resource that is not ours', { resource: 'https://other.example/mcp' }, 'invalid_target'],
    ['that request objects are not taken', { request: 'eyJ' }, 'request_not_supported'],
    ['that request addresses are not taken (SSRF)', { request_uri: 'https://evil.example/x' }, 'request_uri_not_supported'],
    ['that nobody is signed in, where it wants no page', { prompt: 'none' }, 'login_required'],
  ])('%s', async (_what, parameters, error) => {
    const { error_description: _text, ...rest } = told(await ask(parameters));
    expect(rest).toEqual({ error, state: 'as it was', iss: app.url });
  });

  it('that there is no silent consent, whatever was allowed before (prompt=none)', async () => {
    await browser.signIn();
    await allow(browser, attempt(client).url);
    expect(told(await ask({ prompt: 'none' })).error).toBe('consent_required');
  });
});

describe('whoever asks', () => {
  it('may ask by a form, and from a page of any origin', async () => {
    const { url } = attempt(client);
    const form = new URLSearchParams(url.slice(url.indexOf('?') + 1));
    const { status, location } = await browser.post('/oauth/authorize', form, { origin: 'https://program.example' });
    expect([status, location]).toEqual([303, expect.stringMatching(/^\/oauth\/consent\//)]);
  });

  it('may ask by a form for no more than what a URL holds: it is kept until somebody answers', async () => {
    const ask = async (length: number) => {
      const { url } = attempt(client, { state: 'x'.repeat(length) });
      return (await browser.post('/oauth/authorize', new URLSearchParams(url.slice(url.indexOf('?') + 1)))).status;
    };
    expect([await ask(8_000), await ask(17_000)]).toEqual([303, 413]);
  });

  it('must not say a thing twice', async () => {
    await browser.signIn();
    expect(told(await browser.get(`${attempt(client).url}&state=another`)).error).toBe('invalid_request');
    expect(told(await browser.get(`${attempt(client).url}&response_mode=query&response_mode=fragment`)).error).toBe('unsupported_response_mode');
  });

  it('says nothing by what has no value (RFC 6749, section 3.1)', async () => {
    const without = { response_mode: '', prompt: '', scope: '', resource: '', request: '', request_uri: '', state: '' };
    expect((await ask(without)).location).toMatch(/^\/oauth\/consent\//);
    expect(told(await ask({ ...without, code_challenge: '' })).error).toBe('invalid_request');
  });

  it('may ask for what OpenID has, out of habit, and in any case for what it then gets', async () => {
    await browser.signIn('habits@example.com');
    const { page } = await askFor(
      browser,
      attempt(client, { scope: 'openid offline_access things:read', nonce: 'x', max_age: '1', claims: '{', prompt: 'login consent' }).url,
    );
    expect(formOf(page).scopes).toEqual(['things:read']);
  });

  it('is asked to slow down after a thousand times in an hour (row flooding)', async () => {
    const place = await newAppDatabase('sqlite', fixturePlatform);
    const database = { ...place, remove: async () => {} };
    const before = await openApp(fixturePlatform, { database });
    const { ledger } = before.gatehouse.store;
    if (!ledger.shared) await ledger.save(new Map([['authorize:127.0.0.1', before.clock.now() + 3_598_000]]), before.clock.now());
    await before.close();
    const other = await openApp(fixturePlatform, { database: place });
    try {
      expect((await other.call('GET', '/oauth/authorize')).status).toBe(429);
      other.clock.advance(2000);
      expect((await other.call('GET', '/oauth/authorize')).status).toBe(400);
    } finally {
      await other.close();
    }
  });
});

describe('who is signed in', () => {
  it('is what our own session says: without one, the page to sign in, which leads back', async () => {
    const { location } = await browser.get(attempt(client).url);
    const page = await browser.get(location ?? '');
    expect([page.status, page.location]).toEqual([303, `/sign-in?next=${encodeURIComponent(location ?? '')}`]);
    await browser.signIn();
    expect((await browser.get(location ?? '')).status).toBe(200);
  });

  it('is asked anew at each step: signed out before the answer, nothing is allowed (no second session)', async () => {
    await browser.signIn();
    const { page } = await askFor(browser, attempt(client).url);
    browser.signOut();
    const answer = await decide(browser, page);
    expect([answer.status, answer.location]).toEqual([303, expect.stringMatching(/^\/sign-in\?next=/)]);
    await allow(await signedIn('ann@example.com'), attempt(client).url);
    expect((await browser.get(attempt(client).url)).location).toMatch(/^\/oauth\/consent\//);
  });

  it('must be the same who saw the page: another one is shown it first (session swapping)', async () => {
    await browser.signIn();
    const { page } = await askFor(browser, attempt(client).url);
    await browser.signIn('eve@example.com');
    const answer = await decide(browser, page);
    expect([answer.status, answer.location, answer.text.includes('eve@example.com')]).toEqual([200, null, true]);
    expect((await decide(browser, answer)).location).toContain('code=');
  });

  it('inherits nothing of what another one allowed', async () => {
    await allow(await signedIn('first@example.com'), attempt(client).url);
    const { page } = await askFor(await signedIn('second@example.com'), attempt(client, { scope: 'things:read' }).url);
    expect([page.text.includes('allowed before'), formOf(page).scopes]).toEqual([false, ['things:read']]);
  });

  it('is no API key and no bearer: a page is for people, by the cookie alone', async () => {
    const { raw, tenant, user } = await app.key('ann@example.com');
    const { token } = await app.gatehouse.sessions.mint({ tenant, user, createdBy: 'test', userAgent: 'a test' });
    const { location } = await browser.get(attempt(client).url);
    const as = async (bearer: string) => (await browser.get(location ?? '', { authorization: `Bearer ${bearer}` })).location;
    for (const bearer of [raw, token]) expect(await as(bearer)).toMatch(/^\/sign-in/);
    await browser.signIn();
    expect(await as(token)).toMatch(/^\/sign-in/);
  });
});

async function signedIn(email: string): Promise<Browser> {
  const other = new Browser(app);
  await other.signIn(email);
  return other;
}

describe('the answer', () => {
  it('counts from our own page alone (CSRF)', async () => {
    await browser.signIn();
    const { page } = await askFor(browser, attempt(client).url);
    const { action, scopes, tenants } = formOf(page);
    const form = new URLSearchParams({ tenant: tenants[0] ?? '', scope: scopes[0] ?? '', decision: 'allow' });
    for (const origin of ['https://evil.example', 'null', `http://localhost:${new URL(app.url).port}`]) {
      const { status, location } = await browser.post(action, form, { origin });
      expect([origin, status, location]).toEqual([origin, 403, null]);
    }
    expect((await browser.post(action, form)).location).toContain('code=');
  });

  it('counts in the browser where the request began alone (a consent page that is passed on)', async () => {
    await browser.signIn();
    const { page, at } = await askFor(browser, attempt(client).url);
    const other = await signedIn('eve@example.com');
    expect((await other.get(at)).status).toBe(400);
    expect((await decide(other, page)).location).toBeNull();
  });

  it.each(['allow', 'deny'] as const)(
    'counts once: forms that are sent at once, one to %s among them, make one grant or none and all lead to one place',
    async (other) => {
      const { user } = await browser.signIn(`undecided-${other}@example.com`);
      const { page } = await askFor(browser, attempt(client).url);
      const answers = await Promise.all([decide(browser, page), decide(browser, page, { decision: other }), decide(browser, page), decide(browser, page)]);
      const places = new Set(answers.map(({ location }) => location));
      expect([places.size, answers.map(({ status }) => status)]).toEqual([1, [303, 303, 303, 303]]);
      expect(await app.gatehouse.grants.list(user)).toHaveLength([...places].join().includes('code=') ? 1 : 0);
    },
  );

  it('is the same again for whoever clicks twice on a slow line, until it has reached the program', async () => {
    await browser.signIn('hasty@example.com');
    const asked = attempt(client);
    const { page } = await askFor(browser, asked.url);
    const answer = () => decide(browser.copy(), page);
    const { location } = await answer();
    expect((await answer()).location).toBe(location);
    const other = browser.copy();
    await other.signIn('other@example.com');
    const stranger = await signedIn('hasty@example.com');
    expect([(await decide(other, page)).status, (await decide(stranger, page)).status]).toEqual([400, 400]);
    expect((await browser.copy().get(formOf(page).action)).status).toBe(400);
    const { status } = await redeem(app, client, new URL(location ?? '').searchParams.get('code') ?? '', asked);
    expect([status, (await answer()).status]).toEqual([200, 400]);
    const unredeemed = await askFor(browser, attempt(client).url);
    await decide(browser.copy(), unredeemed.page);
    app.clock.advance(30_000);
    expect((await decide(browser, unredeemed.page)).status).toBe(400);
  });

  it('to a scheme of the program opens it again by another click, for the page stays where it is', async () => {
    await browser.signIn('scheme@example.com');
    const redirect_uri = 'cursor://anysphere.cursor-retrieval/oauth/callback';
    const cursor = await newClient(app, { redirect_uris: [redirect_uri] });
    const { page } = await askFor(browser, attempt(cursor, { redirect_uri }).url);
    const { location } = await decide(browser, page);
    expect(location).toMatch(/^cursor:\/\/anysphere\.cursor-retrieval\/oauth\/callback\?code=/);
    expect((await decide(browser, page)).location).toBe(location);
  });

  it('counts for an hour', async () => {
    await browser.signIn();
    const { location } = await browser.get(attempt(client).url);
    app.clock.advance(3_600_000);
    await browser.signIn();
    expect((await browser.get(location ?? '')).status).toBe(400);
    client = await newClient(app);
  });

  it('leads a browser on by a page, for a redirect would be held to what the form may lead to; a program, by a redirect', async () => {
    await browser.signIn();
    const { page } = await askFor(browser, attempt(client).url);
    const form = new URLSearchParams({ tenant: formOf(page).tenants[0] ?? '', scope: 'things:read', decision: 'allow' });
    const { status, headers, text } = await browser.post(formOf(page).action, form, { 'sec-fetch-dest': 'document' });
    expect([status, headers.get('refresh')]).toEqual([200, expect.stringMatching(/^0;url=http:\/\/127\.0\.0\.1:33418\/callback\?code=/)]);
    expect(text).toContain('<a href="http://127.0.0.1:33418/callback?code=');
  });

  it('gives the page away to no cache, no frame and no script', async () => {
    await browser.signIn();
    const { page } = await askFor(browser, attempt(client).url);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("form-action 'self' http://127.0.0.1:33418");
    expect(policy).not.toContain('script-src');
  });
});

it('neither codes nor what was asked stand in the log', async () => {
  await browser.signIn();
  const asked = attempt(client, { state: 'a-state-of-its-own' });
  const code = (await allow(browser, asked.url)).get('code') ?? '';
  const { body } = await redeem(app, client, code, asked);
  const logged = app.logged();
  for (const secret of [code, body.access_token, body.refresh_token, asked.verifier, 'a-state-of-its-own']) expect(logged).not.toContain(secret);
  expect(logged).toContain('"operation":"oauth_token"');
});
