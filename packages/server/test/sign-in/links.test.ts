import { definePlatform } from 'gatehouse';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { fixturePlatform, fixtureSpec } from '../../../../test/support/fixture-platform.js';
import { type TestApp, openApp } from '../../../../test/support/open-app.js';
import { cookieOf, signIn } from '../sessions/people.js';
import { Browser, printedLink, signInByLink, tokenIn } from './browser.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let app: TestApp;
beforeAll(async () => {
  app = await openApp(fixturePlatform, { database: 'sqlite' });
});
afterAll(() => app.close());
// So that no test is refused for what another one asked.
afterEach(() => app.clock.advance(2 * HOUR));

const fresh = () => new Browser(app);
/** A link for this address, as a path. */
async function linkFor(email: string, next?: string): Promise<string> {
  const seen = await fresh().post('/sign-in', { email, ...(next === undefined ? {} : { next }) });
  expect(seen.status).toBe(200);
  return printedLink(app).slice(app.url.length);
}

describe('a link that signs in', () => {
  it('is printed where no mail is sent, leads to a page with a button, and that signs in and goes on', async () => {
    const browser = fresh();
    const page = await browser.get('/sign-in?next=/oauth/authorize%3Fa%3Db');
    expect(page.text).toContain('<input type="hidden" name="next" value="/oauth/authorize?a=b">');
    const sent = await browser.post('/sign-in', { email: ' Ann@Example.com ', next: '/oauth/authorize?a=b' });
    expect([sent.status, sent.text.includes('terminal'), sent.headers.get('cache-control')]).toEqual([200, true, 'no-store']);
    const link = printedLink(app);
    expect(link).toMatch(new RegExp(`^${app.url}/sign-in/link\\?token=ghl_[\\w-]{43}$`));
    const button = await browser.get(link.slice(app.url.length));
    expect([button.status, button.text.includes('ann@example.com'), browser.session]).toEqual([200, true, undefined]);
    const done = await browser.post('/sign-in/link', { token: tokenIn(link) });
    expect([done.status, done.leadsTo]).toEqual([200, '/oauth/authorize?a=b']);
    expect(await browser.email()).toBe('ann@example.com');
    const [session] = await app.gatehouse.sessions.list(((await app.gatehouse.users.findOrCreate('ann@example.com')) as { id: string }).id);
    expect(session).toMatchObject({ createdBy: 'link' });
  });

  it('signs one in, once, however many redeem it at the same time', async () => {
    const token = tokenIn(app.url + (await linkFor('once@example.com')));
    const browsers = Array.from({ length: 8 }, fresh);
    const answers = await Promise.all(browsers.map((browser) => browser.post('/sign-in/link', { token })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404, 404, 404, 404, 404, 404]);
    expect(browsers.filter(({ session }) => session !== undefined)).toHaveLength(1);
    const user = (await app.gatehouse.users.findOrCreate('once@example.com')) as { id: string };
    expect(await app.gatehouse.sessions.list(user.id)).toHaveLength(1);
  });

  it('is not used up by those who only look at it: GET and HEAD, again and again', async () => {
    const link = await linkFor('scanned@example.com');
    for (let i = 0; i < 3; i += 1) expect((await fresh().get(link)).status).toBe(200);
    expect((await fetch(app.url + link, { method: 'HEAD' })).status).toBe(200);
    expect((await fresh().post('/sign-in/link', { token: tokenIn(app.url + link) })).status).toBe(200);
  });

  it('is good for 15 minutes, and not a moment longer', async () => {
    const [early, late] = [await linkFor('early@example.com'), await linkFor('late@example.com')];
    app.clock.advance(15 * MINUTE - 1);
    expect((await fresh().post('/sign-in/link', { token: tokenIn(app.url + early) })).status).toBe(200);
    app.clock.advance(1);
    expect((await fresh().get(late)).status).toBe(404);
    expect((await fresh().post('/sign-in/link', { token: tokenIn(app.url + late) })).status).toBe(404);
  });

  it('that is used, too old, unknown or no link at all is one and the same page', async () => {
    const link = await linkFor('used@example.com');
    const used = tokenIn(app.url + link);
    await fresh().post('/sign-in/link', { token: used });
    const pages: string[] = [];
    for (const token of [used, `ghl_${'A'.repeat(43)}`, 'x', '', used.slice(0, -1)]) {
      const seen = await fresh().post('/sign-in/link', { token });
      expect([seen.status, seen.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
      pages.push(seen.text.replaceAll(seen.headers.get('x-request-id') ?? '-', ''));
    }
    expect(new Set(pages).size).toBe(1);
    expect((await fresh().get('/sign-in/link')).status).toBe(404);
  });

  it('signs in the same again by a second click on a slow line, for half a minute, from the page that it led to and from nowhere else', async () => {
    const link = await linkFor('hasty@example.com');
    const token = tokenIn(app.url + link);
    const shown = async () => /name="once" value="([^"]+)"/.exec((await fresh().get(link)).text)?.[1] ?? '';
    const [once, another] = [await shown(), await shown()];
    const [first, second, third] = [fresh(), fresh(), fresh()];
    await Promise.all([first, second].map((browser) => browser.post('/sign-in/link', { token, once })));
    await third.post('/sign-in/link', { token, once });
    expect([second.session, third.session, await third.email()]).toEqual([first.session, first.session, 'hasty@example.com']);
    for (const fields of [{ token, once: another }, { token, once: '' }, { token }]) {
      expect((await fresh().post('/sign-in/link', fields)).status).toBe(404);
    }
    expect((await fresh().post('/sign-in/link', { token, once }, { origin: 'https://evil.example' })).status).toBe(403);
    app.clock.advance(30_000);
    expect((await fresh().post('/sign-in/link', { token, once })).status).toBe(404);
  });

  it('is nowhere but in the mail or on the terminal: not in the log, not in the database, not in another answer', async () => {
    const token = tokenIn(app.url + (await linkFor('quiet@example.com')));
    await fresh().get(`/sign-in/link?token=${token}`);
    await fresh().post('/sign-in/link', { token });
    await fresh().post('/sign-in/link', { token });
    expect(app.logged()).not.toContain(token.slice(0, 20));
    expect(app.logged()).not.toContain('quiet@example.com');
    expect(app.logged()).toContain('"event":"signed_in","by":"link"');
  });

  it('makes whoever is unknown a user whose e-mail is verified, and finds whoever is known, whatever the letters', async () => {
    const { user } = await signIn(app, 'known@example.com');
    const browser = fresh();
    await signInByLink(app, browser, 'KNOWN@example.com');
    const me = JSON.parse((await browser.get('/api/v1/gatehouse/me')).text);
    expect([me.email, (await app.gatehouse.store.users.findByEmail('known@example.com'))?.id]).toEqual(['known@example.com', user]);
    await signInByLink(app, fresh(), 'new@example.com');
    expect(await app.gatehouse.store.users.findByEmail('new@example.com')).toMatchObject({ emailVerified: true });
  });

  it.each([
    '',
    'ann',
    'ann@',
    '@example.com',
    'a@b@c',
    'a b@example.com',
    'a,b@example.com',
    '<a@example.com>',
    'a@example.com\r\nbcc: b@example.com',
    'a\u001b[2J@example.com',
    'a\u202e@example.com',
    `${'a'.repeat(300)}@example.com`,
  ])('is not sent to %j: the page says so, with what was typed', async (email) => {
    const before = app.printed();
    const seen = await fresh().post('/sign-in', { email });
    expect([seen.status, seen.text.includes('Enter an e-mail address')]).toEqual([400, true]);
    expect(app.printed()).toBe(before);
  });

  it.each(['//evil.example', 'https://evil.example', '/\\evil.example', '/a/..//evil.example', 'javascript:alert(1)'])('never leads on to %s', async (next) => {
    expect((await fresh().get(`/sign-in?next=${encodeURIComponent(next)}`)).text).not.toContain('name="next"');
    const browser = fresh();
    await browser.post('/sign-in', { email: 'onward@example.com', next });
    expect((await browser.post('/sign-in/link', { token: tokenIn(printedLink(app)) })).leadsTo).toBe('/account');
    expect((await browser.get(`/sign-in?next=${encodeURIComponent(next)}`)).leadsTo).toBe('/account');
  });
});

describe('how often a link is sent', () => {
  it('five times an hour to one address, and thirty from one place, then 429 with when to try again', async () => {
    const ask = (email: string) => fresh().post('/sign-in', { email });
    for (let i = 0; i < 5; i += 1) expect((await ask('busy@example.com')).status).toBe(200);
    const sixth = await ask('BUSY@example.com');
    expect([sixth.status, sixth.headers.get('retry-after'), sixth.headers.get('content-type')]).toEqual([429, '720', 'text/html; charset=utf-8']);
    for (let i = 5; i < 30; i += 1) expect((await ask(`busy-${i}@example.com`)).status).toBe(200);
    expect((await ask('one-more@example.com')).status).toBe(429);
    app.clock.advance(12 * MINUTE);
    expect((await ask('busy@example.com')).status).toBe(200);
    expect((await ask('busy@example.com')).status).toBe(429);
  });

  it('and guesses at links are counted as failed authentications', async () => {
    const other = await openApp(fixturePlatform, { database: 'sqlite', flags: { failedAuthPerMinute: '3' } });
    try {
      const guess = async () => (await new Browser(other).post('/sign-in/link', { token: 'ghl_x' })).status;
      expect([await guess(), await guess(), await guess(), await guess()]).toEqual([404, 404, 404, 429]);
    } finally {
      await other.close();
    }
  });
});

describe('where nobody new is let in', () => {
  const closed = definePlatform({ ...fixtureSpec, signIn: { newcomers: 'refused' } });

  it('the answer is the same whether an address is known or not, and only who is known gets a link', async () => {
    const other = await openApp(closed, { database: 'sqlite' });
    try {
      await signIn(other, 'ann@example.com');
      const browser = new Browser(other);
      const answers = [];
      for (const email of ['ann@example.com', 'eve@example.com']) {
        const seen = await browser.post('/sign-in', { email });
        const id = seen.headers.get('x-request-id') ?? '-';
        answers.push([seen.status, seen.text.replaceAll(email, 'who').replaceAll(id, '')]);
      }
      expect(answers[1]).toEqual(answers[0]);
      await expect.poll(() => other.printed()).toContain('ann@example.com');
      expect(other.printed()).not.toContain('eve@example.com');
      await browser.post('/sign-in/link', { token: tokenIn(printedLink(other)) });
      expect(await browser.email()).toBe('ann@example.com');
    } finally {
      await other.close();
    }
  });
});

describe('signing in and out, and who may have a browser do so', () => {
  it('a form of another site, or of nobody, signs nobody in, with a cookie or without (login CSRF)', async () => {
    const token = tokenIn(app.url + (await linkFor('csrf@example.com')));
    const { port } = new URL(app.url);
    for (const origin of ['https://evil.example', 'null', `http://localhost:${port}`, 'http://127.0.0.1:1'])
      for (const path of ['/sign-in', '/sign-in/link', '/sign-out']) {
        const seen = await fresh().post(path, { token, email: 'csrf@example.com' }, { origin });
        expect([origin, path, seen.status, seen.headers.get('content-type')]).toEqual([origin, path, 403, 'text/html; charset=utf-8']);
      }
    const silent = await fetch(`${app.url}/sign-in/link`, { method: 'POST', body: new URLSearchParams({ token }) });
    expect([silent.status, silent.headers.get('set-cookie')]).toEqual([403, null]);
    expect((await fresh().post('/sign-in/link', { token })).status).toBe(200);
  });

  it('ends the session that the browser had, whoever planted it (session fixation)', async () => {
    const planted = await signIn(app, 'attacker@example.com');
    const second = await signIn(app, 'attacker@example.com');
    const browser = fresh();
    await browser.post('/sign-in', { email: 'victim@example.com' });
    const headers = { cookie: `${cookieOf(planted.token)}; ${cookieOf(second.token)}` };
    await browser.post('/sign-in/link', { token: tokenIn(printedLink(app)) }, headers);
    expect([browser.session === planted.token, await browser.email()]).toEqual([false, 'victim@example.com']);
    for (const { token } of [planted, second]) expect((await app.call('GET', '/api/v1/gatehouse/me', { token })).status).toBe(401);
  });

  it('whoever is signed in goes straight on, and can sign in as somebody else', async () => {
    const browser = fresh();
    await signInByLink(app, browser, 'first@example.com');
    const straight = await browser.get('/sign-in?next=/docs');
    expect([straight.status, straight.leadsTo]).toEqual([303, '/docs']);
    expect((await browser.get('/sign-in')).leadsTo).toBe('/account');
    const other = await browser.get('/sign-in?next=/docs&other=1');
    expect([other.status, other.text.includes('name="next" value="/docs"')]).toEqual([200, true]);
    const former = browser.session ?? '';
    await signInByLink(app, browser, 'second@example.com');
    expect(await browser.email()).toBe('second@example.com');
    expect((await app.call('GET', '/api/v1/gatehouse/me', { token: former })).status).toBe(401);
  });

  it('a cookie that is no good is taken back, and the page is shown', async () => {
    const ended = await signIn(app, 'ended@example.com');
    await app.gatehouse.sessions.revoke(ended.user, ended.id);
    for (const cookie of [cookieOf(ended.token), cookieOf('rubbish'), cookieOf(''), `${cookieOf(ended.token)}; ${cookieOf('x')}`]) {
      const seen = await fresh().get('/sign-in?next=/docs', { cookie });
      expect([cookie, seen.status, seen.leadsTo]).toEqual([cookie, 200, null]);
      expect(seen.headers.get('set-cookie')).toBe('gatehouse_session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0');
    }
    const bearing = await fresh().get('/sign-in', { authorization: 'Bearer rubbish' });
    expect(bearing.status).toBe(200);
  });

  it('signing out ends the session at once and takes the cookie', async () => {
    const browser = fresh();
    await signInByLink(app, browser, 'leaving@example.com');
    const token = browser.session ?? '';
    const out = await browser.post('/sign-out');
    expect([out.status, out.leadsTo, browser.session]).toEqual([303, '/sign-in', undefined]);
    expect((await app.call('GET', '/api/v1/gatehouse/me', { token })).status).toBe(401);
    expect((await browser.post('/sign-out')).status).toBe(303);
  });
});

describe('what goes wrong on these pages', () => {
  it.each([
    ['GET', '/sign-in/nowhere', 404],
    ['GET', '/sign-in/with/github', 404],
    ['GET', '/sign-in/', 404],
    ['GET', '/sign-out', 405],
    ['DELETE', '/sign-in', 405],
    ['PUT', '/sign-in/link', 405],
    ['OPTIONS', '/sign-in', 405],
  ])('%s %s is a page with status %i', async (method, path, status) => {
    const response = await fetch(app.url + path, { method, redirect: 'manual' });
    expect([response.status, response.headers.get('content-type')]).toEqual([status, 'text/html; charset=utf-8']);
    expect(await response.text()).toContain(response.headers.get('x-request-id'));
  });

  it.each([
    ['application/json', '{"email":"a@example.com"}', 415],
    ['text/plain', 'email=a@example.com', 415],
    ['application/x-www-form-urlencoded', `email=${'a'.repeat(20_000)}`, 413],
    ['application/x-www-form-urlencoded', `email=${'a'.repeat(1_100_000)}`, 413],
    ['application/x-www-form-urlencoded', '', 400],
    ['application/x-www-form-urlencoded', '%%%=&&&', 400],
  ])('a body of %s that does not do is a page', async (type, body, status) => {
    const response = await fetch(`${app.url}/sign-in`, { method: 'POST', body, headers: { 'content-type': type, origin: app.url } });
    expect([response.status, response.headers.get('content-type')]).toEqual([status, 'text/html; charset=utf-8']);
  });

  it('a page of another site that asks is refused by a page as well', async () => {
    const response = await fetch(`${app.url}/sign-in`, { headers: { origin: 'https://evil.example' } });
    expect([response.status, response.headers.get('content-type')]).toEqual([403, 'text/html; charset=utf-8']);
  });

  it('a platform without sign-in has none of it', async () => {
    const other = await openApp(definePlatform({ ...fixtureSpec, signIn: false }), { database: 'sqlite' });
    try {
      for (const path of ['/sign-in', '/sign-in/link', '/sign-out']) expect((await other.call('GET', path)).body.code).toBe('unknown_route');
    } finally {
      await other.close();
    }
  });

  it('in production without a mail server the page offers no link, and none is printed', async () => {
    const origin = 'https://api.example.com';
    const other = await openApp(fixturePlatform, { database: 'sqlite', flags: { publicUrl: origin } });
    try {
      const browser = new Browser(other, origin);
      expect((await browser.get('/sign-in')).text).not.toContain('type="email"');
      expect((await browser.post('/sign-in', { email: 'ann@example.com' })).status).toBe(403);
      expect(other.printed()).toBe('');
    } finally {
      await other.close();
    }
  });
});
