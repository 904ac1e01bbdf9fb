import { definePlatform } from 'gatehouse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixtureOperations, fixtureSpec } from '../../../../test/support/fixture-platform.js';
import { type TestApp, openApp } from '../../../../test/support/open-app.js';
import { Browser, allow, askFor, attempt, coded, connect, decide, formOf, newClient, redeem } from './program.js';

const platform = definePlatform({
  ...fixtureSpec,
  operations: fixtureOperations,
  scopes: ['things:read', 'things:write', 'unused:read'],
  scopeTexts: { 'things:read': 'Look at your things' },
  authorization: { kind: 'own', defaultScopes: ['things:read'] },
  tenancy: {
    roles: {
      owner: { scopes: ['*'], administers: true },
      admin: { scopes: ['*'], administers: true },
      member: { scopes: ['things:read'], administers: false },
      nobody: { scopes: [], administers: false },
    },
    plans: { default: {}, poor: { scopes: ['things:read'] } },
  },
});

let app: TestApp;
beforeAll(async () => {
  app = await openApp(platform);
});
afterAll(() => app.close());

let people = 0;
async function person(): Promise<{ readonly browser: Browser; readonly user: string; readonly tenant: string; readonly email: string }> {
  people += 1;
  const browser = new Browser(app);
  const email = `person-${people}@example.com`;
  return { browser, email, ...(await browser.signIn(email)) };
}

async function tenantWith(user: string, role: string, plan: string | null = null): Promise<string> {
  const id = `tenant-${people}-${role}-${plan}`;
  const { store } = app.gatehouse;
  await store.tenants.create({ id, name: `Space of ${role}`, plan, externalId: null, createdAt: app.clock.now() });
  await store.tenants.setMember({ tenant: id, user, role, createdAt: app.clock.now() });
  return id;
}

describe('the page', () => {
  it('says who asks, where the answer goes, for whom, and what may be done, in words', async () => {
    const { browser, email } = await person();
    const client = await newClient(app, { client_name: 'Claude <b>', client_uri: 'https://claude.ai' });
    const { page } = await askFor(browser, attempt(client, { scope: 'things:read things:write' }).url);
    for (const text of [
      'Claude &lt;b&gt;',
      '127.0.0.1',
      email,
      'Look at your things',
      'Read and change things',
      'Nobody has checked',
      'a program on this computer',
      '30 days',
    ])
      expect(page.text).toContain(text);
    expect(page.text).not.toContain('Claude <b>');
  });

  it('offers no scope that nothing asks for, whoever wants it', async () => {
    const { browser } = await person();
    const { page } = await askFor(browser, attempt(await newClient(app), { scope: 'things:write unused:read no:such' }).url);
    expect(formOf(page).scopes).toEqual(['things:write']);
  });

  it('names the program while its person signs in', async () => {
    const browser = new Browser(app);
    const { location } = await browser.get(attempt(await newClient(app, { client_name: 'The waiting program' })).url);
    const { location: signIn } = await browser.get(location ?? '');
    expect((await browser.get(signIn ?? '')).text).toContain('The waiting program');
  });
});

describe('a program that asks for no scope', () => {
  it('is offered what the platform says by default (ChatGPT, Claude)', async () => {
    const { browser } = await person();
    const { page } = await askFor(browser, attempt(await newClient(app)).url);
    expect(formOf(page).scopes).toEqual(['things:read']);
  });
});

describe('a person', () => {
  it('who lets a program in is on record, with what was allowed, where and to whom', async () => {
    const { browser, user, tenant, email } = await person();
    const { client } = await connect(app, { browser, email, ask: { scope: 'things:read' } });
    const [grant] = await app.gatehouse.grants.list(user);
    const event = app
      .logged()
      .split('\n')
      .find((line) => line.includes('"program_let_in"') && line.includes(user));
    expect(JSON.parse(event ?? '')).toMatchObject({ level: 'info', grant: grant?.id, client, user, tenant, scopes: ['things:read'] });
  });

  it('may allow less than was asked for', async () => {
    const { browser, email } = await person();
    const { scope, access } = await connect(app, { browser, email, ask: { scope: 'things:read things:write' }, choice: { scopes: ['things:read'] } });
    expect(scope).toBe('things:read');
    expect((await app.call('POST', '/api/v1/things', { token: access, body: { name: 'x' } })).status).toBe(403);
  });

  it('cannot be made to allow more than was asked for, or than there is (tampering with the form)', async () => {
    const { browser } = await person();
    const asked = attempt(await newClient(app), { scope: 'things:read' });
    const { page } = await askFor(browser, asked.url);
    const refused = await decide(browser, page, { scopes: ['things:write', '*', 'unused:read'] });
    expect([refused.status, refused.location]).toEqual([400, null]);
    expect(refused.text).toContain('at least one');
    const { location } = await decide(browser, page, { scopes: ['things:read', 'things:write', '*'] });
    const code = new URL(location ?? '').searchParams.get('code') ?? '';
    const client = new URL(asked.url, app.url).searchParams.get('client_id') ?? '';
    expect((await redeem(app, client, code, asked)).body.scope).toBe('things:read');
  });

  it('may say no, which the program is told, and nothing is kept of it', async () => {
    const { browser, user } = await person();
    const client = await newClient(app);
    const sent = await allow(browser, attempt(client).url, { decision: 'deny' });
    expect(Object.fromEntries(sent)).toEqual({ error: 'access_denied', error_description: expect.any(String), state: 'as it was', iss: app.url });
    expect(await app.gatehouse.grants.list(user)).toEqual([]);
    app.clock.advance(3_600_000);
    expect(await app.gatehouse.clients.find(client)).toBeUndefined();
  });

  it('who lets a program in keeps it: it is not forgotten with its hour', async () => {
    const { browser, email } = await person();
    const { client } = await connect(app, { browser, email });
    app.clock.advance(86_400_000);
    await app.gatehouse.store.clients.forget(app.clock.now());
    expect(await app.gatehouse.clients.find(client)).toMatchObject({ id: client, kind: 'registered' });
  });

  it('who has nothing to allow is not asked: the program is told', async () => {
    const { browser, user, tenant } = await person();
    await app.gatehouse.store.tenants.setMember({ tenant, user, role: 'nobody', createdAt: app.clock.now() });
    const { location } = await browser.get(attempt(await newClient(app)).url);
    const { location: back } = await browser.get(location ?? '');
    expect(new URL(back ?? '').searchParams.get('error')).toBe('access_denied');
  });
});

describe('the tenant', () => {
  it('and what was chosen stay chosen where nothing can come of them, so that no second click allows what the first did not', async () => {
    const { browser, user } = await person();
    const shared = await tenantWith(user, 'member');
    const { page } = await askFor(browser, attempt(await newClient(app), { scope: 'things:read things:write' }).url);
    const refused = await decide(browser, page, { tenant: shared, scopes: ['things:write'] });
    const checked = [...refused.text.matchAll(/value="([^"]+)"(?: required)? checked/g)].map(([, value]) => value);
    expect([refused.status, checked]).toEqual([400, [shared, 'things:write']]);
  });

  it('is picked among those of the person, by name, and bound into the grant', async () => {
    const { browser, user, tenant, email } = await person();
    const shared = await tenantWith(user, 'admin');
    const client = await newClient(app);
    const { page } = await askFor(browser, attempt(client).url);
    expect([formOf(page).tenants, page.text.includes('Space of admin')]).toEqual([[tenant, shared], true]);
    const { access } = await connect(app, { browser, email, client, ask: { scope: 'things:write' }, choice: { tenant: shared } });
    expect((await app.call('POST', '/api/v1/things', { token: access, body: { name: 'shared' } })).status).toBe(201);
    const [grant] = await app.gatehouse.grants.list(user);
    expect(grant).toMatchObject({ tenant: shared, client, clientHost: '127.0.0.1', scopes: ['things:write'] });
  });

  it('is none of somebody else (broken access control)', async () => {
    const { browser } = await person();
    const other = await person();
    const { page } = await askFor(browser, attempt(await newClient(app)).url);
    const answer = await decide(browser, page, { tenant: other.tenant });
    expect([answer.status, answer.location]).toEqual([400, null]);
  });

  it('bounds what may be allowed by the role in it and by its plan', async () => {
    const { browser, user } = await person();
    const asMember = await tenantWith(user, 'member');
    const poor = await tenantWith(user, 'admin', 'poor');
    for (const tenant of [asMember, poor]) {
      const client = await newClient(app);
      const { asked, code } = await coded(browser, client, { scope: 'things:read things:write' }, { tenant });
      expect([tenant, (await redeem(app, client, code, asked)).body.scope]).toEqual([tenant, 'things:read']);
    }
  });
});

describe('a second consent', () => {
  it('shows what was allowed before, includes it, and loses nothing of it (step-up)', async () => {
    const { browser, email } = await person();
    const first = await connect(app, { browser, email, ask: { scope: 'things:read' } });
    const { page } = await askFor(browser, attempt(first.client, { scope: 'things:write' }).url);
    expect([formOf(page).scopes, page.text.includes('allowed before')]).toEqual([['things:read', 'things:write'], true]);
    const second = await connect(app, { browser, email, client: first.client, ask: { scope: 'things:write' } });
    expect(second.scope).toBe('things:read things:write');
    expect((await app.call('GET', '/api/v1/things', { token: first.access })).status).toBe(200);
  });

  it('knows nothing of what was allowed to another program, in another tenant, or was taken back', async () => {
    const { browser, user, email } = await person();
    const { client } = await connect(app, { browser, email, ask: { scope: 'things:write' } });
    const elsewhere = await tenantWith(user, 'admin');
    const there = await coded(browser, client, { scope: 'things:read' }, { tenant: elsewhere });
    expect((await redeem(app, client, there.code, there.asked)).body.scope).toBe('things:read');
    const another = await askFor(browser, attempt(await newClient(app), { scope: 'things:read' }).url);
    expect(formOf(another.page).scopes).toEqual(['things:read']);
    await app.gatehouse.grants.revokeClient(user, client);
    const again = await askFor(browser, attempt(client, { scope: 'things:read' }).url);
    expect(formOf(again.page).scopes).toEqual(['things:read']);
  });
});
