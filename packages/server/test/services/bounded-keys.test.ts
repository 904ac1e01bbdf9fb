import type { OperationSpec } from '@gatehouse/contract';
import { Refusal, bindTo, defineOperation, definePlatform } from 'gatehouse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fixtureSpec } from '../../../../test/support/fixture-platform.js';
import { type TestApp, type TestKey, openApp } from '../../../../test/support/open-app.js';

const bind = bindTo([]);
const made = z.object({ id: z.string(), raw_key: z.string() });
const secret = (name: string, path: string) =>
  ({
    name,
    title: name,
    description: name,
    access: { scope: 'things:read' },
    output: made,
    effect: 'create',
    secretOutput: true,
    rest: { method: 'POST', path },
  }) as const satisfies Partial<OperationSpec<z.ZodObject, typeof made>>;

/** A platform that lets keys make keys, and has a role that administers the tenant with fewer scopes than its owner. */
const platform = definePlatform({
  ...fixtureSpec,
  keys: { ...fixtureSpec.keys, whenNoScopes: 'full' },
  authorization: { kind: 'own', tokensByHand: 'hand_' },
  tenancy: {
    roles: {
      owner: { scopes: ['*'], administers: true },
      clerk: { scopes: ['things:read'], administers: true },
    },
    adminRole: 'clerk',
    memberRole: 'clerk',
    plans: { default: {}, small: { keys: 2 } },
  },
  operations: [
    ...fixtureSpec.operations,
    bind(
      defineOperation({
        ...secret('keys_make', '/keys'),
        input: z.object({ scopes: z.array(z.string()).optional(), user_id: z.string().optional(), expires_at: z.number().optional() }),
      }),
      async ({ scopes, user_id, expires_at }, { access }) => {
        const answer = await access.keys.create({ name: 'made', scopes, user: user_id, expiresAt: expires_at });
        return answer instanceof Refusal ? answer : { id: answer.key.id, raw_key: answer.raw };
      },
    ),
    bind(defineOperation({ ...secret('tokens_make', '/tokens'), input: z.object({}) }), async (_input, { access }) => {
      const answer = await access.grants.make({ label: 'made', scopes: ['things:read'] });
      return answer instanceof Refusal ? answer : { id: answer.grant.id, raw_key: answer.raw };
    }),
    bind(defineOperation({ ...secret('keys_swap', '/keys/:id/swap'), input: z.object({ id: z.string() }) }), async ({ id }, { access }) => {
      const answer = await access.keys.rotate(id, 0);
      return answer instanceof Refusal ? answer : { id: answer.key.id, raw_key: answer.raw };
    }),
  ],
});

let app: TestApp;
let owner: TestKey;
let narrow: TestKey;

beforeAll(async () => {
  app = await openApp(platform);
  owner = await app.key('owner@example.com');
  narrow = await app.key('owner@example.com', ['things:read']);
});
afterAll(() => app.close());

const make = (token: string, body: object) => app.call('POST', '/api/v1/keys', { token, body });

describe('a key that makes a key', () => {
  it.each([[['*']], [[]], [undefined], [['things:write']], [['things:read', '*']]])('never hands out more than it holds itself: %j', async (scopes) => {
    const answer = await make(narrow.raw, { scopes });
    expect([answer.status, answer.body.code, answer.body.missing]).toEqual([403, 'forbidden', expect.arrayContaining(['things:write'])]);
  });

  it('hands out what it holds', async () => {
    expect((await make(narrow.raw, { scopes: ['things:read'] })).status).toBe(201);
    expect((await make(owner.raw, { scopes: ['*'] })).status).toBe(201);
  });

  it('never gets a wider key of the same person by rotating it', async () => {
    const wide = await app.key('owner@example.com');
    const answer = await app.call('POST', `/api/v1/keys/${wide.id}/swap`, { token: narrow.raw });
    expect([answer.status, answer.body.code]).toEqual([403, 'forbidden']);
    expect((await app.call('GET', '/api/v1/things', { token: wide.raw })).status).toBe(200);
  });
});

describe('a key that ends', () => {
  it('makes none that ends later, and gets none that does by rotating it', async () => {
    const soon = app.clock.now() + 60_000;
    const short = await app.key('owner@example.com', ['*'], { expiresAt: soon });
    const endOf = async (answer: { body: { id: string } }) => {
      const key = await app.gatehouse.keys.get(owner.tenant, answer.body.id);
      return key instanceof Refusal ? key : key.expiresAt;
    };
    expect(await endOf(await make(short.raw, {}))).toBe(soon);
    expect((await make(short.raw, { expires_at: soon + 1 })).status).toBe(403);
    expect(await endOf(await make(short.raw, { expires_at: soon - 1 }))).toBe(soon - 1);
    expect((await app.call('POST', `/api/v1/keys/${owner.id}/swap`, { token: short.raw })).status).toBe(403);
  });
});

describe('the keys that a plan allows one owner', () => {
  it('are bounded for people, however they make them, with what to do; not for the operator', async () => {
    const { raw, user, tenant } = await app.key('many@example.com');
    await app.gatehouse.users.setPlan(tenant, 'small');
    const token = (await app.gatehouse.sessions.mint({ tenant, user, createdBy: 'test' })).token;
    const ask = (path: string, body: object) => app.call('POST', `/api/v1/gatehouse/keys${path}`, { token, body });
    const made = await ask('', { name: 'the second' });
    const refused = [
      await ask('', { name: 'one more' }),
      await ask('/import', { name: 'from elsewhere', hash: 'ab'.repeat(32) }),
      await ask(`/${made.body.id}/rotate`, { overlap_seconds: 60 }),
      await make(raw, {}),
    ];
    for (const { status, body } of refused) {
      expect([status, body.code, body.error]).toEqual([403, 'plan_limit', 'The plan allows one owner 2 API keys here, and no more.']);
      expect(body.next).toMatch(/[Rr]evoke keys that nobody uses/);
    }
    const swapped = await ask(`/${made.body.id}/rotate`, {});
    expect(swapped.status).toBe(201);
    const { id } = await app.key('many@example.com');
    await app.gatehouse.keys.revoke(tenant, id);
    expect((await ask('', { name: 'while all are taken' })).status).toBe(403);
    await app.gatehouse.keys.revoke(tenant, swapped.body.id);
    expect((await ask('', { name: 'in the room that is left' })).status).toBe(201);
    await app.gatehouse.users.setPlan(tenant, 'default');
    expect((await ask('', { name: 'on a larger plan' })).status).toBe(201);
  });
});

it('tokens that a person makes by hand are as many as the plan allows keys, beside these; an ended one makes room', async () => {
  const { user, tenant } = await app.key('hands@example.com');
  await app.gatehouse.users.setPlan(tenant, 'small');
  const token = (await app.gatehouse.sessions.mint({ tenant, user, createdBy: 'test' })).token;
  const ask = () => app.call('POST', '/api/v1/tokens', { token });
  const made = [await ask(), await ask()];
  expect(made.map(({ status }) => status)).toEqual([201, 201]);
  const { status, body } = await ask();
  expect([status, body.code, body.error]).toEqual([403, 'plan_limit', 'The plan allows one person 2 tokens made by hand, and no more.']);
  await app.gatehouse.grants.revoke(user, made[0]?.body.id);
  expect((await ask()).status).toBe(201);
});

describe('who administers a tenant with fewer scopes than its owner', () => {
  let clerk: string;
  beforeAll(async () => {
    const user = await app.gatehouse.users.findOrCreate('clerk@example.com');
    if (user instanceof Refusal) throw user;
    await app.gatehouse.store.tenants.setMember({ tenant: owner.tenant, user: user.id, role: 'clerk', createdAt: 0 });
    clerk = (await app.gatehouse.sessions.mint({ tenant: owner.tenant, user: user.id, createdBy: 'test' })).token;
  });

  it('administers as a person: a key of theirs is for their own keys', async () => {
    const made = await make(clerk, {});
    expect((await make(made.body.raw_key, { user_id: owner.user })).status).toBe(403);
    expect((await app.call('POST', `/api/v1/keys/${owner.id}/swap`, { token: made.body.raw_key })).status).toBe(404);
  });

  it('never gets the rights of the owner by making a key in their name', async () => {
    const answer = await make(clerk, { scopes: ['*'], user_id: owner.user });
    expect([answer.status, answer.body.missing]).toEqual([403, ['things:write']]);
  });

  it("never gets the rights of the owner by rotating the owner's key, nor those of a key of the tenant", async () => {
    const own = await app.gatehouse.keys.mint({ tenant: owner.tenant, user: null, name: 'the tenant', scopes: ['*'], createdBy: 'test' });
    const ids = [owner.id, own instanceof Refusal ? '' : own.key.id];
    for (const id of ids) expect((await app.call('POST', `/api/v1/keys/${id}/swap`, { token: clerk })).status).toBe(403);
  });

  it('makes keys of their own with all that their role gives', async () => {
    expect((await make(clerk, {})).status).toBe(201);
  });
});
