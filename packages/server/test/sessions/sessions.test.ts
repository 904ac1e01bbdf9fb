import { createHash } from 'node:crypto';
import { bindTo, defineOperation, definePlatform } from 'gatehouse';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { databaseKind, newAppDatabase } from '../../../../test/support/app-database.js';
import { fixturePlatform, fixtureSpec } from '../../../../test/support/fixture-platform.js';
import { type TestApp, openApp } from '../../../../test/support/open-app.js';
import { DAY, HOUR, cookieOf, isIn, me, refresh, signIn } from './people.js';

let app: TestApp;
let stored: () => Promise<string>;
beforeEach(async () => {
  const database = await newAppDatabase(databaseKind(), fixturePlatform);
  stored = database.content;
  app = await openApp(fixturePlatform, { database });
});
afterEach(() => app.close());

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const manage = (token: string, method: string, path: string) => app.call(method, `/api/v1/gatehouse${path}`, { token });

describe('a session token', () => {
  it('is 64 hex digits without a prefix, opens REST and MCP as its user, and is in no table and no log', async () => {
    const { token, user } = await signIn(app);
    expect(token).toMatch(/^[0-9a-f]{64}$/);
    expect((await me(app, token)).body).toMatchObject({ id: user, email: 'ann@example.com', role: 'owner' });
    expect((await app.call('POST', '/api/v1/things', { token, body: { name: 'hers' } })).status).toBe(201);
    const { body } = await app.rpc(token, 'tools/list');
    expect(body.result.tools.map(({ name }: { name: string }) => name)).toContain('things_create');
    const { body: next } = await refresh(app, token);
    const kept = (await stored()) + app.logged();
    expect(kept).toContain(sha256(token));
    expect([token, next.token].filter((secret) => kept.includes(secret))).toEqual([]);
  });

  it('is good for an hour to the millisecond, however much it is used', async () => {
    const { token } = await signIn(app);
    for (let minute = 0; minute < 59; minute += 10) {
      expect(await isIn(app, token)).toBe(true);
      app.clock.advance(10 * 60_000 - 1);
    }
    app.clock.advance(5);
    expect(await isIn(app, token)).toBe(true);
    app.clock.advance(1);
    expect(await isIn(app, token)).toBe(false);
    expect((await refresh(app, token)).status).toBe(401);
    expect(app.logged()).toContain('"reason":"expired"');
  });

  it('that is unknown, upper case, cut short or in the header for keys is refused like any other', async () => {
    const { token } = await signIn(app);
    for (const bad of ['0'.repeat(64), token.toUpperCase(), token.slice(1), `${token}0`]) expect((await me(app, bad)).status).toBe(401);
    expect((await app.call('GET', '/api/v1/gatehouse/me', { headers: { 'x-api-key': token } })).status).toBe(401);
    expect(await isIn(app, token)).toBe(true);
    expect((await app.call('GET', '/api/v1/gatehouse/me', { headers: { 'x-api-key': token } })).status).toBe(401);
  });

  it('is worth nothing once its user is no member any more, and shrinks with the role', async () => {
    const { token, user } = await signIn(app);
    expect(await isIn(app, token)).toBe(true);
    await app.gatehouse.store.departures.endUser(user, app.clock.now());
    await app.gatehouse.store.changes.barrier([`user:${user}`]);
    expect(await isIn(app, token)).toBe(false);
    expect((await refresh(app, token)).status).toBe(401);
  });
});

describe('a refresh', () => {
  it('gives a successor for another hour; the old token lives 30 seconds more', async () => {
    const { token } = await signIn(app);
    app.clock.advance(HOUR / 2);
    expect(await isIn(app, token)).toBe(true);
    const answer = await refresh(app, token);
    expect([answer.status, answer.body]).toEqual([200, { token: expect.stringMatching(/^[0-9a-f]{64}$/), expires_at: '2026-01-31T11:00:00Z' }]);
    expect([answer.headers.get('cache-control'), answer.headers.get('set-cookie')]).toEqual(['no-store', null]);
    app.clock.advance(29_999);
    expect([await isIn(app, token), await isIn(app, answer.body.token)]).toEqual([true, true]);
    app.clock.advance(1);
    expect([await isIn(app, token), await isIn(app, answer.body.token)]).toEqual([false, true]);
    app.clock.advance(HOUR - 30_001);
    expect(await isIn(app, answer.body.token)).toBe(true);
    app.clock.advance(1);
    expect(await isIn(app, answer.body.token)).toBe(false);
  });

  it('asked for eight times at once, or again when the answer was lost, gives one successor', async () => {
    const { token } = await signIn(app);
    const answers = await Promise.all(Array.from({ length: 8 }, () => refresh(app, token)));
    app.clock.advance(20_000);
    answers.push(await refresh(app, token));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(await isIn(app, answers[0]?.body.token)).toBe(true);
    expect((await manage(answers[0]?.body.token, 'GET', '/sessions')).body).toHaveLength(1);
  });

  it('does not cut short the 30 seconds of a token before the last', async () => {
    const { token } = await signIn(app);
    const { body: second } = await refresh(app, token);
    app.clock.advance(10_000);
    const { body: third } = await refresh(app, second.token);
    app.clock.advance(19_999);
    expect(await Promise.all([token, second.token, third.token].map((each) => isIn(app, each)))).toEqual([true, true, true]);
    app.clock.advance(1);
    expect(await Promise.all([token, second.token, third.token].map((each) => isIn(app, each)))).toEqual([false, true, true]);
  });

  it('with a token whose successor was refreshed meanwhile gives the newest', async () => {
    const { token } = await signIn(app);
    const { body: second } = await refresh(app, token);
    app.clock.advance(5_000);
    const third = await refresh(app, second.token);
    app.clock.advance(5_000);
    expect((await refresh(app, token)).text).toBe(third.text);
    app.clock.advance(HOUR / 2);
    expect((await refresh(app, third.body.token)).status).toBe(200);
  });

  it('goes a few steps after the newest, and no further: who refreshes hundreds of times within half a minute costs no more', async () => {
    const { token } = await signIn(app);
    const chain = [token];
    for (let i = 0; i < 20; i += 1) chain.push((await refresh(app, chain.at(-1) ?? '')).body.token);
    const { status, body } = await refresh(app, token);
    expect([status, chain.indexOf(body.token), await isIn(app, body.token)]).toEqual([200, 16, true]);
    expect((await refresh(app, body.token)).body.token).toBe(chain.at(-1));
  });

  it('with a token that was replaced longer ago shows that two have it: that session ends, and no other', async () => {
    const { token, id } = await signIn(app);
    const other = await signIn(app);
    const { body: next } = await refresh(app, token);
    app.clock.advance(30_000);
    // A late call alone is refused, and ends nothing.
    expect([await isIn(app, token), await isIn(app, next.token)]).toEqual([false, true]);
    expect((await refresh(app, token)).status).toBe(401);
    expect([await isIn(app, next.token), await isIn(app, other.token)]).toEqual([false, true]);
    expect(app.logged()).toContain(`"event":"session_replayed","session":"${id}"`);
  });

  it('keeps a session for 30 days in all', async () => {
    let { token } = await signIn(app);
    const end = app.clock.now() + 30 * DAY;
    while (app.clock.now() < end - HOUR) {
      app.clock.advance(HOUR - 60_000);
      const refreshed = await app.gatehouse.sessions.refresh(token);
      if (refreshed.is !== 'ok') throw new Error(refreshed.reason);
      token = refreshed.token;
    }
    expect((await manage(token, 'GET', '/sessions')).body[0]).toMatchObject({ expires_at: '2026-03-02T09:30:00Z', ends_at: '2026-03-02T09:30:00Z' });
    app.clock.advance(end - app.clock.now() - 1);
    expect((await refresh(app, token)).status).toBe(200);
    app.clock.advance(1);
    expect([(await refresh(app, token)).status, await isIn(app, token)]).toEqual([401, false]);
  }, 60_000);

  it('takes no key, no two credentials and no other method, and asks for a credential', async () => {
    const { raw } = await app.key('ann@example.com');
    const { token } = await signIn(app);
    const post = (headers: Record<string, string>) => app.call('POST', '/api/v1/auth/refresh', { headers });
    expect([(await refresh(app, raw)).status, (await post({ 'x-api-key': token })).status, (await post({})).status]).toEqual([401, 401, 401]);
    expect((await post({ authorization: `Bearer ${token}`, cookie: cookieOf(token) })).status).toBe(401);
    const get = await app.call('GET', '/api/v1/auth/refresh', { token });
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST']);
  });

  it('belongs to a platform that declares an operation there', async () => {
    const own = defineOperation({
      ...{ name: 'own_refresh', title: 'Own', description: 'Its own.', access: { scope: null }, effect: 'update', tool: false },
      input: z.object({}),
      output: z.object({ mine: z.boolean() }),
      rest: { method: 'POST', path: '/auth/refresh' },
    });
    const platform = definePlatform({ ...fixtureSpec, operations: [...fixtureSpec.operations, bindTo([])(own, () => ({ mine: true }))] });
    const other = await openApp(platform);
    try {
      expect((await refresh(other, (await signIn(other)).token)).body).toEqual({ mine: true });
    } finally {
      await other.close();
    }
  });
});

describe('the owner of sessions', () => {
  it('sees them without secrets, newest first, and which one is current', async () => {
    const first = await signIn(app);
    app.clock.advance(1_000);
    const second = await signIn(app);
    await signIn(app, 'bob@example.com');
    const { body, text } = await manage(second.token, 'GET', '/sessions');
    const shape = { tenant_id: expect.any(String), user_agent: 'a test', ends_at: '2026-03-02T09:30:00Z', expires_at: '2026-01-31T10:30:00Z' };
    expect(body).toEqual([
      {
        ...shape,
        id: second.id,
        created_at: '2026-01-31T09:30:01Z',
        refreshed_at: '2026-01-31T09:30:01Z',
        expires_at: '2026-01-31T10:30:01Z',
        ends_at: '2026-03-02T09:30:01Z',
        current: true,
      },
      { ...shape, id: first.id, created_at: '2026-01-31T09:30:00Z', refreshed_at: '2026-01-31T09:30:00Z', current: false },
    ]);
    expect([first.token, second.token, sha256(first.token), sha256(second.token)].filter((secret) => text.includes(secret))).toEqual([]);
  });

  it('ends one, at once; unknown, foreign and ended ones are alike', async () => {
    const mine = await signIn(app);
    const other = await signIn(app);
    const foreign = await signIn(app, 'bob@example.com');
    expect([await isIn(app, other.token), await isIn(app, foreign.token)]).toEqual([true, true]);
    expect((await manage(mine.token, 'DELETE', `/sessions/${other.id}`)).status).toBe(204);
    expect(await isIn(app, other.token)).toBe(false);
    expect((await refresh(app, other.token)).status).toBe(401);
    const refused = await Promise.all([other.id, foreign.id, 'no-such'].map((id) => manage(mine.token, 'DELETE', `/sessions/${id}`)));
    expect(refused.map(({ status }) => status)).toEqual([404, 404, 404]);
    expect(new Set(refused.map(({ body }) => body.error)).size).toBe(1);
    expect(await isIn(app, foreign.token)).toBe(true);
    expect((await manage(mine.token, 'GET', '/sessions')).body.map(({ id }: { id: string }) => id)).toEqual([mine.id]);
  });

  it('signs out of this one, old tokens of it included, or of all; API keys go on', async () => {
    const { raw } = await app.key('ann@example.com');
    const [one, two, three] = [await signIn(app), await signIn(app), await signIn(app)];
    const { body: next } = await refresh(app, one.token);
    expect((await manage(next.token, 'POST', '/sign-out')).status).toBe(204);
    expect(await Promise.all([one.token, next.token, two.token].map((each) => isIn(app, each)))).toEqual([false, false, true]);
    expect((await manage(two.token, 'POST', '/sign-out-everywhere')).body).toEqual({ ended: 2 });
    expect(await Promise.all([two.token, three.token].map((each) => isIn(app, each)))).toEqual([false, false]);
    expect((await app.call('GET', '/api/v1/things', { token: raw })).status).toBe(200);
  });

  it('is a person: a key reaches none of it', async () => {
    const { raw } = await app.key('ann@example.com');
    for (const [method, path] of [
      ['GET', '/sessions'],
      ['DELETE', '/sessions/x'],
      ['POST', '/sign-out'],
      ['POST', '/sign-out-everywhere'],
    ] as const)
      expect((await manage(raw, method, path)).status).toBe(403);
  });
});

it('what ended more than a day ago is forgotten, and what is good is not', async () => {
  const { id, token } = await signIn(app);
  await refresh(app, token);
  app.clock.advance(25 * HOUR);
  const bob = await signIn(app, 'bob@example.com');
  await app.gatehouse.sessions.sweep();
  expect(await app.gatehouse.sessions.userOf(id)).toBeDefined();
  app.clock.advance(1);
  await app.gatehouse.sessions.sweep();
  expect(await app.gatehouse.sessions.userOf(id)).toBeUndefined();
  expect(await isIn(app, bob.token)).toBe(true);
  expect(await app.gatehouse.store.sessions.findByHash(sha256(token))).toBeUndefined();
});
