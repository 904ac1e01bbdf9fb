import { describe, expect, it } from 'vitest';
import type { Principal, Tag } from '../../src/domain/principal.js';
import { PrincipalCache } from '../../src/services/principal-cache.js';

const principal = (...dependsOn: Tag[]): Principal => ({
  tenant: 't',
  credential: { kind: 'key', id: 'k' },
  rights: { has: () => true, grantable: () => false, consented: false, stepUp: () => undefined, covers: () => true, cacheKey: '' },
  dependsOn,
});

describe('cached principals', () => {
  it('are gone at the very next look-up once something they depend on has changed', () => {
    const cache = new PrincipalCache(10);
    cache.set('a', principal('key:1', 'user:1'), ['authorization'], 0);
    cache.set('b', principal('key:2', 'user:1'), ['authorization'], 0);
    cache.note(['key:1'], 1);
    expect(cache.get('a')).toBeUndefined();
    expect(cache.get('b')).toBeDefined();
    cache.note(['user:1'], 2);
    expect(cache.get('b')).toBeUndefined();
  });

  it('do not come back by a fill that began before the change', () => {
    const cache = new PrincipalCache(10);
    cache.note(['key:1'], 1);
    cache.set('a', principal('key:1'), ['authorization'], 0);
    expect(cache.get('a')).toBeUndefined();
  });

  it('stay when the fill began before a change of something else, or after the change', () => {
    const cache = new PrincipalCache(10);
    cache.note(['key:9'], 1);
    cache.set('a', principal('key:1'), ['authorization'], 0);
    cache.set('b', principal('key:9'), ['authorization'], 1);
    expect([cache.get('a'), cache.get('b')]).not.toContain(undefined);
  });

  it('are dropped by a change however many other changes came after it', () => {
    const cache = new PrincipalCache(10);
    cache.set('a', principal('key:1'), ['authorization'], 0);
    cache.note(['key:1'], 1);
    for (let i = 2; i < 40_000; i += 1) cache.note([`key:x${i}`], i);
    expect(cache.get('a')).toBeUndefined();
  });

  it('never number more than twice the capacity, and the ones in use stay', () => {
    const cache = new PrincipalCache(100);
    cache.set('hot', principal('key:hot'), ['authorization'], 0);
    for (let i = 0; i < 1000; i += 1) {
      cache.set(`h${i}`, principal('key:x'), ['authorization'], 0);
      expect(cache.get('hot')).toBeDefined();
    }
    const held = Array.from({ length: 1000 }, (_, i) => cache.get(`h${i}`)).filter((known) => known !== undefined);
    expect(held.length).toBeLessThanOrEqual(200);
  });
});
