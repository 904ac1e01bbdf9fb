import { Refusal } from 'gatehouse';
import { describe, expect, it } from 'vitest';
import { Groups } from '../src/analytics/groups.js';
import { input, understood } from '../src/analytics/query.js';
import { answerOf } from '../src/analytics/read.js';
import { Turns } from '../src/analytics/turns.js';
import { openNippy } from './support/app.js';

const NOW = Date.parse('2026-01-31T09:30:00Z');

function queryOf(asked: object) {
  const query = understood(input.parse({ collection: 'spins', ...asked }), NOW);
  if (query instanceof Refusal) throw query;
  return query;
}

const fieldsOf = (refusal: unknown) => (refusal instanceof Refusal ? refusal.failure.fields?.map(({ path, message }) => `${path}: ${message}`) : refusal);

describe('a query that asks for too much is refused, and told what to narrow', () => {
  it('groups', () => {
    const groups = new Groups(queryOf({ group_by: ['person'] }));
    let refused: unknown;
    for (let n = 0; n <= 10_000; n += 1) refused = groups.add({ row: { day: '2026-01-01', person: `p${n}` }, count: 1, sums: {} });
    expect(fieldsOf(refused)).toEqual(['group_by: Gives more than 10000 groups: group by less, or add filters']);
  });

  it('different values', () => {
    const groups = new Groups(queryOf({ measures: [{ function: 'count_distinct', field: 'person' }] }));
    let refused: unknown;
    for (let n = 0; n <= 100_000; n += 1) refused = groups.add({ row: { day: '2026-01-01', person: `p${n}` }, count: 1, sums: {} });
    expect(fieldsOf(refused)).toEqual(['measures: More than 100000 different values are to be counted: add filters, or ask for fewer days']);
  });

  it('rows, before any is read, where the days’ counts say how many there are; what those can answer is answered', async () => {
    const app = await openNippy();
    try {
      const { tenant, raw } = await app.key('acme');
      const row = { id: 'many', collection: 'spins', day: '2026-01-30', count: 100_001, total: 0 };
      await app.gatehouse.store.tx(tenant, ({ db }) =>
        db
          .insertInto('analytics_days' as never)
          .values(row as never)
          .execute(),
      );
      const client = app.as(raw);
      const ask = (more: object) => client.post<{ rows: object[]; fields: object }>('/api/v1/analytics/query', { collection: 'spins', ...more });
      expect((await ask({ group_by: ['day'] })).json.rows).toEqual([{ day: '2026-01-30', count: 100_001 }]);
      const { status, json } = await ask({ group_by: ['person'] });
      const text =
        'Holds more than 100000 spins, the most that one query reads: ask for fewer days, or only for what is counted by day: day, roulette_id, gift_id, outcome';
      expect([status, json.fields]).toEqual([400, { dateRange: [text] }]);
      expect((await ask({ group_by: ['person'], dateRange: 'today' })).json.rows).toEqual([]);
    } finally {
      await app.close();
    }
  });

  it('time: it is ended when whoever asked is gone, or waits no longer', async () => {
    const app = await openNippy();
    try {
      const { tenant } = await app.key('acme');
      const answer = await answerOf(queryOf({ group_by: ['person'] }), app.gatehouse.store.db(tenant) as never, { who: tenant, signal: AbortSignal.abort() });
      expect(answer instanceof Refusal && answer.failure.code).toBe('timed_out');
    } finally {
      await app.close();
    }
  });

  it('many at once: a few have their turn, then one of each business in the order in which they came, whatever becomes of the first', async () => {
    const turns = new Turns(2);
    const began: string[] = [];
    const ends: (() => void)[] = [];
    const all = ['acme 1', 'acme 2', 'acme 3', 'acme 4', 'globex 1', 'initech 1'].map((name, n) =>
      turns.take(name.slice(0, -2), () => {
        began.push(name);
        return new Promise<void>((resolve, reject) => void ends.push(n === 0 ? () => reject(new Error('failed')) : resolve));
      }),
    );
    const settled = Promise.allSettled(all);
    await Promise.resolve();
    expect(began).toEqual(['acme 1', 'acme 2']);
    for (const n of all.keys()) {
      ends[n]?.();
      await new Promise((next) => setImmediate(next));
    }
    expect(began).toEqual(['acme 1', 'acme 2', 'acme 3', 'globex 1', 'initech 1', 'acme 4']);
    expect((await settled).map(({ status }) => status)).toEqual(['rejected', ...Array(5).fill('fulfilled')]);
  });
});
