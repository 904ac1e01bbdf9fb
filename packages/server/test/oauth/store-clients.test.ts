import { describe, expect, it } from 'vitest';
import type { Artifact } from '../../src/store/artifacts.js';
import type { ClientRecord } from '../../src/store/clients.js';
import type { LinkRecord } from '../../src/store/links.js';
import type { SigningKeyRecord } from '../../src/store/signing-keys.js';
import { access, atOnce, grant, member, tally, useStoreOfKind } from './store-of-kind.js';

const bench = useStoreOfKind();
const rows = async (table: string): Promise<number> => Number((await bench.raw(`select count(*) as n from gatehouse_${table}`))[0]?.n);

function client(id: string, over: Partial<ClientRecord> = {}): ClientRecord {
  return { id, kind: 'registered', metadata: '{"client_name":"A"}', secretHash: null, createdAt: 1_000, expiresAt: 2_000, ...over };
}

describe('a client', () => {
  it('is registered once, and found and listed as it is, newest first', async () => {
    const { clients } = bench.store;
    const secret = client('s', { secretHash: 'ab', createdAt: 1_500, expiresAt: null, kind: 'made' });
    expect([await clients.register(client('c'), 5), await clients.register(client('c', { metadata: '{}' }), 5)]).toEqual(['registered', 'exists']);
    expect(await clients.register(secret, 5)).toBe('registered');
    expect([await clients.find('c'), await clients.find('s'), await clients.find('none')]).toEqual([client('c'), secret, undefined]);
    expect(await clients.list()).toEqual([secret, client('c')]);
  });

  it('is one of so many that nobody has let in, never one more, however many come at once; those let in do not count', async () => {
    const { clients } = bench.store;
    await clients.register(client('in'), 4);
    await clients.keep(client('in'));
    await clients.register(client('made', { kind: 'made', expiresAt: null }), 4);
    const answers = await atOnce(24, (n) => bench.of(n).clients.register(client(`c${n}`), 4));
    expect([tally(answers), await rows('clients')]).toEqual([{ registered: 4, full: 20 }, 6]);
    expect(await clients.register(client('late', { createdAt: 1_999, expiresAt: 3_000 }), 4)).toBe('full');
    expect(await clients.register(client('made too', { kind: 'made', expiresAt: null }), 4)).toBe('registered');
    expect(await clients.register(client('later', { createdAt: 2_000, expiresAt: 3_000 }), 4)).toBe('registered');
    expect((await clients.list()).map(({ id }) => id)).toEqual(['later', 'made too', 'made', 'in']);
  });

  it('stays once it is let in; of a metadata document it stays what was read last; one that is gone meanwhile does not come back', async () => {
    const { clients } = bench.store;
    await clients.register(client('c'), 5);
    await clients.keep(client('c', { metadata: '{"forged":true}' }));
    await clients.keep(client('gone'));
    const document = client('https://a.test/client.json', { kind: 'document', expiresAt: 1_500 });
    await clients.keep(document);
    await clients.keep({ ...document, metadata: '{"client_name":"B"}', createdAt: 1_700 });
    await clients.keep({ ...client('c'), kind: 'document', metadata: '{"forged":true}' });
    expect(await clients.find('c')).toEqual(client('c', { expiresAt: null }));
    expect(await clients.find('gone')).toBeUndefined();
    expect(await clients.find(document.id)).toEqual({ ...document, metadata: '{"client_name":"B"}', expiresAt: null });
  });

  it('ends with all that it was granted, and what others were granted goes on', async () => {
    const { clients, grants, tokens } = bench.store;
    await member(bench.store, 'u');
    await clients.register(client('c'), 5);
    await grants.create('a', grant('g'));
    await grants.create('a', grant('other', { client: 'd' }));
    await tokens.createAccess(access('t'));
    expect([await clients.remove('c', 3_000), await clients.remove('c', 4_000), await clients.remove('none', 4_000)]).toEqual([
      'removed',
      'unknown',
      'unknown',
    ]);
    expect(await tokens.findByHash('t')).toMatchObject({ grant: { revokedAt: 3_000 } });
    expect((await grants.list('u')).map(({ id }) => id)).toEqual(['other']);
  });

  it('whom nobody let in is forgotten at its hour, and one who is let in meanwhile is not', async () => {
    const { clients } = bench.store;
    await atOnce(520, (n) => clients.register(client(`c${n}`), 1_000));
    await clients.register(client('young', { expiresAt: 9_000 }), 1_000);
    expect([await clients.forget(1_999), await rows('clients')]).toEqual([false, 521]);
    await Promise.all([clients.forget(2_000), atOnce(20, (n) => clients.keep(client(`c${n * 26}`)))]);
    // Some hundreds at once, and fewer where others are let in at the same moment.
    while ((await rows('clients')) > (await clients.list()).filter(({ expiresAt }) => expiresAt === null).length + 1) await clients.forget(2_000);
    const left = await clients.list();
    expect(left.filter(({ id, expiresAt }) => expiresAt !== null && id !== 'young')).toEqual([]);
  });
});

describe('what the authorization server remembers', () => {
  const artifact = (hash: string, over: Partial<Artifact> = {}): Artifact => ({
    ...{ kind: 'code', hash, payload: '{"a":1}', handle: null, grant: null, expiresAt: 2_000, consumedAt: null },
    ...over,
  });

  it('is found by its secret’s hash within its kind, and replaced as a whole, but what was consumed stays so', async () => {
    const { artifacts } = bench.store;
    await artifacts.put(artifact('h'));
    expect([await artifacts.find('code', 'h'), await artifacts.find('session', 'h'), await artifacts.find('code', 'i')]).toEqual([
      artifact('h'),
      undefined,
      undefined,
    ]);
    await artifacts.consume('code', 'h', 1_500);
    const next = artifact('h', { payload: '{"b":2}', handle: 'x', grant: 'g', expiresAt: 3_000 });
    await artifacts.put(next);
    expect(await artifacts.find('code', 'h')).toEqual({ ...next, consumedAt: 1_500 });
    await artifacts.remove('session', 'h');
    expect(await artifacts.find('code', 'h')).toBeDefined();
    await artifacts.remove('code', 'h');
    expect(await artifacts.find('code', 'h')).toBeUndefined();
  });

  it('is found by its handle too: of two that share one, the one that lives longer', async () => {
    const { artifacts } = bench.store;
    await artifacts.put(artifact('old', { kind: 'session', handle: 'x' }));
    await artifacts.put(artifact('new', { kind: 'session', handle: 'x', expiresAt: 3_000 }));
    await artifacts.put(artifact('other', { kind: 'interaction', handle: 'x', expiresAt: 4_000 }));
    expect((await artifacts.findByHandle('session', 'x'))?.hash).toBe('new');
    expect(await artifacts.findByHandle('session', 'y')).toBeUndefined();
  });

  it('is consumed first by one, whoever asks at the same time; by nobody once it has expired', async () => {
    const { artifacts } = bench.store;
    await artifacts.put(artifact('h'));
    expect(tally(await atOnce(64, (n) => bench.of(n).artifacts.consume('code', 'h', 1_500)))).toEqual({ first: 1, again: 63 });
    expect(await artifacts.consume('code', 'h', 2_500)).toBe('again');
    await artifacts.put(artifact('late'));
    expect([await artifacts.consume('code', 'late', 2_000), await artifacts.consume('code', 'none', 1)]).toEqual(['unknown', 'unknown']);
  });

  it('is forgotten some hundreds at once after it expired', async () => {
    const { artifacts } = bench.store;
    await atOnce(520, (n) => artifacts.put(artifact(`h${n}`)));
    await artifacts.put(artifact('young', { expiresAt: 3_000 }));
    expect([await artifacts.forget(2_000), await artifacts.forget(2_001), await artifacts.forget(2_001)]).toEqual([false, true, false]);
    expect(await rows('artifacts')).toBe(1);
  });
});

describe('a sign-in link', () => {
  const link = (hash: string, over: Partial<LinkRecord> = {}): LinkRecord => ({ hash, email: 'ann@example.test', next: '/account', expiresAt: 2_000, ...over });

  it('is redeemed by one, whoever asks at the same time, and is nowhere after that', async () => {
    const { links } = bench.store;
    await links.create(link('h'));
    await links.create(link('other', { next: null }));
    expect(await links.find('h')).toEqual(link('h'));
    const redeemed = await atOnce(64, (n) => bench.of(n).links.redeem('h', 1_999));
    expect(redeemed.filter((one) => one !== undefined)).toEqual([link('h')]);
    expect([await links.find('h'), await links.redeem('h', 1_000), await links.find('other')]).toEqual([undefined, undefined, link('other', { next: null })]);
  });

  it('is not redeemed once it has expired, and forgotten some hundreds at once', async () => {
    const { links } = bench.store;
    await atOnce(520, (n) => links.create(link(`h${n}`)));
    expect(await links.redeem('h0', 2_000)).toBeUndefined();
    expect([await links.forget(2_000), await links.forget(2_001), await links.forget(2_001)]).toEqual([false, true, false]);
    expect(await rows('links')).toBe(0);
  });
});

describe('signing keys', () => {
  const signingKey = (id: string, createdAt: number): SigningKeyRecord => ({
    ...{ id, algorithm: 'ES256', publicKey: '{"kty":"EC"}', sealed: 'sealed', createdAt, retiredAt: null },
  });

  it('are made once by whoever comes first; a new one retires the others at that moment', async () => {
    const { signingKeys } = bench.store;
    await atOnce(16, (n) => bench.of(n).signingKeys.add(signingKey(`k${n}`, 1_000), 'if none'));
    const [first] = await signingKeys.list();
    expect(await signingKeys.list()).toHaveLength(1);
    await signingKeys.add(signingKey('next', 2_000), 'always');
    await signingKeys.add(signingKey('none', 3_000), 'if none');
    expect(await signingKeys.list()).toEqual([signingKey('next', 2_000), { ...first, retiredAt: 2_000 }]);
  });

  it('are one that signs, however many are added at once, and those retired are forgotten after a while', async () => {
    const { signingKeys } = bench.store;
    await atOnce(8, (n) => bench.of(n).signingKeys.add(signingKey(`k${n}`, 1_000 + n), 'always'));
    expect((await signingKeys.list()).filter(({ retiredAt }) => retiredAt === null)).toHaveLength(1);
    await signingKeys.forget(1_000);
    expect(await signingKeys.list()).toHaveLength(8);
    await signingKeys.forget(9_000);
    expect(await signingKeys.list()).toHaveLength(1);
  });
});
