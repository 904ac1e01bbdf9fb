import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, type TestApp, openApp } from '../../../../test/support/open-app.js';
import { Events } from '../mcp/events.js';
import { Browser, allow, attempt, connect, newClient, redeem, refresh } from '../oauth/program.js';
import { type Person, club, founded, joined, person } from './people.js';

let app: TestApp;
beforeAll(async () => {
  app = await openApp(club);
});
afterAll(() => app.close());

const thing = (token: string, name: string) => app.call('POST', '/api/v1/things', { token, body: { name } });
const broken = (answers: readonly Answer[]) => answers.filter(({ status }) => status >= 500).map(({ text }) => text);

describe('who is deleted while calls of theirs are under way', () => {
  it('is told so by each of them, and by none that something went wrong on our side', async () => {
    const owner = await person(app, 'owner@example.com');
    await founded(owner);
    const who = await person(app, 'leaving@example.com');
    const { body: invitation } = await owner.manage('POST', '/invitations', { email: who.email, role: 'guest' });
    const all = (): Promise<Answer>[] => [
      who.manage('POST', '/keys', { name: 'a key', scopes: ['*'] }),
      who.manage('POST', '/tenants', { name: 'A club' }),
      who.manage('POST', '/invitations/accept', { id: invitation.id }),
      thing(who.token, 'a thing'),
    ];
    // Known already, over connections that are open: what follows is all under way at once.
    await Promise.all(Array.from({ length: 40 }, () => who.manage('GET', '/me')));
    const before = [...all(), ...all(), ...all()];
    const end = who.manage('POST', '/me/delete', { email: who.email });
    const answers = await Promise.all([...before, end, ...all(), ...all(), ...all(), ...all(), ...all(), ...all()]);
    expect(broken(answers)).toEqual([]);
    expect((await end).status).toBe(204);
    expect((await who.manage('GET', '/me')).status).toBe(401);
    expect(app.logged()).not.toContain('internal_error');
  });
});

describe('a session whose person is deleted while it is refreshed', () => {
  it('is refused as one that there is not, at whichever moment', async () => {
    const { sessions, endings } = app.gatehouse;
    const outcomes = new Set<string>();
    for (let turns = 0; turns < 8; turns += 1) {
      const email = `refreshing.${turns}@example.com`;
      const { user, token } = await person(app, email);
      const end = endings.endPerson({ user, email });
      for (let turn = 0; turn < turns; turn += 1) await new Promise(setImmediate);
      const refreshed = await Promise.all([sessions.refresh(token), sessions.refresh(token)]);
      for (const each of refreshed) outcomes.add(each.is === 'ok' ? 'ok' : each.reason);
      expect(await end).toBeUndefined();
      expect(await sessions.refresh(token)).toMatchObject({ is: 'refused' });
    }
    expect([...outcomes].filter((outcome) => !['ok', 'unknown', 'revoked', 'no_membership'].includes(outcome))).toEqual([]);
  });
});

describe('a program whose person is deleted while it asks for tokens', () => {
  it('is told that its grant has ended (RFC 6749, section 5.2)', async () => {
    const { client, refresh: token } = await connect(app, { email: 'ann@example.com' });
    const { user } = await person(app, 'ann@example.com');
    await Promise.all(Array.from({ length: 30 }, () => app.call('GET', '/api/v1/greeting')));
    const asked = Array.from({ length: 15 }, () => refresh(app, client, token));
    const end = app.gatehouse.endings.endPerson({ user, email: 'ann@example.com' });
    const answers = await Promise.all([...asked, ...Array.from({ length: 15 }, () => refresh(app, client, token))]);
    expect(await end).toBeUndefined();
    expect(broken(answers)).toEqual([]);
    expect([...new Set(answers.filter(({ status }) => status !== 200).map(({ status, body }) => `${status} ${body.error}`))]).toEqual(['400 invalid_grant']);
  });
});

describe('a code that waits while its person is removed', () => {
  it('is worth nothing, though the person is back by then', async () => {
    const owner = await person(app, 'of.the.code@example.com');
    const tenant = await founded(owner);
    const who = await person(app, 'with.a.code@example.com');
    await joined(owner, who, 'manager');
    const browser = new Browser(app);
    await browser.signIn(who.email);
    const client = await newClient(app);
    const asked = attempt(client);
    const code = (await allow(browser, asked.url, { tenant })).get('code') ?? '';
    await owner.manage('DELETE', `/members/${who.user}`);
    await joined(owner, await person(app, who.email), 'manager');
    const { status, body } = await redeem(app, client, code, asked);
    expect([status, body.error]).toEqual([400, 'invalid_grant']);
  });
});

describe('an export', () => {
  it('is no way around a role: who administers a tenant, and may not read all that is in it, is refused', async () => {
    const owner = await person(app, 'whole@example.com');
    await founded(owner);
    const exported = async (role: string) => {
      const who = await person(app, `export.${role}@example.com`);
      await joined(owner, who, role);
      return (await who.manage('GET', '/tenant/export')).status;
    };
    expect([await exported('manager'), await exported('reader'), await exported('writer'), await exported('guest')]).toEqual([200, 403, 403, 403]);
  });

  it.each([
    ['is removed', (owner: Person, who: Person) => owner.manage('DELETE', `/members/${who.user}`)],
    ['administers no longer', (owner: Person, who: Person) => owner.manage('PATCH', `/members/${who.user}`, { role: 'guest' })],
    ['is signed out', (_owner: Person, who: Person) => who.manage('POST', '/sign-out')],
  ])('breaks off when its reader %s, however slowly it was read', async (name, ended) => {
    const owner = await person(app, `exporting ${name}@example.com`.replaceAll(' ', '.'));
    await founded(owner);
    const who = await person(app, `reader ${name}@example.com`.replaceAll(' ', '.'));
    await joined(owner, who, 'manager');
    const { body } = await app.gatehouse.handle(asked('/api/v1/gatehouse/tenant/export', who.token));
    const portions = (body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
    expect((await portions.next()).done).toBe(false);
    expect((await ended(owner, who)).status).toBeLessThan(300);
    await expect(portions.next()).rejects.toThrow('may not read it any more');
  });

  it('is one of two that a person has under way, however many are asked for at once; one that is left makes room', async () => {
    const who = await person(app, 'exports.much@example.com');
    const asking = async () => {
      const { status, body } = await app.gatehouse.handle(asked('/api/v1/gatehouse/me/export', who.token));
      return { status, portions: status === 200 ? (body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]() : undefined };
    };
    const begun = await Promise.all([asking(), asking(), asking()]);
    const first = await Promise.allSettled(begun.map(({ portions }) => portions?.next()));
    expect(first.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect((await asking()).status).toBe(429);
    await begun[0]?.portions?.return?.();
    expect((await asking()).status).toBe(200);
  });

  const asked = (path: string, token: string) => ({
    ...{
      method: 'GET',
      path,
      query: '',
      body: new Uint8Array(),
      address: '127.0.0.1',
      secure: false,
      requestId: 'req_export',
      signal: new AbortController().signal,
    },
    header: (name: string) => ({ authorization: `Bearer ${token}`, host: 'localhost' })[name],
  });
});

describe('a stream of a session', () => {
  const NOTE = 'fixture://things/0190b0c2-7a5e-7cc0-8000-000000000001';
  const told = (stream: Events) => stream.messages.map(({ method }) => method);

  async function listening(who: Person): Promise<Events> {
    const _meta = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28', 'io.modelcontextprotocol/clientCapabilities': {} };
    const stream = await Events.open(app.url, {
      token: who.token,
      headers: { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'subscriptions/listen' },
      body: { jsonrpc: '2.0', id: 1, method: 'subscriptions/listen', params: { notifications: { resourceSubscriptions: [NOTE] }, _meta } },
    });
    expect(stream.isStream).toBe(true);
    await stream.at(0);
    return stream;
  }

  it.each([
    ['is switched to another tenant', (who: Person) => who.manage('POST', '/sessions/switch', { tenant_id: who.home })],
    ['goes on in the own space when its person leaves', (who: Person) => who.manage('POST', '/members/leave')],
  ])('ends when the session %s: nothing of the former tenant is told any more', async (name, moved) => {
    const owner = await person(app, `owner of ${name}@example.com`.replaceAll(' ', '.'));
    const tenant = await founded(owner);
    const who = await person(app, `who ${name}@example.com`.replaceAll(' ', '.'));
    await joined(owner, who, 'guest');
    const stream = await listening(who);
    expect((await moved(who)).status).toBeLessThan(300);
    app.gatehouse.store.signals.send([{ tenant, topic: 'resource', data: { uri: NOTE } }]);
    await Promise.race([stream.over, stream.at(1)]);
    stream.leave();
    expect(told(stream)).toEqual(['notifications/subscriptions/acknowledged']);
  });
});
