import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, openApp } from '../../../../test/support/open-app.js';
import { type Person, club, founded, joined, keyOf, person, statuses } from './people.js';

let app: TestApp;
beforeAll(async () => {
  app = await openApp(club);
});
afterAll(() => app.close());

let n = 0;
/** An owner in a new tenant, and others with these roles. */
async function peopleWith<const R extends readonly string[]>(...roles: R): Promise<{ tenant: string; owner: Person; others: { [I in keyof R]: Person } }> {
  n += 1;
  const owner = await person(app, `owner${n}@example.com`);
  const tenant = await founded(owner);
  const others: Person[] = [];
  for (const role of roles) {
    const who = await person(app, `${role}${n}-${others.length}@example.com`);
    await joined(owner, who, role);
    others.push(who);
  }
  return { tenant, owner, others: others as never };
}

const list = async (token: string) => (await app.call('GET', '/api/v1/things', { token })).status;
const create = async (token: string, name: string) => (await app.call('POST', '/api/v1/things', { token, body: { name } })).status;
const setRole = (by: Person, of: Person, role: string) => by.manage('PATCH', `/members/${of.user}`, { role });
const remove = (by: Person, of: Person) => by.manage('DELETE', `/members/${of.user}`);

describe('a role', () => {
  it('bounds every key of its holder, and the session, now and from the moment a change is answered', async () => {
    const { owner, others } = await peopleWith('manager');
    const [who] = others;
    const raw = await keyOf(who);
    expect([await create(raw, 'one'), await create(who.token, 'two')]).toEqual([201, 201]);
    const changed = await setRole(owner, who, 'guest');
    expect([changed.status, changed.body]).toEqual([200, expect.objectContaining({ user_id: who.user, email: who.email, role: 'guest' })]);
    expect([await create(raw, 'three'), await create(who.token, 'four'), await list(raw), await list(who.token)]).toEqual([403, 403, 200, 200]);
    await setRole(owner, who, 'writer');
    expect([await create(raw, 'five'), await list(raw)]).toEqual([201, 200]);
    expect((await who.manage('POST', '/invitations', { email: 'x@example.com', role: 'guest' })).status).toBe(403);
  });

  it('is given by whoever administers, and none that holds more than their own', async () => {
    const { owner, others } = await peopleWith('reader', 'manager', 'guest', 'writer');
    const [reader, manager, guest, writer] = others;
    expect(statuses(await setRole(reader, guest, 'manager'), await setRole(reader, guest, 'writer'), await setRole(reader, guest, 'owner'))).toEqual([
      403, 403, 403,
    ]);
    expect(statuses(await setRole(reader, guest, 'reader'), await setRole(manager, guest, 'writer'), await setRole(manager, guest, 'owner'))).toEqual([
      200, 200, 403,
    ]);
    expect(statuses(await setRole(guest, reader, 'guest'), await setRole(guest, guest, 'owner'))).toEqual([403, 403]);
    // Who holds more than oneself is beyond oneself, whatever is to become of them.
    expect(statuses(await setRole(reader, manager, 'guest'), await remove(reader, writer), await remove(manager, owner))).toEqual([403, 403, 403]);
    expect(statuses(await setRole(owner, manager, 'owner'), await setRole(manager, owner, 'guest'), await setRole(manager, manager, 'guest'))).toEqual([
      200, 200, 409,
    ]);
    const unknown = await setRole(manager, guest, 'constructor');
    expect([unknown.status, unknown.body.fields]).toEqual([400, { role: ['there is no such role; there are owner, manager, reader, writer, guest'] }]);
  });

  it('of somebody unknown is not found, and neither is that of a member of another tenant, alike byte for byte', async () => {
    const { owner } = await peopleWith();
    const { owner: elsewhere } = await peopleWith();
    const asked = [await setRole(owner, elsewhere, 'guest'), await owner.manage('PATCH', '/members/nobody', { role: 'guest' }), await remove(owner, elsewhere)];
    const said = asked.map(({ status, text }) => [status, text.replace(/req_\w+/, '')]);
    expect(new Set(said.map((each) => JSON.stringify(each))).size).toBe(1);
    expect(said[0]?.[0]).toBe(404);
  });
});

describe('the owner', () => {
  it('cannot be locked out: the last one is neither demoted, removed nor leaves, and nobody leaves their own space', async () => {
    const { owner, others } = await peopleWith('manager');
    const [manager] = others;
    const last = [await setRole(owner, owner, 'guest'), await remove(owner, owner), await owner.manage('POST', '/members/leave', {})];
    expect(last.map(({ status, body }) => [status, body.error])).toEqual(Array(3).fill([409, 'This is the last owner of the tenant.']));
    await setRole(owner, manager, 'owner');
    expect((await owner.manage('POST', '/members/leave', {})).status).toBe(204);
    const home = await owner.manage('POST', '/members/leave', {});
    expect([home.status, home.body.error]).toEqual([409, 'This is the own space of that person, who stays its owner.']);
  });

  it('is one of two who remove each other at the same time', async () => {
    const { owner, others } = await peopleWith('owner');
    const [second] = others;
    const answers = statuses(...(await Promise.all([remove(owner, second), remove(second, owner)])));
    expect([...answers].sort()).toSatisfy((sorted: readonly number[]) => sorted[0] === 204 && [401, 403].includes(sorted[1] ?? 0));
    const left = answers[0] === 204 ? owner : second;
    expect((await left.manage('GET', '/members')).body.map(({ role }: { role: string }) => role)).toEqual(['owner']);
  });
});

describe('a removed member', () => {
  it('is refused with every key and session of that tenant from the answer on, keeps those elsewhere, and finds nothing of before when back', async () => {
    const { owner, others, tenant } = await peopleWith('writer');
    const [who] = others;
    const elsewhere = await person(app, who.email);
    const [raw, own] = [await keyOf(who), await keyOf(elsewhere)];
    expect([await list(raw), await list(who.token), await list(own)]).toEqual([200, 200, 200]);
    expect((await remove(owner, who)).status).toBe(204);
    expect([await list(raw), await list(who.token), await list(own), await list(elsewhere.token)]).toEqual([401, 401, 200, 200]);
    expect((await remove(owner, who)).status).toBe(404);
    await joined(owner, elsewhere, 'writer');
    expect([await list(raw), await list(who.token), await list(elsewhere.token)]).toEqual([401, 401, 200]);
    expect((await elsewhere.manage('GET', '/keys')).body).toEqual([]);
    expect((await elsewhere.manage('GET', '/tenants')).body.map(({ id }: { id: string }) => id)).toEqual([elsewhere.home, tenant]);
  });

  it('leaves the keys that they made for others to these, within the role that each has, and none of their own', async () => {
    const { owner, others } = await peopleWith('manager', 'writer');
    const [manager, writer] = others;
    const made = await manager.manage('POST', '/keys', { name: 'for the writer', scopes: ['*'], user_id: writer.user });
    await remove(owner, manager);
    expect(await list(made.body.raw_key)).toBe(200);
    expect((await writer.manage('GET', '/keys')).body).toMatchObject([{ id: made.body.id, name: 'for the writer' }]);
    const rotated = await writer.manage('POST', `/keys/${made.body.id}/rotate`, {});
    expect([rotated.status, await list(made.body.raw_key), await list(rotated.body.raw_key)]).toEqual([201, 401, 200]);
    await remove(owner, writer);
    expect(await list(rotated.body.raw_key)).toBe(401);
  });

  it('by own will goes on in the own space with the session that asked, and ends with the others there', async () => {
    const { others } = await peopleWith('writer');
    const [who] = others;
    const second = await person(app, who.email);
    await second.manage('POST', '/sessions/switch', { tenant_id: (await who.manage('GET', '/me')).body.tenant_id });
    const raw = await keyOf(who);
    expect((await who.manage('POST', '/members/leave', {})).status).toBe(204);
    expect([(await who.manage('GET', '/me')).body.tenant_id, await list(raw), await list(second.token)]).toEqual([who.home, 401, 401]);
  });
});

describe('a person in several tenants', () => {
  it('switches with the session, from the next call on, to tenants of theirs alone; keys stay where they are', async () => {
    const { owner, others, tenant } = await peopleWith('guest');
    const [who] = others;
    const whereIs = async (token: string) => (await app.call('GET', '/api/v1/whereami', { token })).body.tenant;
    const raw = await keyOf(who, ['things:read']);
    const home = await who.manage('POST', '/sessions/switch', { tenant_id: who.home });
    expect([home.body, await whereIs(who.token), await whereIs(raw)]).toEqual([{ tenant_id: who.home, role: 'owner' }, who.home, tenant]);
    const refused = [owner.home, 'unknown'].map((tenant_id) => who.manage('POST', '/sessions/switch', { tenant_id }));
    const said = (await Promise.all(refused)).map(({ status, text }) => `${status} ${text.replace(/req_\w+/, '')}`);
    expect([new Set(said).size, said[0]?.slice(0, 3), await whereIs(who.token)]).toEqual([1, '404', who.home]);
    const by = await app.call('POST', '/api/v1/gatehouse/sessions/switch', { token: raw, body: { tenant_id: who.home } });
    expect(by.status).toBe(403);
  });
});
