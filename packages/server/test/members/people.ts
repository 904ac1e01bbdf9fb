import { randomUUID } from 'node:crypto';
import { Refusal, bindTo, defineOperation, definePlatform } from 'gatehouse';
import { z } from 'zod';
import { fixtureSpec } from '../../../../test/support/fixture-platform.js';
import type { Answer, TestApp } from '../../../../test/support/open-app.js';
import { tokenOf } from '../oauth/tokens.js';

const roles = {
  owner: { scopes: ['*'], administers: true },
  manager: { scopes: ['things:read', 'things:write'], administers: true },
  reader: { scopes: ['things:read'], administers: true },
  writer: { scopes: ['things:write'], administers: false },
  guest: { scopes: ['things:read'], administers: false },
};

const whereami = bindTo([])(
  defineOperation({
    name: 'whereami',
    title: 'Where am I',
    description: 'The tenant.',
    access: { scope: 'things:read' },
    input: z.object({}),
    output: z.object({ tenant: z.string() }),
    effect: 'read',
    rest: { method: 'GET', path: '/whereami' },
  }),
  (_input, { principal }) => ({ tenant: principal.tenant ?? '' }),
);

/** The fixture, with roles of which some hold less than others. */
export const club = definePlatform({
  ...fixtureSpec,
  name: 'club',
  operations: [...fixtureSpec.operations, whereami],
  tenancy: { roles, memberRole: 'guest', adminRole: 'manager' },
});

export interface Person {
  readonly email: string;
  readonly user: string;
  readonly home: string;
  readonly token: string;
  readonly session: string;
  /** A management call: `POST /gatehouse/members/leave` is `('POST', '/members/leave')`. */
  manage(method: string, path: string, body?: object): Promise<Answer>;
}

/** Somebody who is signed in, in their own space. */
export async function person(app: TestApp, email: string): Promise<Person> {
  const found = await app.gatehouse.users.findOrCreate(email);
  if (found instanceof Refusal) throw found;
  const { session, token } = await app.gatehouse.sessions.mint({ tenant: found.homeTenant, user: found.id, createdBy: 'test', userAgent: 'a test' });
  const manage = (method: string, path: string, body?: object) =>
    app.call(method, `/api/v1/gatehouse${path}`, { token, ...(body === undefined ? {} : { body }) });
  return { email, user: found.id, home: found.homeTenant, token, session: session.id, manage };
}

/** A tenant of this owner, who acts in it from now on. */
export async function founded(owner: Person, name = 'The club'): Promise<string> {
  const { body } = await owner.manage('POST', '/tenants', { name });
  await owner.manage('POST', '/sessions/switch', { tenant_id: body.id });
  return body.id;
}

/** Invited by one, and in, acting there. */
export async function joined(by: Person, who: Person, role: string): Promise<void> {
  const made = await by.manage('POST', '/invitations', { email: who.email, role });
  if (made.status !== 201) throw new Error(`${made.status} ${made.text}`);
  const accepted = await who.manage('POST', '/invitations/accept', { id: made.body.id });
  if (accepted.status !== 200) throw new Error(`${accepted.status} ${accepted.text}`);
  await who.manage('POST', '/sessions/switch', { tenant_id: accepted.body.tenant_id });
}

/** A key of the person's own, in the tenant that they act in. */
export async function keyOf(who: Person, scopes: readonly string[] = ['*']): Promise<string> {
  const made = await who.manage('POST', '/keys', { name: 'a key', scopes });
  if (made.status !== 201) throw new Error(`${made.status} ${made.text}`);
  return made.body.raw_key;
}

/** The link that was printed last for this address. */
export function tokenPrinted(app: TestApp, email: string): string {
  const [, token] =
    app
      .printed()
      .split(`${email} is invited`)
      .at(-1)
      ?.match(/token=(ghi_[\w-]{43})/) ?? [];
  if (token === undefined) throw new Error(`No link was printed for ${email}`);
  return token;
}

export const statuses = (...answers: readonly Answer[]): readonly number[] => answers.map(({ status }) => status);

/** A program that the person let in, in this tenant, and its token. */
export async function programOf(app: TestApp, who: Person, tenant: string): Promise<string> {
  const { store } = app.gatehouse;
  const id = randomUUID();
  const client = { id: 'claude', kind: 'made', metadata: '{}', secretHash: null, createdAt: app.clock.now(), expiresAt: null } as const;
  if ((await store.clients.find(client.id)) === undefined) await store.clients.keep(client);
  const of = { id, tenant, user: who.user, client: client.id, clientName: 'Claude', clientHost: 'client.example', scopes: ['*'] };
  await store.grants.create(tenant, { ...of, createdAt: app.clock.now(), lastUsedAt: null, revokedAt: null });
  return (await tokenOf(app, { tenant, client: client.id, grant: id, scopes: ['*'] })).token;
}

export interface Shown {
  readonly status: number;
  readonly text: string;
  readonly location: string | null;
}

/** What a browser with this session's cookie is shown. */
export async function browse(app: TestApp, path: string, token?: string, form?: Record<string, string>): Promise<Shown> {
  const cookie: Record<string, string> = token === undefined ? {} : { cookie: `gatehouse_session=${token}` };
  const sent = form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) };
  const response = await fetch(app.url + path, { redirect: 'manual', headers: { origin: app.url, ...cookie }, ...sent });
  return { status: response.status, text: await response.text(), location: response.headers.get('location') };
}
