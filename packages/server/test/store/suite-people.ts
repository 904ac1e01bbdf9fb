import { expect, test } from 'vitest';
import { addUser, type NewPlace, tenant, useStore, user } from './place.js';

export function peopleCases(newPlace: NewPlace): void {
  const bench = useStore(newPlace);
  const identity = { issuer: 'https://issuer.test', subject: 's1' };

  test('a user is made with the own space, its ownership and an identity, all at once', async () => {
    const { store } = bench;
    const made = user('u', { email: 'Mixed@Example.TEST', emailVerified: true, name: 'U' });
    expect(await store.users.create(made, tenant('home-u'), identity, 'boss')).toBe('created');
    const stored = { ...made, email: 'mixed@example.test' };
    expect(await store.users.find('u')).toEqual(stored);
    expect(await store.users.findByEmail('MIXED@example.test')).toEqual(stored);
    expect(await store.users.findByIdentity(identity.issuer, identity.subject)).toEqual(stored);
    expect(await store.tenants.find('home-u')).toEqual(tenant('home-u'));
    expect(await store.tenants.member('home-u', 'u')).toEqual({ tenant: 'home-u', user: 'u', role: 'boss', createdAt: 1_000 });
    expect(await store.tenants.listOf('u')).toEqual([{ ...tenant('home-u'), role: 'boss' }]);
  });

  test('a user whose e-mail, in whatever case, or identity is taken leaves nothing behind', async () => {
    const { store } = bench;
    await store.users.create(user('u', { email: 'u@example.test' }), tenant('home-u'), identity);
    expect(await store.users.create(user('v', { email: 'U@EXAMPLE.test' }), tenant('home-v'))).toBe('exists');
    expect(await store.users.create(user('w'), tenant('home-w'), identity)).toBe('exists');
    expect((await store.users.list()).map(({ id }) => id)).toEqual(['u']);
    expect((await store.tenants.list()).map(({ id }) => id)).toEqual(['a', 'b', 'home-u']);
  });

  test('of 32 parallel sign-ups with one identity, one makes the user', async () => {
    const { store } = bench;
    const answers = await Promise.all(
      Array.from({ length: 32 }, (_, index) => store.users.create(user(`u${index}`, { email: null }), tenant(`home-u${index}`), identity)),
    );
    expect(answers.filter((answer) => answer === 'created')).toHaveLength(1);
    expect(await store.users.list()).toHaveLength(1);
    expect(await store.tenants.list()).toHaveLength(3);
  });

  test('users without an e-mail do not stand in each other’s way', async () => {
    const { store } = bench;
    expect(await store.users.create(user('u', { email: null }), tenant('home-u'))).toBe('created');
    expect(await store.users.create(user('v', { email: null }), tenant('home-v'))).toBe('created');
  });

  test('an identity is linked once, and never taken from its holder', async () => {
    const { store } = bench;
    await addUser(store, 'u');
    await addUser(store, 'v');
    await store.users.linkIdentity('u', 'https://issuer.test', 's2', 5);
    await store.users.linkIdentity('u', 'https://issuer.test', 's2', 6);
    await expect(store.users.linkIdentity('v', 'https://issuer.test', 's2', 7)).rejects.toThrow();
    expect((await store.users.findByIdentity('https://issuer.test', 's2'))?.id).toBe('u');
  });

  test('a tenant is made once by id and by external id, found, renamed and put on a plan', async () => {
    const { store } = bench;
    const made = tenant('t', { plan: 'pro', externalId: 'https://issuer.test#org_1' });
    expect(await store.tenants.create(made)).toBe('created');
    expect(await store.tenants.create(made)).toBe('exists');
    expect(await store.tenants.create(tenant('other', { externalId: 'https://issuer.test#org_1' }))).toBe('exists');
    expect(await store.tenants.findByExternalId('https://issuer.test#org_1')).toEqual(made);
    expect(await store.tenants.rename('t', 'New')).toBe('done');
    expect(await store.tenants.rename('nobody', 'New')).toBe('unknown');
    expect(await store.tenants.setPlan('t', 'free')).toBe('done');
    expect(await store.tenants.setPlan('nobody', 'free')).toBe('unknown');
    expect(await store.tenants.find('t')).toMatchObject({ name: 'New', plan: 'free' });
    expect(await store.tenants.find('other')).toBeUndefined();
  });

  test('a membership tells whether it is new, changed or the same, and is seen in its tenant only', async () => {
    const { store } = bench;
    await addUser(store, 'u');
    const member = { tenant: 'a', user: 'u', role: 'viewer', createdAt: 2_000 };
    expect(await store.tenants.setMember(member)).toBe('created');
    expect(await store.tenants.setMember(member)).toBe('same');
    expect(await store.tenants.setMember({ ...member, role: 'editor', createdAt: 9 })).toBe('changed');
    expect(await store.tenants.members('a')).toEqual([{ ...member, role: 'editor', email: 'u@example.test', name: null }]);
    expect(await store.tenants.members('b')).toEqual([]);
    expect(await store.tenants.member('b', 'u')).toBeUndefined();
    expect((await store.tenants.listOf('u')).map(({ id, role }) => [id, role])).toEqual([
      ['home-u', 'owner'],
      ['a', 'editor'],
    ]);
  });

  test('nobody becomes a member of a tenant that is not there', async () => {
    await addUser(bench.store, 'u');
    await expect(bench.store.tenants.setMember({ tenant: 'nowhere', user: 'u', role: 'viewer', createdAt: 1 })).rejects.toThrow();
  });

  test('of several values settled for one name, everybody gets the first', async () => {
    const { store } = bench;
    expect(await store.meta.get('check')).toBeUndefined();
    const answers = await Promise.all(['x', 'y', 'z'].map((value) => store.meta.settle('check', value)));
    expect(answers).toEqual(['x', 'x', 'x']);
    expect(await store.meta.get('check')).toBe('x');
  });

  test('ping answers while the store is open, and rejects once it is closed', async () => {
    await bench.store.ping();
    await bench.store.close();
    await expect(bench.store.ping()).rejects.toThrow();
  });
}
