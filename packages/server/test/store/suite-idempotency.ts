import { expect, it } from 'vitest';
import { type NewPlace, useStore } from './place.js';

const HOUR = 3_600_000;
const call = (claimedAt: number, fingerprint = 'one') => ({ fingerprint, claimedAt });

export function idempotencyCases(newPlace: NewPlace): void {
  const bench = useStore(newPlace);
  const take = (tenant: string, id: string, at = 1_000, freeBefore = 0) => bench.store.idempotency.claim(tenant, id, call(at), freeBefore);

  it('an id is taken by one of many that want it at once, and the others are told whose it is', async () => {
    const claims = await Promise.all(Array.from({ length: 64 }, () => take('a', 'x')));
    expect(claims.filter((claim) => claim === undefined)).toHaveLength(1);
    expect(new Set(claims.filter((claim) => claim !== undefined).map(({ state }) => state))).toEqual(new Set(['running']));
  });

  it('the same id of another tenant is another id', async () => {
    expect([await take('a', 'x'), await take('b', 'x')]).toEqual([undefined, undefined]);
    await bench.store.idempotency.settle('a', 'x', { state: 'done', answer: '1', made: null });
    await bench.store.idempotency.release('a', 'x');
    expect(await take('b', 'x')).toMatchObject({ state: 'running', answer: null });
  });

  it('how a call ended is told once it is settled, is settled once, and outlives a restart', async () => {
    await take('a', 'x');
    const { idempotency } = bench.store;
    await idempotency.settle('a', 'x', { state: 'done', answer: '{"id":"7"}', made: '7' });
    await idempotency.settle('a', 'x', { state: 'unclear', answer: null, made: null });
    await idempotency.release('a', 'x');
    const store = await bench.reopen();
    const kept = await store.idempotency.claim('a', 'x', call(2_000, 'two'), 0);
    expect(kept).toEqual({ fingerprint: 'one', state: 'done', claimedAt: 1_000, answer: '{"id":"7"}', made: '7' });
  });

  it('an id that is released, or was taken long enough ago, is free', async () => {
    await take('a', 'x', 1_000);
    await bench.store.idempotency.release('a', 'x');
    expect(await take('a', 'x', 2_000)).toBeUndefined();
    expect(await take('a', 'x', 3_000, 2_000)).toMatchObject({ claimedAt: 2_000 });
    expect(await take('a', 'x', 3_000, 2_001)).toBeUndefined();
    expect(await take('a', 'x', 4_000, 0)).toMatchObject({ claimedAt: 3_000, state: 'running' });
  });

  it('that something is changed is noted with the unit of work that changes it, or not at all', async () => {
    const { store } = bench;
    const { idempotency } = store;
    await Promise.all([take('a', 'kept'), take('a', 'undone')]);
    await store.tx('a', () => idempotency.markChanged('a', 'kept'));
    const undone = store.tx('a', async () => {
      await idempotency.markChanged('a', 'undone');
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect([(await take('a', 'kept'))?.state, (await take('a', 'undone'))?.state]).toEqual(['changed', 'running']);
  });

  it('what is old is forgotten, some hundreds at once, and of a tenant all but the newest', async () => {
    const { idempotency } = bench.store;
    await Promise.all(Array.from({ length: 600 }, (_, n) => take('a', `old-${n}`, n)));
    await Promise.all(Array.from({ length: 10 }, (_, n) => take('a', `new-${n}`, HOUR + n)));
    await take('b', 'new', HOUR);
    expect([await idempotency.forget(HOUR), await idempotency.forget(HOUR)]).toEqual([true, false]);
    await idempotency.trim('a', 4);
    const rows = await bench.raw('select tenant_id, id from gatehouse_idempotency order by tenant_id, id');
    expect(rows.map(({ id }) => id)).toEqual(['new-6', 'new-7', 'new-8', 'new-9', 'new']);
  });
}
