import type { Context } from 'gatehouse';
import { z } from 'zod';
import { newId } from '../ids.js';
import { type Database, type Db, bindJob } from '../tables.js';
import { type CollectionName, type Row, collections } from './collections.js';

/** What one job counts. */
const PORTION = 500;

/** Counts what has happened in one business. */
const countEvents = {
  name: 'analytics_count',
  input: z.object({}),
  // Nobody else would ask for it: what waits is counted when whatever kept it from that is over.
  attempts: Number.MAX_SAFE_INTEGER,
};

export interface Happening {
  readonly day: string;
  /** A value for each dimension of the collection. */
  readonly dims: Row;
  /** @default 1 */
  readonly count?: number;
  /** Of the collection's figure. @default 0 */
  readonly total?: number;
}

type Ctx = Pick<Context<Database>, 'id' | 'enqueue'>;

/** Notes that something has happened, in the unit of work of what happens. */
export function record(collection: CollectionName, happening: Happening, db: Db, context: Ctx): Promise<void> {
  return recordAll(collection, [happening], db, context);
}

/**
 * Several at once; asks for a job where none is on its way. A unit is its business's only writer: where something waits already, so does the
 * job that will count this too.
 */
export async function recordAll(collection: CollectionName, happenings: readonly Happening[], db: Db, { id, enqueue }: Ctx): Promise<void> {
  const waiting = await db.selectFrom('analytics_pending').select('id').limit(1).executeTakeFirst();
  const rows = happenings.map(({ day, dims, count = 1, total = 0 }) => ({ id: newId(id()), collection, day, dims: dimsOf(collection, dims), count, total }));
  await db.insertInto('analytics_pending').values(rows).execute();
  if (waiting === undefined) await enqueue(countEvents, {}, { delaySeconds: 1 });
}

function dimsOf(collection: CollectionName, dims: Row): string {
  return JSON.stringify(collections[collection].dims.map((name) => dims[name] ?? null));
}

export const analyticsJobs = [
  bindJob(countEvents, async (_input, { enqueue, id }) => async ({ db }) => {
    const some = await db.selectFrom('analytics_pending').selectAll().orderBy('id').limit(PORTION).execute();
    if (some.length === 0) return;
    for (const sum of summed(some, ({ dims }) => dims)) await addTo.daily(sum, newId(id()), db);
    for (const sum of summed(some, () => '')) await addTo.days(sum, newId(id()), db);
    const counted = some.map((one) => one.id);
    await db.deleteFrom('analytics_pending').where('id', 'in', counted).execute();
    if (some.length === PORTION) await enqueue(countEvents, {});
  }),
];

interface Counted {
  readonly collection: string;
  readonly day: string;
  readonly dims: string;
  readonly count: number;
  readonly total: number;
}

/** One for each collection and day, and for what else tells events apart. */
function summed(events: readonly Counted[], by: (event: Counted) => string): Iterable<Counted> {
  const sums = new Map<string, Counted>();
  for (const event of events) {
    const { collection, day, dims, count, total } = event;
    const key = `${collection} ${day} ${by(event)}`;
    const there = sums.get(key);
    sums.set(key, { collection, day, dims, count: count + (there?.count ?? 0), total: total + (there?.total ?? 0) });
  }
  return sums.values();
}

const addTo = {
  daily: ({ collection, day, dims, count, total }: Counted, id: string, db: Db) =>
    db
      .insertInto('analytics_daily')
      .values({ id, collection, day, dims, count, total })
      .onConflict((on) =>
        on
          .columns(['collection', 'day', 'dims'])
          .doUpdateSet((eb) => ({ count: eb('analytics_daily.count', '+', count), total: eb('analytics_daily.total', '+', total) })),
      )
      .execute(),
  days: ({ collection, day, count, total }: Counted, id: string, db: Db) =>
    db
      .insertInto('analytics_days')
      .values({ id, collection, day, count, total })
      .onConflict((on) =>
        on
          .columns(['collection', 'day'])
          .doUpdateSet((eb) => ({ count: eb('analytics_days.count', '+', count), total: eb('analytics_days.total', '+', total) })),
      )
      .execute(),
};
