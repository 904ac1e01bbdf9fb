import type { PageContext } from 'gatehouse';
import { z } from 'zod';
import { record } from '../analytics/record.js';
import { dayOf } from '../days.js';
import { newId } from '../ids.js';
import { type Database, type Db, bindJob } from '../tables.js';
import { utmIn } from './form-token.js';
import type { Flow } from './store.js';

const DAY_MS = 86_400_000;

/** What tells the visitors of a day apart is forgotten once no more of them can come. */
const forgetVisitors = {
  name: 'flows_forget_visitors',
  input: z.object({ day: z.string() }),
};

export const flowJobs = [
  bindJob(
    forgetVisitors,
    async ({ day }) =>
      ({ db }) =>
        db.updateTable('visits').set({ visitor: null }).where('day', '<=', day).where('visitor', 'is not', null).execute(),
  ),
];

/** Counts that somebody looks at a flow: the visitor of the day, and the flow's own counters, together. */
export async function countVisit(flow: Flow, { tx, visitor, query, now, id, enqueue }: PageContext<Database>): Promise<void> {
  const at = now();
  const day = dayOf(at);
  await tx(async ({ db }) => {
    const firstOfDay = !(await anyOn(db, day));
    const { visit_count } = await db
      .insertInto('visits')
      .values({ ...utmIn(query), id: newId(id()), flow_id: flow.id, day, visitor, visit_count: 1, visited_at: at })
      .onConflict((on) => on.columns(['flow_id', 'day', 'visitor']).doUpdateSet((eb) => ({ visit_count: eb('visits.visit_count', '+', 1) })))
      .returning('visit_count')
      .executeTakeFirstOrThrow();
    await db
      .updateTable('flows')
      .set((eb) => ({
        total_visit_count: eb('total_visit_count', '+', 1),
        unique_visit_count: eb('unique_visit_count', '+', visit_count === 1 ? 1 : 0),
      }))
      .where('id', '=', flow.id)
      .execute();
    await record('visits', { day, dims: { flow_id: flow.id }, count: visit_count === 1 ? 1 : 0, total: 1 }, db, { id, enqueue });
    if (firstOfDay) await enqueue(forgetVisitors, { day }, { delaySeconds: (Date.parse(day) + DAY_MS + 3_600_000 - at) / 1000 });
  });
}

async function anyOn(db: Db, day: string): Promise<boolean> {
  return (await db.selectFrom('visits').select('id').where('day', '=', day).limit(1).executeTakeFirst()) !== undefined;
}
