import { setImmediate as turn } from 'node:timers/promises';
import { type Refusal, type TenantDb, refuse, refuseField } from 'gatehouse';
import type { Db } from '../tables.js';
import { type Collection, type Row, collections } from './collections.js';
import { Groups } from './groups.js';
import type { Query } from './query.js';
import { Turns } from './turns.js';

/** What one query may read: rows of days' counts, and rows of what happened. */
const MOST_COUNTS = 50_000;
const MOST_ROWS = 100_000;
const PORTION = 1_000;
/** Looked at before others have their turn. */
const AT_ONCE = 250;

/** Queries over rows that a process does at the same time: they leave room for other calls, and those of one business for another's. */
const turns = new Turns(2);

type Reads = Pick<Db, 'selectFrom'>;
/** The same handle, for whichever of the collections' tables. */
type EventTables = TenantDb<Readonly<Record<Collection['table'], Readonly<Record<string, string | number>>>>>;

export interface Asking {
  /** Who takes turns: the business. */
  readonly who: string;
  /** Whoever asked is gone, or the time is over. */
  readonly signal: AbortSignal;
}

export async function answerOf(query: Query, db: Reads, { who, signal }: Asking): Promise<ReturnType<Groups['answer']> | Refusal> {
  const groups = new Groups(query);
  const fault = await (query.from === 'rows' ? turns.take(who, () => fromRows(query, db, groups, signal)) : fromCounts(query, db, groups));
  return fault ?? groups.answer();
}

async function fromCounts(query: Query, db: Reads, groups: Groups): Promise<Refusal | undefined> {
  const rows = await (query.from === 'days' ? countsOfDays(query, db) : countsOfDims(query, db));
  if (rows.length > MOST_COUNTS) return tooMuch(MOST_COUNTS, 'counts', 'ask for fewer days');
  const { dims: names, figure }: Collection = collections[query.collection];
  for (const [n, { day, dims, count, total }] of rows.entries()) {
    if (n % AT_ONCE === AT_ONCE - 1) await turn();
    const values = query.from === 'days' ? [] : (JSON.parse(dims) as Row[string][]);
    const row = Object.fromEntries([['day', day] as const, ...values.map((value, i) => [names[i] ?? '', value] as const)]);
    const fault = groups.add({ row, count, sums: figure === undefined ? {} : { [figure]: total } });
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** With what waits to be counted, in one statement and so of one moment: what a job has counted is not waiting as well. */
function countsOfDims({ collection, range: { start, end } }: Query, db: Reads) {
  const of = (table: 'analytics_daily' | 'analytics_pending') =>
    db.selectFrom(table).select(['day', 'dims', 'count', 'total']).where('collection', '=', collection).where('day', '>=', start).where('day', '<=', end);
  return of('analytics_daily')
    .unionAll(of('analytics_pending'))
    .limit(MOST_COUNTS + 1)
    .execute();
}

function countsOfDays({ collection, range: { start, end } }: Pick<Query, 'collection' | 'range'>, db: Reads) {
  const of = (table: 'analytics_days' | 'analytics_pending') =>
    db
      .selectFrom(table)
      .select((eb) => ['day', eb.val('').as('dims'), 'count', 'total'])
      .where('collection', '=', collection)
      .where('day', '>=', start)
      .where('day', '<=', end);
  return of('analytics_days')
    .unionAll(of('analytics_pending'))
    .limit(MOST_COUNTS + 1)
    .execute();
}

/**
 * A portion at a time, by day and id: nothing is asked of the database that takes it long, and no more is held than a portion. What a query says
 * beyond the days is told in the process, over rows that are the business's own already; none of its words become SQL.
 */
async function fromRows({ collection, range }: Query, db: Reads, groups: Groups, signal: AbortSignal): Promise<Refusal | undefined> {
  const declared: Collection = collections[collection];
  const fewer = `ask for fewer days, or only for what is counted by day: ${['day', ...declared.dims].join(', ')}`;
  // Nobody waits, and nothing is read, for what would be refused in the end.
  const counts = await countsOfDays({ collection, range }, db);
  if (counts.reduce((sum, { count }) => sum + count, 0) > MOST_ROWS) return tooMuch(MOST_ROWS, collection, fewer);
  let after: { readonly day: string; readonly id: string } | undefined;
  for (let read = 0; ; ) {
    if (signal.aborted) return refuse('timed_out', 'The query was ended before it was answered.', { next: 'Ask for fewer days.' });
    const rows = await portion(declared, range, after, db as unknown as EventTables);
    read += rows.length;
    if (read > MOST_ROWS) return tooMuch(MOST_ROWS, collection, fewer);
    for (const [n, one] of rows.entries()) {
      if (n % AT_ONCE === AT_ONCE - 1) await turn();
      const row = declared.derived?.(one) ?? one;
      const fault = groups.add({ row, count: 1, sums: row as Readonly<Record<string, number>> });
      if (fault !== undefined) return fault;
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < PORTION) return undefined;
    after = { day: String(last.day), id: String(last.id) };
  }
}

function portion(
  { table, columns }: Collection,
  { start, end }: Query['range'],
  after: { day: string; id: string } | undefined,
  db: EventTables,
): Promise<Row[]> {
  let query = db
    .selectFrom(table)
    .select(['id', 'day', ...columns])
    .where('day', '<=', end)
    .orderBy('day')
    .orderBy('id')
    .limit(PORTION);
  query = after === undefined ? query.where('day', '>=', start) : query.where((eb) => eb(eb.refTuple('day', 'id'), '>', eb.tuple(after.day, after.id)));
  return query.execute() as Promise<Row[]>;
}

function tooMuch(most: number, what: string, instead: string): Refusal {
  return refuseField('dateRange', `Holds more than ${most} ${what}, the most that one query reads: ${instead}`);
}
