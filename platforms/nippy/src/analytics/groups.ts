import { type Refusal, refuseField } from 'gatehouse';
import type { Row, Value } from './collections.js';
import type { Filter, Measure, Query } from './query.js';
import { unitOf } from './range.js';

/** What one query may keep in memory: groups, and different values that are counted. */
const MOST_GROUPS = 10_000;
const MOST_VALUES = 100_000;

/** Events that are alike in what a query looks at. */
export interface Events {
  readonly row: Row;
  readonly count: number;
  /** Of each number field the sum over these events. */
  readonly sums: Readonly<Record<string, number>>;
}

interface Tally {
  count: number;
  sum: number;
  least: number | null;
  most: number | null;
  values: Set<Value> | undefined;
}

interface Group {
  readonly key: readonly Value[];
  readonly tallies: readonly Tally[];
}

/** Takes events one after another, and keeps no more of them than the answer needs. */
export class Groups {
  readonly #query: Query;
  readonly #groups = new Map<string, Group>();
  #values = 0;

  constructor(query: Query) {
    this.#query = query;
  }

  /** What is too much, if it is. */
  add({ row, count, sums }: Events): Refusal | undefined {
    const { filters, groups, measures } = this.#query;
    if (!filters.every((filter) => passes(filter, row))) return undefined;
    const key = groups.map(({ as, unit }) => (unit === undefined ? (row[as] ?? null) : unitOf(unit, String(row.day))));
    const { tallies } = this.#at(key);
    for (const [i, measure] of measures.entries()) {
      const tally = tallies[i];
      if (tally !== undefined) this.#tell(tally, measure, row, count, sums);
    }
    if (this.#groups.size > MOST_GROUPS) return refuseField('group_by', `Gives more than ${MOST_GROUPS} groups: group by less, or add filters`);
    if (this.#values > MOST_VALUES)
      return refuseField('measures', `More than ${MOST_VALUES} different values are to be counted: add filters, or ask for fewer days`);
    return undefined;
  }

  #at(key: readonly Value[]): Group {
    const text = JSON.stringify(key);
    let group = this.#groups.get(text);
    if (group === undefined) {
      group = { key, tallies: this.#query.measures.map(noTally) };
      this.#groups.set(text, group);
    }
    return group;
  }

  #tell(tally: Tally, { is, field }: Measure, row: Row, count: number, sums: Events['sums']): void {
    tally.count += count;
    if (is === 'count') return;
    if (is === 'count_distinct') {
      const value = row[field] ?? null;
      if (value === null || count === 0) return;
      const before = tally.values?.size ?? 0;
      tally.values = (tally.values ?? new Set<Value>()).add(value);
      this.#values += tally.values.size - before;
      return;
    }
    const sum = sums[field] ?? 0;
    tally.sum += sum;
    tally.least = tally.least === null ? sum : Math.min(tally.least, sum);
    tally.most = tally.most === null ? sum : Math.max(tally.most, sum);
  }

  /** In order, at most as many as were asked for. */
  answer(): { readonly rows: readonly Row[]; readonly truncated: boolean } {
    const { groups, measures, order, limit } = this.#query;
    // Without groups there is one row, over nothing too.
    if (groups.length === 0) this.#at([]);
    const rows = [...this.#groups.values()].map(({ key, tallies }) =>
      Object.fromEntries([
        ...groups.map(({ as }, i) => [as, key[i] ?? null] as const),
        ...measures.map(({ is, as }, i) => [as, shown(is, tallies[i] ?? noTally())] as const),
      ]),
    );
    const by = [...order, ...groups.map(({ as }) => ({ by: as, descending: false }))];
    rows.sort((a, b) => {
      for (const { by: column, descending } of by) {
        const compared = compare(a[column] ?? null, b[column] ?? null);
        if (compared !== 0) return descending ? -compared : compared;
      }
      return 0;
    });
    return { rows: rows.slice(0, limit), truncated: rows.length > limit };
  }
}

const noTally = (): Tally => ({ count: 0, sum: 0, least: null, most: null, values: undefined });

function shown(is: Measure['is'], { count, sum, least, most, values }: Tally): number | null {
  switch (is) {
    case 'count':
      return count;
    case 'sum':
      return sum;
    case 'avg':
      return count === 0 ? null : Math.round((sum / count) * 10_000) / 10_000;
    case 'min':
      return least;
    case 'max':
      return most;
    case 'count_distinct':
      return values?.size ?? 0;
  }
}

function passes({ field, operator, value }: Filter, row: Row): boolean {
  const own = row[field] ?? null;
  if (Array.isArray(value)) return value.includes(own) === (operator === 'in');
  const other = value as Value;
  if (operator === 'eq') return own === other;
  if (operator === 'ne') return own !== other;
  if (own === null) return false;
  const compared = compare(own, other);
  return operator === 'gt' ? compared > 0 : operator === 'gte' ? compared >= 0 : operator === 'lt' ? compared < 0 : compared <= 0;
}

/** null first; numbers by size, texts by their letters' codes. */
function compare(a: Value, b: Value): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? -1 : 1;
  return a < b ? -1 : 1;
}
