import { expect, it } from 'vitest';
import { type NewPlace, addUser, key, tenant, useStore } from './place.js';

const ISSUER = 'https://issuer.test';
const ORG = `${ISSUER}#org_1`;

export function departureCases(newPlace: NewPlace): void {
  const bench = useStore(newPlace);
  const ended = (subject: string, organization: string | null, issuedAt: number, issuer = ISSUER) =>
    bench.store.departures.ended(issuer, subject, organization, issuedAt);

  it('a user who is gone is gone everywhere and for good; others, and the same name at another issuer, are not', async () => {
    await bench.store.departures.noteUser(ISSUER, 's', 1_000);
    await bench.store.departures.noteUser(ISSUER, 's', 500);
    expect([await ended('s', null, 9e12), await ended('s', ORG, 9e12)]).toEqual([true, true]);
    expect([await ended('t', null, 0), await ended('t', ORG, 0), await ended('s', null, 0, 'https://other.test')]).toEqual([false, false, false]);
  });

  it('an organisation that is gone is gone for everybody, and leaves their own spaces', async () => {
    await bench.store.departures.noteOrganization(ISSUER, ORG, 1_000);
    expect([await ended('s', ORG, 9e12), await ended('s', null, 0), await ended('s', `${ISSUER}#org_2`, 0)]).toEqual([true, false, false]);
  });

  it('a membership that has ended is over for what was issued by then, and the latest end counts, however the news come', async () => {
    await bench.store.departures.noteMembership(ISSUER, 's', ORG, 2_000);
    await bench.store.departures.noteMembership(ISSUER, 's', ORG, 1_000);
    expect([await ended('s', ORG, 2_000), await ended('s', ORG, 2_001), await ended('s', null, 0), await ended('t', ORG, 0)]).toEqual([
      true,
      false,
      false,
      false,
    ]);
    const store = await bench.reopen();
    expect(await store.departures.ended(ISSUER, 's', ORG, 2_000)).toBe(true);
  });

  it('with a user go keys, memberships, e-mail and name, and nobody else’s', async () => {
    const { store } = bench;
    for (const id of ['u', 'v']) {
      await addUser(store, id);
      await store.tenants.setMember({ tenant: 'a', user: id, role: 'viewer', createdAt: 1 });
      for (const at of ['a', `home-${id}`]) await store.keys.create(at, key(`${id}-${at}`, { tenant: at, user: id }));
    }
    await store.keys.create('a', key('tenant’s', { tenant: 'a', user: null }));
    await store.departures.endUser('u', 5_000);
    await store.departures.endUser('u', 6_000);
    expect([await store.keys.list('home-u', {}), await store.tenants.listOf('u')]).toEqual([[], []]);
    expect((await store.keys.find('a', 'u-a'))?.revokedAt).toBe(5_000);
    expect((await store.keys.list('a', {})).map(({ id }) => id).sort()).toEqual(['tenant’s', 'v-a']);
    expect(await store.users.find('u')).toMatchObject({ email: null, emailVerified: false, name: null });
    expect((await store.tenants.listOf('v')).map(({ id }) => id).sort()).toEqual(['a', 'home-v']);
    expect(await store.users.findByEmail('v@example.test')).toBeDefined();
  });

  it('with a tenant go its keys and memberships, and none in other tenants', async () => {
    const { store } = bench;
    await addUser(store, 'u');
    for (const at of ['a', 'b']) {
      await store.tenants.setMember({ tenant: at, user: 'u', role: 'viewer', createdAt: 1 });
      await store.keys.create(at, key(`key-${at}`, { tenant: at, user: 'u' }));
    }
    await store.departures.endTenant('a', 5_000);
    expect([await store.keys.list('a', {}), await store.tenants.members('a')]).toEqual([[], []]);
    expect((await store.keys.list('b', {})).map(({ id }) => id)).toEqual(['key-b']);
    expect((await store.tenants.listOf('u')).map(({ id }) => id).sort()).toEqual(['b', 'home-u']);
    await store.departures.endMembership('b', 'u');
    expect((await store.tenants.listOf('u')).map(({ id }) => id)).toEqual(['home-u']);
  });

  it('a user’s e-mail is changed unless another has it, in whatever case; the name is changed all the same', async () => {
    const { store } = bench;
    for (const id of ['u', 'v']) await addUser(store, id);
    expect(await store.departures.changeUser('u', { email: 'New@Example.test', name: 'U' })).toBe('done');
    expect(await store.users.find('u')).toMatchObject({ email: 'new@example.test', emailVerified: true, name: 'U' });
    expect(await store.departures.changeUser('u', { email: 'V@example.TEST', name: 'W' })).toBe('taken');
    expect(await store.users.find('u')).toMatchObject({ email: 'new@example.test', name: 'W' });
    expect(await store.tenants.find('home-u')).toEqual(tenant('home-u'));
  });
}
