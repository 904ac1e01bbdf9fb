import { expect, test } from 'vitest';
import { addUser, granted, key, useStore, type NewPlace, hashOf } from './place.js';

export function keyCases(newPlace: NewPlace): void {
  const bench = useStore(newPlace);

  test('a created key is found by its hash, with its role and plan', async () => {
    const { store } = bench;
    await addUser(store, 'u');
    await store.tenants.setMember({ tenant: 'a', user: 'u', role: 'editor', createdAt: 1 });
    const made = key('k', { user: 'u', scopes: ['tickets:read', 'tickets:write'], expiresAt: 9_000 });
    expect(await store.keys.create('a', made)).toBe('created');
    expect(await store.keys.findByHash(made.hash)).toMatchObject({ key: granted(made), role: 'editor', plan: null });
  });

  test("the role is that of the key's own tenant, and null for an owner who is no member of it", async () => {
    const { store } = bench;
    await addUser(store, 'u');
    await store.keys.create('a', key('k', { user: 'u' }));
    expect((await store.keys.findByHash(hashOf('k')))?.role).toBeNull();
  });

  test('an unknown hash finds nothing', async () => {
    expect(await bench.store.keys.findByHash(hashOf('nothing'))).toBeUndefined();
    // What begins like one that is there is another all the same.
    const made = key('k');
    await bench.store.keys.create('a', made);
    const alike = [...made.hash].map((digit, index) => (index < 20 ? digit : '0')).join('');
    expect(await Promise.all([alike, made.hash].map(async (hash) => (await bench.store.keys.findByHash(hash))?.key.id))).toEqual([undefined, 'k']);
  });

  test('a hash or an id that is taken is not stored a second time', async () => {
    const { store } = bench;
    await store.keys.create('a', key('k'));
    expect(await store.keys.create('b', key('l', { tenant: 'b', hash: hashOf('k') }))).toBe('exists');
    expect(await store.keys.create('b', key('k', { tenant: 'b', hash: hashOf('other') }))).toBe('exists');
    expect((await store.keys.findByHash(hashOf('k')))?.key.tenant).toBe('a');
    expect(await store.keys.findByHash(hashOf('other'))).toBeUndefined();
  });

  test('of 64 parallel creates with one hash, one is created', async () => {
    const { store } = bench;
    const answers = await Promise.all(Array.from({ length: 64 }, (_, index) => store.keys.create('a', key(`k${index}`, { hash: hashOf('same') }))));
    expect(answers.filter((answer) => answer === 'created')).toHaveLength(1);
    expect(answers.filter((answer) => answer === 'exists')).toHaveLength(63);
    expect(await store.keys.list('a', {})).toHaveLength(1);
  });

  test('a key cannot be stored in another tenant than its own', async () => {
    await expect(bench.store.keys.create('b', key('k'))).rejects.toThrow(/own tenant/);
    expect(await bench.store.keys.listAll()).toEqual([]);
  });

  test('a list is newest first, without the revoked, of one tenant and where asked of one user', async () => {
    const { store } = bench;
    await addUser(store, 'u');
    await store.keys.create('a', key('old', { createdAt: 1 }));
    await store.keys.create('a', key('new', { createdAt: 3, user: 'u' }));
    await store.keys.create('a', key('middle', { createdAt: 2 }));
    await store.keys.create('a', key('gone', { createdAt: 4 }));
    await store.keys.create('b', key('foreign', { tenant: 'b', createdAt: 5 }));
    await store.keys.revoke('a', 'gone', 6);
    expect((await store.keys.list('a', {})).map(({ id }) => id)).toEqual(['new', 'middle', 'old']);
    expect((await store.keys.list('a', { user: 'u' })).map(({ id }) => id)).toEqual(['new']);
    expect((await store.keys.listAll()).map(({ id }) => id)).toEqual(['foreign', 'new', 'middle', 'old']);
    expect(await store.keys.tenantOf('foreign')).toBe('b');
    expect(await store.keys.tenantOf('nobody')).toBeUndefined();
  });

  test('a key is revoked once, and keeps the moment', async () => {
    const { store } = bench;
    await store.keys.create('a', key('k'));
    expect(await store.keys.revoke('a', 'k', 5_000)).toBe('revoked');
    expect(await store.keys.revoke('a', 'k', 6_000)).toBe('unknown');
    expect((await store.keys.findByHash(hashOf('k')))?.key.revokedAt).toBe(5_000);
  });

  test('a key is disabled and enabled, but not once it is revoked', async () => {
    const { store } = bench;
    await store.keys.create('a', key('k'));
    expect(await store.keys.setDisabled('a', 'k', 7)).toBe('done');
    expect((await store.keys.find('a', 'k'))?.disabledAt).toBe(7);
    expect(await store.keys.setDisabled('a', 'k', null)).toBe('done');
    expect((await store.keys.find('a', 'k'))?.disabledAt).toBeNull();
    await store.keys.revoke('a', 'k', 8);
    expect(await store.keys.setDisabled('a', 'k', 9)).toBe('unknown');
  });

  test('nothing can be done to a key of another tenant, and nothing is told of it', async () => {
    const { store } = bench;
    await store.keys.create('b', key('k', { tenant: 'b' }));
    expect(await store.keys.find('a', 'k')).toBeUndefined();
    expect(await store.keys.list('a', {})).toEqual([]);
    expect(await store.keys.revoke('a', 'k', 1)).toBe('unknown');
    expect(await store.keys.setDisabled('a', 'k', 1)).toBe('unknown');
    expect(await store.keys.rotate('a', 'k', key('n'), 1, 2)).toBe('unknown');
    expect(await store.keys.find('b', 'k')).toEqual(key('k', { tenant: 'b' }));
    expect(await store.keys.findByHash(hashOf('n'))).toBeUndefined();
  });

  test('rotation with an overlap leaves the old key its end, and never a later one than it had', async () => {
    const { store } = bench;
    await store.keys.create('a', key('k'));
    await store.keys.create('a', key('short', { expiresAt: 1_500 }));
    expect(await store.keys.rotate('a', 'k', key('n'), 1_000, 2_000)).toBe('rotated');
    expect(await store.keys.rotate('a', 'short', key('m'), 1_000, 2_000)).toBe('rotated');
    expect(await store.keys.find('a', 'k')).toMatchObject({ expiresAt: 2_000, revokedAt: null, rotatedTo: 'n' });
    expect(await store.keys.find('a', 'short')).toMatchObject({ expiresAt: 1_500, revokedAt: null, rotatedTo: 'm' });
    expect((await store.keys.findByHash(hashOf('n')))?.key).toMatchObject(granted(key('n')));
  });

  test('rotation without an overlap revokes the old key', async () => {
    const { store } = bench;
    await store.keys.create('a', key('k'));
    expect(await store.keys.rotate('a', 'k', key('n'), 1_000, 1_000)).toBe('rotated');
    expect(await store.keys.find('a', 'k')).toMatchObject({ expiresAt: null, revokedAt: 1_000, rotatedTo: 'n' });
  });

  test('of 16 parallel rotations of one key, one makes a successor', async () => {
    const { store } = bench;
    await store.keys.create('a', key('k'));
    const answers = await Promise.all(Array.from({ length: 16 }, (_, index) => store.keys.rotate('a', 'k', key(`n${index}`), 1_000, 2_000)));
    expect(answers.filter((answer) => answer === 'rotated')).toHaveLength(1);
    expect(await store.keys.list('a', {})).toHaveLength(2);
  });

  test('a rotation and a revocation at once leave either no live key or the successor alone', async () => {
    const { store } = bench;
    await store.keys.create('a', key('k'));
    const [revoked, rotated] = await Promise.all([store.keys.revoke('a', 'k', 1_000), store.keys.rotate('a', 'k', key('n'), 1_000, 1_000)]);
    expect([revoked, rotated].sort()).toEqual(['revoked', 'unknown']);
    expect(await store.keys.list('a', {})).toEqual([]);
  });

  test('a rotation whose successor cannot be stored leaves the old key as it was', async () => {
    const { store } = bench;
    await store.keys.create('a', key('k'));
    await store.keys.create('a', key('taken'));
    await expect(store.keys.rotate('a', 'k', key('n', { hash: hashOf('taken') }), 1_000, 1_000)).rejects.toThrow();
    expect(await store.keys.find('a', 'k')).toEqual(key('k'));
  });

  test('only good keys of the same owner take room: none that are revoked, expired, of others or elsewhere', async () => {
    const { store } = bench;
    for (const user of ['u', 'v']) await addUser(store, user);
    for (const user of ['u', null]) {
      const [of, at] = [{ user }, { user, createdAt: 2_000 }];
      const id = (name: string) => `${name} of ${user}`;
      for (const name of ['revoked', 'disabled']) await store.keys.create('a', key(id(name), of));
      await store.keys.revoke('a', id('revoked'), 1_000);
      await store.keys.setDisabled('a', id('disabled'), 1_000);
      await store.keys.create('a', key(id('expired'), { ...of, expiresAt: 2_000 }));
      await store.keys.create('b', key(id('elsewhere'), { ...of, tenant: 'b' }));
      await store.keys.create('a', key(id('another’s'), { user: 'v' }));
      expect(await store.keys.create('a', key(id('none'), at), 1)).toBe('full');
      expect(await store.keys.create('a', key(id('ending'), { ...at, expiresAt: 9_000 }), 2)).toBe('created');
      expect(await store.keys.create('a', key(id('none'), at), 2)).toBe('full');
      expect(await store.keys.create('a', key(id('last'), at), 3)).toBe('created');
      expect(await store.keys.create('a', key(id('of the operator'), at))).toBe('created');
    }
  });

  test('a rotation takes room where the old key goes on, and none where it ends', async () => {
    const { store } = bench;
    await addUser(store, 'u');
    for (const user of ['u', null]) {
      const [old, next] = [`old ${user}`, `next ${user}`];
      await store.keys.create('a', key(old, { user }));
      expect(await store.keys.rotate('a', old, key(next, { user }), 1_000, 2_000, 1)).toBe('full');
      expect(await store.keys.find('a', old)).toEqual(key(old, { user }));
      expect(await store.keys.rotate('a', old, key(next, { user }), 1_000, 1_000, 1)).toBe('rotated');
      expect(await store.keys.rotate('a', next, key(`${next} again`, { user }), 1_000, 2_000, 2)).toBe('rotated');
      expect(await store.keys.rotate('a', next, key(`${next} twice`, { user }), 1_000, 2_000, 9)).toBe('unknown');
    }
  });

  test('last use moves forward only, and unknown ids do no harm', async () => {
    const { store } = bench;
    await store.keys.create('a', key('k'));
    await store.keys.touch(new Map([['k', 5_000]]));
    await store.keys.touch(
      new Map([
        ['k', 4_000],
        ['nobody', 1],
      ]),
    );
    expect((await store.keys.find('a', 'k'))?.lastUsedAt).toBe(5_000);
    await store.keys.touch(new Map(Array.from({ length: 1_200 }, (_, index) => [index === 1_199 ? 'k' : `x${index}`, 6_000])));
    expect((await store.keys.find('a', 'k'))?.lastUsedAt).toBe(6_000);
  });
}
