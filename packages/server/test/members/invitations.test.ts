import { definePlatform } from 'gatehouse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixtureSpec } from '../../../../test/support/fixture-platform.js';
import { type TestApp, openApp } from '../../../../test/support/open-app.js';
import { sayable } from '../../src/services/members/courier.js';
import { type Person, browse, club, founded, person, statuses, tokenPrinted } from './people.js';

const DAY = 86_400_000;
let app: TestApp;
let owner: Person;
let tenant: string;
let n = 0;

beforeAll(async () => {
  app = await openApp(club);
  owner = await person(app, 'owner@example.com');
  tenant = await founded(owner);
});
afterAll(() => app.close());

const somebody = () => {
  n += 1;
  return person(app, `new${n}@example.com`);
};
const invite = (email: string, role = 'guest', by = owner) => by.manage('POST', '/invitations', { email, role });
const accept = (who: Person, name: object) => who.manage('POST', '/invitations/accept', name);
const inAs = async (who: Person) => (await who.manage('GET', '/tenants')).body.find(({ id }: { id: string }) => id === tenant)?.role;

describe('an invitation', () => {
  it('is answered without its token, listed to who administers, and found by whom it is for', async () => {
    const who = await somebody();
    const made = await invite(who.email.toUpperCase());
    expect([made.status, made.body]).toEqual([
      201,
      {
        ...{ id: expect.any(String), email: who.email, role: 'guest', invited_by: owner.user, delivery: 'terminal' },
        ...{ created_at: '2026-01-31T09:30:00Z', expires_at: '2026-02-07T09:30:00Z' },
      },
    ]);
    const { delivery: _delivery, ...shown } = made.body;
    expect((await owner.manage('GET', '/invitations')).body).toContainEqual(shown);
    expect((await who.manage('GET', '/invitations/received')).body).toEqual([
      expect.objectContaining({ id: made.body.id, tenant_id: tenant, tenant_name: 'The club', role: 'guest' }),
    ]);
    expect((await owner.manage('GET', '/invitations/received')).body).toEqual([]);
    const again = [await invite(who.email), await invite(owner.email), await invite('no address'), await invite('x@example.com', 'king')];
    expect(statuses(...again)).toEqual([409, 409, 400, 400]);
  });

  it('lets in whom it is for, once, by the token of its link or by its id', async () => {
    for (const by of ['token', 'id'] as const) {
      const who = await somebody();
      const { body } = await invite(who.email);
      const name = by === 'id' ? { id: body.id } : { token: tokenPrinted(app, who.email) };
      const answers = await Promise.all(Array.from({ length: 8 }, () => accept(who, name)));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(404)]);
      expect(answers.find(({ status }) => status === 200)?.body).toEqual({ tenant_id: tenant, role: 'guest' });
      expect([await inAs(who), (await accept(who, name)).status]).toEqual(['guest', 404]);
    }
  });

  it('is nobody else’s, whatever they hold of it (invitation ownership): told as one that there is not', async () => {
    const who = await somebody();
    const { body } = await invite(who.email);
    const thief = await somebody();
    const token = tokenPrinted(app, who.email);
    const attempts = [{ id: body.id }, { token }, { id: 'unknown' }, { token: `${token.slice(0, -1)}A` }, { token: 'x' }];
    const said = await Promise.all(attempts.map((name) => accept(thief, name)));
    expect(new Set(said.map(({ status, text }) => `${status} ${text.replace(/req_\w+/, '')}`)).size).toBe(1);
    expect([said[0]?.status, await inAs(thief)]).toEqual([404, undefined]);
    expect(statuses(await accept(thief, {}), await accept(thief, { id: body.id, token }))).toEqual([400, 400]);
    expect((await accept(who, { token })).status).toBe(200);
  });

  it('is not for who has not verified the address', async () => {
    const { store } = app.gatehouse;
    const home = { id: 'home-unverified', name: 'Home', plan: null, externalId: null, createdAt: 1 };
    const user = { id: 'unverified', email: 'claimed@example.com', emailVerified: false, name: null, homeTenant: home.id, createdAt: 1 };
    await store.users.create(user, home);
    const who = await person(app, user.email);
    const { body } = await invite(user.email);
    expect([(await accept(who, { id: body.id })).status, (await who.manage('GET', '/invitations/received')).body]).toEqual([404, []]);
  });

  it('ends by being withdrawn, by its time, and with the right of whoever made it', async () => {
    const [one, two, three] = [await somebody(), await somebody(), await somebody()];
    const withdrawn = (await invite(one.email)).body.id;
    const foreign = await person(app, 'foreign@example.com');
    await founded(foreign);
    expect(statuses(await foreign.manage('DELETE', `/invitations/${withdrawn}`), await owner.manage('DELETE', `/invitations/${withdrawn}`))).toEqual([
      404, 204,
    ]);
    const manager = await somebody();
    await accept(manager, { id: (await invite(manager.email, 'manager')).body.id });
    await manager.manage('POST', '/sessions/switch', { tenant_id: tenant });
    const demoted = (await invite(two.email, 'writer', manager)).body.id;
    await owner.manage('PATCH', `/members/${manager.user}`, { role: 'reader' });
    expect(statuses(await accept(one, { id: withdrawn }), await accept(two, { id: demoted }))).toEqual([404, 404]);
    const late = (await invite(three.email)).body.id;
    app.clock.advance(7 * DAY);
    const back = await person(app, three.email);
    expect((await accept(back, { id: late })).status).toBe(404);
    owner = await person(app, owner.email);
    await owner.manage('POST', '/sessions/switch', { tenant_id: tenant });
    expect((await invite(three.email)).status).toBe(201);
  });

  it('is made by who administers, to no role beyond their own, and only so many a day', async () => {
    const reader = await somebody();
    await accept(reader, { id: (await invite(reader.email, 'reader')).body.id });
    await reader.manage('POST', '/sessions/switch', { tenant_id: tenant });
    expect(statuses(await invite('a@example.com', 'owner', reader), await invite('a@example.com', 'writer', reader))).toEqual([403, 403]);
    const guest = await somebody();
    await accept(guest, { id: (await invite(guest.email)).body.id });
    await guest.manage('POST', '/sessions/switch', { tenant_id: tenant });
    const asGuest = [await invite('b@example.com', 'guest', guest), await guest.manage('GET', '/invitations'), await guest.manage('DELETE', '/invitations/x')];
    expect(statuses(...asGuest)).toEqual([403, 403, 403]);
    for (let i = 0; i < 5; i += 1) await owner.manage('DELETE', `/invitations/${(await invite('often@example.com')).body.id}`);
    const sixth = await invite('often@example.com');
    expect([sixth.status, sixth.body.code, Number(sixth.headers.get('retry-after'))]).toEqual([429, 'rate_limited', expect.any(Number)]);
  });
});

describe('the page of an invitation', () => {
  it('leads who is not signed in to the sign-in page and back, its token in no other URL; then one button lets in', async () => {
    const who = await somebody();
    const { body } = await invite(who.email);
    const link = `/invitation?token=${tokenPrinted(app, who.email)}`;
    const away = await browse(app, link);
    const back = `/invitation?id=${body.id}`;
    expect([away.status, away.location]).toEqual([303, `/sign-in?next=${encodeURIComponent(back)}`]);
    expect((await browse(app, String(away.location))).text).toContain('Sign in to see your invitation');
    for (const path of [link, back]) {
      const page = await browse(app, path, who.token);
      expect([page.status, page.text]).toEqual([200, expect.stringMatching(/Join <bdi>The club<\/bdi>\?[\s\S]*value="[\w-]+"/)]);
    }
    expect(await inAs(who)).toBeUndefined();
    const foreign = await fetch(app.url + back, { method: 'POST', headers: { cookie: `gatehouse_session=${who.token}`, origin: 'http://evil.example' } });
    expect(foreign.status).toBe(403);
    const joined = await browse(app, '/invitation', who.token, { id: body.id });
    expect([joined.status, joined.location, await inAs(who)]).toEqual([303, '/account?done=joined', 'guest']);
    expect((await browse(app, '/invitation', who.token, { id: body.id })).status).toBe(404);
  });

  it('says to who is signed in with another address that it is for another one, and to who guesses that there is none', async () => {
    const who = await somebody();
    const { body } = await invite(who.email);
    const other = await somebody();
    const page = await browse(app, `/invitation?token=${tokenPrinted(app, who.email)}`, other.token);
    expect([page.status, page.text.includes(who.email), page.text.includes(other.email)]).toEqual([403, true, true]);
    expect(page.text).toContain(`/sign-in?other=1&amp;next=${encodeURIComponent(`/invitation?id=${body.id}`)}`);
    const guesses = [`?id=${body.id}`, '?id=unknown', `?token=ghi_${'A'.repeat(43)}`, ''];
    const shown = await Promise.all(guesses.map((query) => browse(app, `/invitation${query}`, other.token)));
    expect(new Set(shown.map(({ status, text }) => `${status} ${text.replace(/req_\w+/, '')}`)).size).toBe(1);
    expect(shown[0]?.status).toBe(404);
    expect((await browse(app, `/invitation?token=ghi_${'A'.repeat(43)}`)).status).toBe(404);
  });

  it('is beside the account page, which shows the spaces, switches between them, leaves one and joins one', async () => {
    const who = await somebody();
    const { body } = await invite(who.email, 'writer');
    const account = async () => (await browse(app, '/account', who.token)).text;
    expect(await account()).toMatch(/Invitations[\s\S]*The club[\s\S]*Your role: writer/);
    await browse(app, '/invitation', who.token, { id: body.id });
    const post = async (path: string, form: Record<string, string>) => (await browse(app, path, who.token, form)).location;
    expect(await post('/account/leave', { tenant })).toBe('/account?done=gone');
    expect(await post('/account/switch', { tenant: owner.home })).toBe('/account?done=gone');
    expect(await post('/account/switch', { tenant })).toBe('/account?done=switched');
    expect(await account()).toMatch(/The club<\/bdi> <span class="tag">current/);
    expect(await post('/account/leave', { tenant })).toBe('/account?done=left');
    expect([await inAs(who), (await account()).includes('The club')]).toEqual([undefined, false]);
    const home = await browse(app, '/account/leave', who.token, { tenant: who.home });
    expect(home.status).toBe(409);
  });
});

describe('where a space is of one person', () => {
  it('there are neither invitations nor roles nor further tenants', async () => {
    const alone = await openApp(definePlatform({ ...fixtureSpec, tenancy: { shared: false } }));
    try {
      const names = alone.gatehouse.operations.map(({ name }) => name);
      expect(names.filter((name) => /invitations|members_(update|remove|leave)|tenants_create|sessions_switch/.test(name))).toEqual([]);
      const who = await person(alone, 'ann@example.com');
      expect(statuses(await who.manage('POST', '/invitations', {}), await who.manage('GET', '/members'))).toEqual([404, 200]);
      expect([(await browse(alone, '/invitation', who.token)).status, (await browse(alone, '/account', who.token)).text.includes('Your spaces')]).toEqual([
        404,
        false,
      ]);
    } finally {
      await alone.close();
    }
  });
});

it('no name that somebody chose stands in a mail where it could be taken for an address', () => {
  const names = ['Ann & Sons', 'Win at evil.example', 'http://x', 'a@b', 'evil.com', ' \n\u202e', 'Two\nlines'];
  expect(names.map(sayable)).toEqual(['Ann & Sons', undefined, undefined, undefined, undefined, undefined, 'Two lines']);
});
