import { describe, expect, it } from 'vitest';
import type { InvitationRecord } from '../../src/store/invitations.js';
import { atOnce, grant, member, tally, useStoreOfKind } from '../oauth/store-of-kind.js';
import { addUser, key, tenant } from '../store/place.js';

const bench = useStoreOfKind();
const ownerRole = 'owner';
const anyone = () => true;
const owners = (actor: string | undefined) => actor === 'owner';
const of = (user: string, by: string | null = null) => ({ tenant: 'a', user, by, allows: owners, ownerRole });

const invitation = (id: string, over: Partial<InvitationRecord> = {}): InvitationRecord => ({
  ...{ id, tenant: 'a', email: 'new@example.com', role: 'member', createdBy: 'u', createdAt: 1_000, expiresAt: 9_000 },
  ...over,
});

const session = (id: string, user: string, over: { tenant?: string } = {}) => ({
  ...{ id, tenant: 'a', user, createdBy: 'test', createdAt: 1, refreshedAt: 1, expiresAt: 9_000, endsAt: 99_000, userAgent: null },
  ...over,
});
const rolesIn = async (id: string) => (await bench.store.tenants.members(id)).map(({ user, role }) => `${user} ${role}`).sort();

describe('the last owner', () => {
  it('is neither demoted nor removed, and with a second one either is', async () => {
    const { memberships } = bench.store;
    await member(bench.store, 'u');
    await member(bench.store, 'v', 'member');
    expect(await memberships.changeRole({ ...of('u', 'u'), role: 'member' })).toBe('last_owner');
    expect(await memberships.remove({ ...of('u'), at: 5 })).toBe('last_owner');
    expect(await memberships.changeRole({ ...of('v', 'u'), role: 'owner' })).toBe('changed');
    expect(await memberships.changeRole({ ...of('v', 'u'), role: 'owner' })).toBe('same');
    expect(await memberships.changeRole({ ...of('u', 'v'), role: 'member' })).toBe('changed');
    expect(await memberships.changeRole({ ...of('v', 'u'), role: 'member' })).toBe('forbidden');
    expect(await rolesIn('a')).toEqual(['u member', 'v owner']);
  });

  it.each(['changeRole', 'remove'] as const)('stays where two do it to each other at the same time: %s', async (verb) => {
    for (let round = 0; round < 4; round += 1) {
      const [one, other] = [`u${round}`, `v${round}`];
      const id = `t${round}`;
      await bench.store.tenants.create(tenant(id));
      for (const user of [one, other]) {
        await addUser(bench.store, user);
        await bench.store.tenants.setMember({ tenant: id, user, role: 'owner', createdAt: 1 });
      }
      const outcomes = await atOnce(2, (n) => {
        const asked = { ...of(n === 0 ? one : other, n === 0 ? other : one), tenant: id, role: 'member', at: 5 };
        return verb === 'remove' ? bench.of(n).memberships.remove(asked) : bench.of(n).memberships.changeRole(asked);
      });
      expect(outcomes.filter((outcome) => outcome === 'forbidden')).toHaveLength(1);
      expect((await rolesIn(id)).filter((line) => line.endsWith('owner'))).toHaveLength(1);
    }
  });

  it('stays where all owners leave at the same time', async () => {
    for (const user of ['u', 'v', 'w', 'x']) await member(bench.store, user);
    const outcomes = await atOnce(4, (n) => bench.of(n).memberships.remove({ ...of('uvwx'[n] ?? ''), at: 5 }));
    expect(tally(outcomes)).toEqual({ removed: 3, last_owner: 1 });
    expect(await rolesIn('a')).toHaveLength(1);
  });

  it('of an own space is its person, whoever else owns it too', async () => {
    const { store } = bench;
    await member(store, 'u');
    await member(store, 'v');
    await store.tenants.setMember({ tenant: 'home-u', user: 'v', role: 'owner', createdAt: 1 });
    const home = { ...of('u', 'v'), tenant: 'home-u' };
    expect([await store.memberships.remove({ ...home, at: 5 }), await store.memberships.changeRole({ ...home, role: 'member' })]).toEqual(['home', 'home']);
  });
});

describe('a removed member', () => {
  it('leaves with keys, sessions, grants and invitations of that tenant, and no others; coming back revives nothing', async () => {
    const { store } = bench;
    await member(store, 'u');
    await member(store, 'v', 'admin');
    for (const [id, user, at] of [
      ['k', 'v', 'a'],
      ['of u', 'u', 'a'],
      ['at home', 'v', 'home-v'],
    ] as const)
      await store.keys.create(at, key(id, { tenant: at, user }));
    for (const [id, user, at] of [
      ['s', 'v', 'a'],
      ['of-u', 'u', 'a'],
      ['home', 'v', 'home-v'],
    ] as const)
      await store.sessions.create(session(id, user, { tenant: at }), { hash: id, expiresAt: 9_000 });
    await store.grants.create('a', grant('g', { user: 'v' }));
    await store.invitations.create(invitation('i', { createdBy: 'v' }), 'h', anyone);
    expect(await store.memberships.remove({ ...of('v', 'u'), at: 5_000 })).toBe('removed');
    expect(await store.memberships.remove({ ...of('v', 'u'), at: 5_000 })).toBe('unknown');
    const good = async () => [
      (await store.keys.list('a', {})).map(({ id }) => id),
      (await store.keys.list('home-v', {})).map(({ id }) => id),
      (await store.sessions.list('v', 10)).map(({ id }) => id),
      (await store.sessions.list('u', 10)).map(({ id }) => id),
      (await store.grants.list('v')).map(({ id }) => id),
      (await store.invitations.list('a', 10)).map(({ id }) => id),
    ];
    expect(await good()).toEqual([['of u'], ['at home'], ['home'], ['of-u'], [], []]);
    // What was under way when the membership ended, and was stored after it.
    await store.keys.create('a', key('late', { user: 'v' }));
    await store.sessions.create(session('late', 'v'), { hash: 'late', expiresAt: 9_000 });
    await store.invitations.create(invitation('back', { email: 'v@example.test' }), 'b', anyone);
    const accepted = await store.invitations.accept({ id: 'back', user: 'v', email: 'v@example.test', at: 6_000, allows: anyone });
    expect(accepted).toEqual({ is: 'joined', tenant: 'a', role: 'member' });
    expect(await good()).toEqual([['of u'], ['at home'], ['home'], ['of-u'], [], []]);
  });

  it('keeps the session that goes on elsewhere', async () => {
    const { store } = bench;
    await member(store, 'u');
    await member(store, 'v', 'member');
    for (const id of ['s', 't']) await store.sessions.create(session(id, 'v'), { hash: id, expiresAt: 9_000 });
    expect(await store.memberships.remove({ ...of('v'), at: 5, keep: { session: 's', tenant: 'home-v' } })).toBe('removed');
    expect((await store.sessions.list('v', 10)).map(({ id, tenant: at }) => [id, at])).toEqual([['s', 'home-v']]);
  });

  it('is not removed by hand where an identity provider says who is in', async () => {
    await bench.store.tenants.create({ ...tenant('org'), externalId: 'https://issuer.test#org_1' });
    await addUser(bench.store, 'u');
    await bench.store.tenants.setMember({ tenant: 'org', user: 'u', role: 'admin', createdAt: 1 });
    expect(await bench.store.memberships.remove({ ...of('u'), tenant: 'org', at: 5 })).toBe('managed');
  });
});

describe('an invitation', () => {
  it('is one for each address and tenant, found by its id and its hash until its time is over', async () => {
    const { store } = bench;
    const { invitations } = store;
    await member(store, 'u');
    expect(await invitations.create(invitation('i'), 'h', owners)).toBe('created');
    expect(await invitations.create(invitation('j'), 'hj', owners)).toBe('exists');
    expect(await invitations.create(invitation('k', { tenant: 'b' }), 'hk', owners)).toBe('forbidden');
    expect(await invitations.create(invitation('l', { email: 'u@example.test' }), 'hl', owners)).toBe('member');
    const open = { ...invitation('i'), tenantName: (await store.tenants.find('a'))?.name };
    for (const ref of [{ id: 'i' }, { hash: 'h' }]) expect(await invitations.find(ref, 8_999)).toEqual(open);
    expect([await invitations.find({ id: 'i' }, 9_000), await invitations.find({ hash: 'hj' }, 10)]).toEqual([undefined, undefined]);
    expect(await invitations.listFor('new@example.com', 10)).toEqual([open]);
    expect(await invitations.create(invitation('later', { createdAt: 9_000, expiresAt: 20_000 }), 'hl', owners)).toBe('created');
    expect([await invitations.withdraw('b', 'later', 10), await invitations.withdraw('a', 'later', 10)]).toEqual(['unknown', 'withdrawn']);
  });

  it('lets one in of eight who accept at once, and nobody with another address', async () => {
    const { store } = bench;
    await member(store, 'u');
    await addUser(store, 'n');
    await store.invitations.create(invitation('i'), 'h', owners);
    const accept = (n: number, email: string) => bench.of(n).invitations.accept({ id: 'i', user: 'n', email, at: 2_000, allows: owners });
    expect(await accept(0, 'else@example.com')).toEqual({ is: 'unknown' });
    expect(tally((await atOnce(8, (n) => accept(n, 'new@example.com'))).map(({ is }) => is))).toEqual({ joined: 1, unknown: 7 });
    expect(await rolesIn('a')).toEqual(['n member', 'u owner']);
  });

  it('is worth nothing once whoever invited may not invite any more', async () => {
    const { store } = bench;
    await member(store, 'u');
    await member(store, 'v');
    await addUser(store, 'n');
    await store.invitations.create(invitation('i', { createdBy: 'v' }), 'h', owners);
    await store.memberships.changeRole({ ...of('v'), role: 'member' });
    expect(await store.invitations.accept({ id: 'i', user: 'n', email: 'new@example.com', at: 2_000, allows: owners })).toEqual({ is: 'unknown' });
    expect(await rolesIn('a')).toEqual(['u owner', 'v member']);
  });
});

describe('a session', () => {
  it('acts in another tenant of its user from the next look-up on, and in no other', async () => {
    const { store } = bench;
    await member(store, 'u');
    await store.sessions.create(session('s', 'u'), { hash: 's', expiresAt: 9_000 });
    expect([await store.sessions.switchTo('u', 's', 'b'), await store.sessions.switchTo('v', 's', 'home-u')]).toEqual(['unknown', 'unknown']);
    expect(await store.sessions.switchTo('u', 's', 'home-u')).toBe('switched');
    expect(await store.sessions.findByHash('s')).toMatchObject({ session: { tenant: 'home-u' }, role: 'owner' });
  });
});

describe('the end', () => {
  it('of a tenant: nobody finds it or acts in it, and its rows go in portions, and then itself', async () => {
    const { store } = bench;
    await member(store, 'u');
    await store.memberships.found(tenant('t'), { tenant: 't', user: 'u', role: 'owner', createdAt: 1 });
    await store.keys.create('t', key('k', { tenant: 't', user: 'u' }));
    await store.sessions.create(session('s', 'u', { tenant: 't' }), { hash: 's', expiresAt: 9_000 });
    await store.grants.create('t', grant('g', { tenant: 't' }));
    const end = (by: string | null, id = 't') => store.endings.endTenant({ tenant: id, at: 5, by, allows: owners });
    expect([await end('v'), await end('u', 'home-u'), await end('u'), await end('u')]).toEqual(['forbidden', 'home', 'ended', 'unknown']);
    expect([await store.tenants.find('t'), await store.tenants.members('t'), await store.keys.list('t', {})]).toEqual([undefined, [], []]);
    expect([await store.sessions.list('u', 10), await store.grants.list('u')]).toEqual([[], []]);
    expect((await store.tenants.list()).map(({ id }) => id)).not.toContain('t');
    expect([await store.endings.hasEnded('t'), await store.endings.hasEnded('a')]).toEqual([true, false]);
    expect(await store.endings.eraseRows('t')).toBe(false);
    for (const id of ['t', 'a']) await store.endings.erase(id);
    expect(await bench.raw("select id from gatehouse_tenants where id in ('t', 'a')")).toEqual([{ id: 'a' }]);
  });

  it('of a person is refused while others need them, and takes with it all that is theirs and nothing else', async () => {
    const { store } = bench;
    await member(store, 'u');
    await member(store, 'v', 'member');
    await store.memberships.found(tenant('alone'), { tenant: 'alone', user: 'u', role: 'owner', createdAt: 1 });
    await store.users.linkIdentity('u', 'https://issuer.test', 's', 1);
    await store.keys.create('a', key('k', { user: 'u' }));
    await store.keys.create('a', key('of v', { user: 'v' }));
    await store.sessions.create(session('s', 'u'), { hash: 's', expiresAt: 9_000 });
    await store.links.create({ hash: 'l', email: 'u@example.test', next: null, expiresAt: 9_000 });
    const end = () => store.endings.endPerson({ user: 'u', at: 5, ownerRole });
    expect(await end()).toEqual({ is: 'needed', in: [(await store.tenants.find('a'))?.name] });
    await store.memberships.changeRole({ ...of('v'), role: 'owner' });
    const ended = await end();
    expect(ended).toEqual({ is: 'ended', erase: ['alone', 'home-u'], memberships: ['a', 'alone', 'home-u'] });
    expect(await end()).toEqual({ is: 'unknown' });
    expect([await store.users.find('u'), await store.users.findByIdentity('https://issuer.test', 's'), await store.links.find('l')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect([(await store.keys.list('a', {})).map(({ id }) => id), await rolesIn('a')]).toEqual([['of v'], ['v owner']]);
  });
});
