import { describe, expect, it } from 'vitest';
import { key } from '../store/place.js';
import { access, atOnce, grant, member, refresh, tally, useStoreOfKind } from './store-of-kind.js';

const bench = useStoreOfKind();

/** A user who has allowed a program something. */
async function granted(...ids: readonly string[]): Promise<void> {
  await member(bench.store, 'u');
  for (const id of ids) await bench.store.grants.create('a', grant(id));
}

const rows = async (table: string): Promise<number> => Number((await bench.raw(`select count(*) as n from gatehouse_${table}`))[0]?.n);
const grantIds = async (user: string): Promise<readonly string[]> => (await bench.store.grants.list(user)).map(({ id }) => id);

describe('a grant', () => {
  it('is found as it was given, listed to its user alone, newest first, and kept to its own tenant', async () => {
    const { grants } = bench.store;
    await granted('g');
    await member(bench.store, 'v');
    const later = grant('later', { createdAt: 2_000, clientHost: null, scopes: [] });
    await grants.create('a', later);
    await grants.create('home-u', grant('elsewhere', { tenant: 'home-u', createdAt: 1_500 }));
    await grants.create('a', grant('another’s', { user: 'v' }));
    expect([await grants.find('later'), await grants.find('g'), await grants.find('none')]).toEqual([later, grant('g'), undefined]);
    expect([await grantIds('u'), await grantIds('v'), await grantIds('w')]).toEqual([['later', 'elsewhere', 'g'], ['another’s'], []]);
    await expect(grants.create('b', grant('stray'))).rejects.toThrow('its own tenant');
  });

  it('is revoked once, by its user alone; all that one program has are revoked together', async () => {
    const { grants } = bench.store;
    await granted('g', 'h');
    await grants.create('a', grant('other', { client: 'd' }));
    expect(await grants.revoke('v', 'g', 2_000)).toBe('unknown');
    expect([await grants.revoke('u', 'g', 2_000), await grants.revoke('u', 'g', 3_000)]).toEqual(['revoked', 'unknown']);
    expect((await grants.find('g'))?.revokedAt).toBe(2_000);
    expect([await grants.revokeClient('v', 'c', 4_000), await grants.revokeClient('u', 'c', 4_000)]).toEqual([[], ['h']]);
    expect(await grantIds('u')).toEqual(['other']);
  });

  it('is given under a membership, ends with it whoever ends that, and does not come back with it', async () => {
    const { store } = bench;
    await granted('g');
    await member(store, 'v');
    await store.grants.create('a', grant('of v', { user: 'v' }));
    await store.grants.create('home-u', grant('at home', { tenant: 'home-u' }));
    await store.tokens.createAccess(access('t'));
    await store.tokens.createRefresh(refresh('r'));
    await store.departures.endMembership('a', 'u');
    await store.tenants.setMember({ tenant: 'a', user: 'u', role: 'owner', createdAt: 2 });
    expect([await grantIds('u'), await grantIds('v')]).toEqual([['at home'], ['of v']]);
    expect([await store.tokens.findByHash('t'), await store.tokens.findRefresh('r')]).toEqual([undefined, undefined]);
    await store.departures.endUser('u', 5_000);
    await store.departures.endTenant('a', 5_000);
    expect([await grantIds('u'), await grantIds('v')]).toEqual([[], []]);
    await expect(store.grants.create('b', grant('no member', { tenant: 'b' }))).rejects.toThrow();
  });

  it('remembers when it was last used, and the mark only ever moves on', async () => {
    const { grants } = bench.store;
    await granted('g', 'h');
    await grants.touch(new Map([...Array.from({ length: 600 }, (_, n) => [`none ${n}`, 1] as const), ['g', 2_000]]));
    await grants.touch(new Map([['g', 1_500]]));
    expect([(await grants.find('g'))?.lastUsedAt, (await grants.find('h'))?.lastUsedAt]).toEqual([2_000, null]);
  });

  it('is forgotten once revoked or without a good token, after a while and some hundreds at once, and never while it has one', async () => {
    const { grants, tokens } = bench.store;
    await granted('g', 'empty', 'revoked', 'young');
    await tokens.createAccess(access('t', { expiresAt: 5_000 }));
    await tokens.createRefresh(refresh('r', { grant: 'revoked', expiresAt: 99_000 }));
    await grants.revoke('u', 'revoked', 3_000);
    await tokens.createRefresh(refresh('s', { grant: 'young', expiresAt: 4_000 }));
    await tokens.replaceRefresh('s', refresh('s2', { grant: 'young', expiresAt: 50_000 }), 2_000);
    expect([await grants.forget(3_001), await grantIds('u')]).toEqual([false, ['young', 'g']]);
    expect(await rows('grants')).toBe(2);
    await grants.forget(5_001);
    expect([await grantIds('u'), await rows('access_tokens'), await rows('refresh_tokens')]).toEqual([['young'], 0, 2]);
    await atOnce(600, (n) => grants.create('a', grant(`many ${n}`)));
    expect([await grants.forget(1_001), await grants.forget(1_001), await rows('grants')]).toEqual([true, false, 1]);
  });
});

describe('an access token', () => {
  it('is found with its grant, the role and the plan as they are now', async () => {
    const { store } = bench;
    await granted('g');
    await store.tokens.createAccess(access('t', { scopes: [] }));
    const { id, user, client, clientName, clientHost, scopes, lastUsedAt, revokedAt } = grant('g');
    const found = {
      token: access('t', { scopes: [] }),
      ...{ grant: { id, user, client, clientName, clientHost, scopes, lastUsedAt, revokedAt }, key: null, revokedAt: null, role: 'owner', plan: null },
    };
    expect(await store.tokens.findByHash('t')).toEqual(found);
    await store.tenants.setMember({ tenant: 'a', user: 'u', role: 'viewer', createdAt: 1 });
    await store.grants.revoke('u', 'g', 2_000);
    expect(await store.tokens.findByHash('t')).toEqual({ ...found, grant: { ...found.grant, revokedAt: 2_000 }, role: 'viewer' });
    expect(await store.tokens.findByHash('T')).toBeUndefined();
  });

  it('is found with the key that was traded for it, a tenant’s own or a user’s', async () => {
    const { keys, tokens } = bench.store;
    await member(bench.store, 'u', 'viewer');
    for (const user of [null, 'u']) {
      const id = `key of ${user}`;
      await keys.create('a', key(id, { user, scopes: ['*'], expiresAt: 7_000 }));
      await tokens.createAccess(access(id, { grant: null, key: id }));
      await keys.setDisabled('a', id, 3_000);
      expect(await tokens.findByHash(id)).toEqual({
        token: access(id, { grant: null, key: id }),
        ...{ grant: null, key: { id, user, scopes: ['*'], expiresAt: 7_000, disabledAt: 3_000, revokedAt: null }, revokedAt: null },
        ...{ role: user === null ? null : 'viewer', plan: null },
      });
    }
  });

  it('acts under one grant or one key, in the tenant of that', async () => {
    const { keys, tokens } = bench.store;
    await granted('g');
    await keys.create('a', key('k'));
    for (const wrong of [{ key: 'k' }, { grant: null }, { grant: 'none' }]) await expect(tokens.createAccess(access('wrong', wrong))).rejects.toThrow();
    await tokens.createAccess(access('astray', { tenant: 'b' }));
    await tokens.createAccess(access('astray too', { tenant: 'b', grant: null, key: 'k' }));
    expect([await tokens.findByHash('astray'), await tokens.findByHash('astray too')]).toEqual([undefined, undefined]);
  });

  it('is revoked alone and by its own client only, however often it is asked', async () => {
    const { keys, tokens } = bench.store;
    await granted('g');
    await keys.create('a', key('k'));
    for (const one of [access('t'), access('u'), access('k', { grant: null, key: 'k' })]) await tokens.createAccess(one);
    expect([await tokens.revoke('t', 'd', 2_000), await tokens.revoke('none', 'c', 2_000)]).toEqual(['unknown', 'unknown']);
    const revoked = { grant: 'g', key: null, token: 'id-t' };
    expect([await tokens.revoke('t', 'c', 2_000), await tokens.revoke('t', 'c', 3_000)]).toEqual([revoked, revoked]);
    expect(await tokens.revoke('k', 'c', 2_000)).toEqual({ grant: null, key: 'k', token: 'id-k' });
    expect([(await tokens.findByHash('t'))?.revokedAt, (await tokens.findByHash('u'))?.revokedAt]).toEqual([2_000, null]);
    expect((await tokens.findByHash('u'))?.grant?.revokedAt).toBeNull();
  });

  it('is looked up by many at once, each finding its own', async () => {
    await granted('g', 'h');
    await atOnce(20, (n) => bench.store.tokens.createAccess(access(`t${n}`, { grant: n % 2 === 0 ? 'g' : 'h' })));
    const found = await atOnce(80, (n) => bench.store.tokens.findByHash(`t${n % 25}`));
    expect(found.map((one) => one?.token.id)).toEqual(found.map((_, n) => (n % 25 < 20 ? `id-t${n % 25}` : undefined)));
    expect(found.map((one) => one?.grant?.id)).toEqual(found.map((_, n) => (n % 25 < 20 ? 'gh'[(n % 25) % 2] : undefined)));
  });
});

describe('a refresh token', () => {
  it('is found with its grant and the role, and ends its grant where it is revoked', async () => {
    const { tokens, grants } = bench.store;
    await granted('g');
    await tokens.createRefresh(refresh('r'));
    const { id, tenant, user, client, scopes } = grant('g');
    const state = { token: refresh('r'), grant: { id, tenant, user, client, scopes, revokedAt: null }, role: 'owner', replacedBy: null, goodUntil: 9_000 };
    expect([await tokens.findRefresh('r'), await tokens.findRefresh('none')]).toEqual([state, undefined]);
    expect(await tokens.revoke('r', 'd', 2_000)).toBe('unknown');
    const revoked = { grant: 'g', key: null, token: 'g' };
    expect([await tokens.revoke('r', 'c', 2_000), await tokens.revoke('r', 'c', 3_000)]).toEqual([revoked, revoked]);
    expect((await grants.find('g'))?.revokedAt).toBe(2_000);
  });

  it('has one successor, whoever asks at the same time, and the first one’s overlap', async () => {
    const { tokens } = bench.store;
    await granted('g');
    await tokens.createRefresh(refresh('r'));
    const answers = await atOnce(32, (n) => bench.of(n).tokens.replaceRefresh('r', refresh('r2', { createdAt: 2_000 + n, expiresAt: 20_000 + n }), 3_000 + n));
    expect([tally(answers), await rows('refresh_tokens')]).toEqual([{ replaced: 32 }, 2]);
    const [old, next] = [await tokens.findRefresh('r'), await tokens.findRefresh('r2')];
    expect(old).toMatchObject({ replacedBy: 'r2', goodUntil: (next?.token.createdAt ?? 0) + 1_000 });
    expect(next).toMatchObject({ replacedBy: null, goodUntil: next?.token.expiresAt });
    expect(await tokens.replaceRefresh('r', refresh('r2'), 8_000)).toBe('replaced');
    expect(await tokens.findRefresh('r')).toEqual(old);
  });

  it('is not prolonged by being replaced', async () => {
    await granted('g');
    await bench.store.tokens.createRefresh(refresh('r', { expiresAt: 2_000 }));
    await bench.store.tokens.replaceRefresh('r', refresh('r2'), 3_000);
    expect((await bench.store.tokens.findRefresh('r'))?.goodUntil).toBe(2_000);
  });

  it('has one successor though several were proposed: one wins, the others leave no row', async () => {
    await granted('g');
    await bench.store.tokens.createRefresh(refresh('r'));
    const answers = await atOnce(16, (n) => bench.of(n).tokens.replaceRefresh('r', refresh(`next ${n}`), 3_000));
    expect([tally(answers), await rows('refresh_tokens')]).toEqual([{ replaced: 1, ended: 15 }, 2]);
  });

  it('has none under a grant that is revoked, unknown or another', async () => {
    const { tokens, grants } = bench.store;
    await granted('g', 'h');
    await tokens.createRefresh(refresh('r'));
    expect(await tokens.replaceRefresh('r', refresh('r2', { grant: 'h' }), 3_000)).toBe('ended');
    expect(await tokens.replaceRefresh('none', refresh('r2'), 3_000)).toBe('ended');
    await grants.revoke('u', 'g', 2_000);
    expect([await tokens.replaceRefresh('r', refresh('r2'), 3_000), await rows('refresh_tokens')]).toEqual(['ended', 1]);
  });

  it('leaves nothing that is good where its grant is revoked while it is refreshed, and another device goes on', async () => {
    const { tokens, grants } = bench.store;
    await granted('g', 'other device');
    await tokens.createRefresh(refresh('r0'));
    await tokens.createRefresh(refresh('other', { grant: 'other device' }));
    const chain = atOnce(10, async (n) => {
      for (let step = 0; step < 4; step += 1) {
        await bench.of(n).tokens.replaceRefresh(`r${step}`, refresh(`r${step + 1}`), 3_000);
        await tokens.createAccess(access(`t${n}-${step}`));
      }
    });
    await tokens.findRefresh('r1');
    expect(await grants.revoke('u', 'g', 2_000)).toBe('revoked');
    await chain;
    const left = await Promise.all(Array.from({ length: 5 }, (_, n) => tokens.findRefresh(`r${n}`)));
    expect(left.filter((one) => one !== undefined && one.grant.revokedAt === null)).toEqual([]);
    const issued = await Promise.all(Array.from({ length: 40 }, (_, n) => tokens.findByHash(`t${n % 10}-${Math.floor(n / 10)}`)));
    expect(issued.map((one) => one?.grant?.revokedAt)).toEqual(issued.map(() => 2_000));
    expect(await tokens.replaceRefresh('other', refresh('other2', { grant: 'other device' }), 3_000)).toBe('replaced');
  });
});

it('of 64 that come at once, over two processes, there are as many keys, and as many grants made by hand, as there is room for', async () => {
  await granted('of a program');
  await member(bench.store, 'v');
  const makers = [
    (n: number) => bench.of(n).keys.create('a', key(`k${n}`, { user: 'u' }), 5),
    (n: number) => bench.of(n).grants.createByHand('a', grant(`h${n}`, { client: `by_hand_${n}` }), 5),
  ];
  const answers = await Promise.all(makers.map((make) => atOnce(64, make)));
  expect(answers.map(tally)).toEqual([
    { created: 5, full: 59 },
    { created: 5, full: 59 },
  ]);
  expect([await rows('keys'), await rows('grants')]).toEqual([5, 6]);
  const one = (await grantIds('u')).find((id) => id.startsWith('h')) ?? '';
  await bench.store.grants.revoke('u', one, 2_000);
  const again = { client: 'by_hand_again' };
  expect(await bench.store.grants.createByHand('a', grant('again', again), 5)).toBe('created');
  expect(await bench.store.grants.createByHand('a', grant('of v', { ...again, user: 'v' }), 1)).toBe('created');
});

it('tokens that have expired are forgotten some hundreds at once, and those that were replaced only then', async () => {
  const { tokens } = bench.store;
  await granted('g');
  await atOnce(550, (n) => tokens.createAccess(access(`t${n}`, { expiresAt: 2_000 })));
  await tokens.createAccess(access('good', { expiresAt: 6_000 }));
  await tokens.createRefresh(refresh('r', { expiresAt: 2_000 }));
  await tokens.createRefresh(refresh('r1', { expiresAt: 6_000 }));
  await tokens.replaceRefresh('r1', refresh('r2', { expiresAt: 6_000 }), 1_500);
  expect([await tokens.forget(2_000), await tokens.forget(2_001), await tokens.forget(2_001)]).toEqual([false, true, false]);
  expect([await rows('access_tokens'), await rows('refresh_tokens')]).toEqual([1, 2]);
});
