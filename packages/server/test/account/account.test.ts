import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fixturePlatform } from '../../../../test/support/fixture-platform.js';
import { type Answer, type TestApp, openApp } from '../../../../test/support/open-app.js';
import { type SignedIn, cookieOf, isIn, signIn } from '../sessions/people.js';

let app: TestApp;
let ann: SignedIn;
beforeAll(async () => {
  app = await openApp(fixturePlatform);
});
afterAll(() => app.close());
beforeEach(async () => {
  ann = await signIn(app, `${randomUUID()}@example.com`);
});

/** Answers the client that was let in. */
async function grant({ user }: SignedIn, client: string = randomUUID(), scopes = ['things:read']): Promise<string> {
  const { store } = app.gatehouse;
  const id = randomUUID();
  const home = (await store.users.find(user))?.homeTenant ?? '';
  await store.grants.create(home, {
    id,
    tenant: home,
    user,
    client,
    clientName: 'Claude <Code>',
    clientHost: '127.0.0.1',
    scopes,
    createdAt: app.clock.now(),
    lastUsedAt: null,
    revokedAt: null,
  });
  return client;
}

const page = async (path: string, token: string) => send('GET', path, { cookie: cookieOf(token) });
const post = (path: string, form: Record<string, string>, headers: Record<string, string>) =>
  send('POST', path, { origin: app.url, 'content-type': 'application/x-www-form-urlencoded', ...headers }, new URLSearchParams(form).toString());

async function send(method: string, path: string, headers: Record<string, string>, body?: string): Promise<Answer> {
  const response = await fetch(app.url + path, { method, headers, redirect: 'manual', ...(body === undefined ? {} : { body }) });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: text };
}

const locationOf = ({ headers }: Answer) => headers.get('location');

test('an address that is nobody’s is a page for whoever goes there in a browser, with a way on, and JSON for programs', async () => {
  const visit = await send('GET', '/nowhere', { 'sec-fetch-dest': 'document' });
  expect([visit.status, visit.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
  expect(visit.text).toMatch(/There is no such page[\s\S]*href="\/account"[\s\S]*req_/);
  for (const path of ['/', '/nowhere']) {
    const program = await app.call('GET', path);
    expect([program.status, program.body.code, program.body.next]).toEqual([404, 'unknown_route', 'REST lives under /api/v1, MCP at /mcp.']);
  }
  expect((await app.call('GET', '/api/v1/nothing', { headers: { 'sec-fetch-dest': 'document' } })).body.code).toBe('unknown_route');
});

test('who goes to the name of the server alone in a browser is led to the account', async () => {
  const answer = await send('GET', '/', { 'sec-fetch-dest': 'document' });
  expect([answer.status, locationOf(answer)]).toEqual([303, '/account']);
});

test.each(['/sign-in', '/sign-out', '/account/disconnect', '/oauth/consent/x'])(
  'a form that a page of another site sends to %s is refused by a page, in words for whoever sent it',
  async (path) => {
    const { status, headers, text } = await post(path, { scope: 'a' }, { origin: 'https://evil.example' });
    expect([status, headers.get('content-type')]).toEqual([403, 'text/html; charset=utf-8']);
    expect(text).toMatch(/This came from another site[\s\S]*nothing was done/);
    expect(text).not.toMatch(/cors|of this origin/);
  },
);

describe('GET /account', () => {
  test('shows who is signed in, what has access in words, and where else the person is signed in', async () => {
    await grant(ann);
    const { status, text, headers } = await page('/account', ann.token);
    expect(status).toBe(200);
    expect(text).toMatch(/You are signed in as <b><bdi>[\w-]+@example\.com/);
    expect(text).toContain('Claude &lt;Code&gt;');
    expect(text).toContain('<li>Read things</li>');
    expect(text).toMatch(/a test<\/bdi> <span class="tag">this browser/);
    expect(headers.get('cache-control')).toBe('no-store');
  });

  test.each([
    ['without a cookie', () => ({})],
    ['with a token that nobody has', () => ({ cookie: cookieOf('0'.repeat(64)) })],
    ['with a cookie that is none', () => ({ cookie: 'gatehouse_session=x' })],
    ['with a session that has ended', async () => ({ cookie: cookieOf(await ended()) })],
    ['with an API key', async () => ({ 'x-api-key': (await app.key('ann@example.com')).raw })],
  ])('%s leads to the sign-in page, and back', async (_how, headersOf) => {
    const answer = await send('GET', '/account', await headersOf());
    expect([answer.status, locationOf(answer)]).toEqual([303, '/sign-in?next=%2Faccount']);
  });

  async function ended(): Promise<string> {
    await app.gatehouse.sessions.revokeAll(ann.user);
    return ann.token;
  }

  test('shows no notice but its own', async () => {
    const text = async (done: string) => (await page(`/account?done=${encodeURIComponent(done)}`, ann.token)).text;
    expect(await text('disconnected')).toContain('role="status">The app is disconnected.');
    for (const other of ['<b>hello</b>', 'constructor', '__proto__', '']) expect(await text(other)).not.toMatch(/role="status"|hello|constructor/);
  });

  test('takes no other method', async () => {
    const answer = await send('DELETE', '/account', { cookie: cookieOf(ann.token), origin: app.url });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    expect((await send('GET', '/account/disconnect', { cookie: cookieOf(ann.token) })).headers.get('allow')).toBe('POST');
  });
});

describe('the forms', () => {
  test('disconnect one app, however often it was let in, and no other', async () => {
    const [one, other] = [await grant(ann), await grant(ann)];
    await grant(ann, one, ['things:write']);
    const { text } = await page('/account', ann.token);
    const entries = text.match(/Claude &lt;Code&gt;<\/bdi><\/h3>[\s\S]*?Disconnect/g)?.map((entry) => entry.match(/<li>[^<]*/g));
    expect(entries).toEqual(expect.arrayContaining([['<li>Read things', '<li>Read and change things'], ['<li>Read things']]));
    const answer = await post('/account/disconnect', { client: one }, { cookie: cookieOf(ann.token) });
    expect([answer.status, locationOf(answer)]).toEqual([303, '/account?done=disconnected']);
    expect((await app.gatehouse.grants.list(ann.user)).map(({ client }) => client)).toEqual([other]);
    const again = await post('/account/disconnect', { client: one }, { cookie: cookieOf(ann.token) });
    expect(locationOf(again)).toBe('/account?done=gone');
  });

  test("touch nothing of another person's", async () => {
    const bob = await signIn(app, `${randomUUID()}@example.com`);
    const theirs = await grant(bob);
    const cookie = { cookie: cookieOf(ann.token) };
    expect(locationOf(await post('/account/disconnect', { client: theirs }, cookie))).toBe('/account?done=gone');
    expect(locationOf(await post('/account/end-session', { session: bob.id }, cookie))).toBe('/account?done=gone');
    expect(await app.gatehouse.grants.list(bob.user)).toHaveLength(1);
    expect(await isIn(app, bob.token)).toBe(true);
  });

  test('sign out one other browser, or everywhere', async () => {
    const email = `${randomUUID()}@example.com`;
    const [here, there] = [await signIn(app, email), await signIn(app, email)];
    const answer = await post('/account/end-session', { session: there.id }, { cookie: cookieOf(here.token) });
    expect(locationOf(answer)).toBe('/account?done=ended');
    expect([await isIn(app, here.token), await isIn(app, there.token)]).toEqual([true, false]);
    const everywhere = await post('/account/sign-out-everywhere', {}, { cookie: cookieOf(here.token) });
    expect([everywhere.status, locationOf(everywhere)]).toEqual([303, '/sign-in']);
    expect(everywhere.headers.get('set-cookie')).toMatch(/^gatehouse_session=;.*Max-Age=0/);
    expect(await isIn(app, here.token)).toBe(false);
  });

  test.each([
    ['of another site', { origin: 'https://evil.example' }],
    ['of another port', { origin: 'http://127.0.0.1:1' }],
    ['that hides where it comes from', { origin: 'null' }],
  ])('do nothing for a page %s', async (_which, headers) => {
    await grant(ann);
    for (const path of ['/account/disconnect', '/account/end-session', '/account/sign-out-everywhere']) {
      const answer = await post(path, { client: 'x', session: ann.id }, { cookie: cookieOf(ann.token), ...headers });
      expect([answer.status, answer.headers.get('content-type')]).toEqual([403, 'text/html; charset=utf-8']);
    }
    expect(await isIn(app, ann.token)).toBe(true);
  });

  test('lead whoever is not signed in to the sign-in page', async () => {
    const answer = await post('/account/sign-out-everywhere', {}, {});
    expect([answer.status, locationOf(answer)]).toEqual([303, '/sign-in?next=%2Faccount']);
  });

  test('that say nothing end nothing', async () => {
    await grant(ann);
    const answer = await send(
      'POST',
      '/account/disconnect',
      { origin: app.url, cookie: cookieOf(ann.token), 'content-type': 'application/json' },
      '{"grant":"x"}',
    );
    expect(locationOf(answer)).toBe('/account?done=gone');
    expect(await app.gatehouse.grants.list(ann.user)).toHaveLength(1);
  });
});
