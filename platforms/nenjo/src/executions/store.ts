import { type Refusal, refuse } from 'gatehouse';
import type { Db } from '../tables.js';

export async function findRun(db: Db, id: string) {
  const run = await db.selectFrom('executions').selectAll().where('id', '=', id).executeTakeFirst();
  return run && { ...run, step_results: [...run.step_results] };
}

export type Run = NonNullable<Awaited<ReturnType<typeof findRun>>>;

/**
 * Holds the run's row until the unit ends, and answers what stands in it then: of several commands at once each sees what the ones
 * before it have done. The ticket comes first, as where a ticket is deleted, lest each waits for the other.
 */
export async function lockRun(db: Db, id: string): Promise<Run | undefined> {
  const seen = await db.selectFrom('executions').select('ticket_id').where('id', '=', id).executeTakeFirst();
  if (seen === undefined) return undefined;
  if (seen.ticket_id !== null) {
    await db
      .updateTable('tickets')
      .set((eb) => ({ updated_at: eb.ref('updated_at') }))
      .where('id', '=', seen.ticket_id)
      .execute();
  }
  const held = db.updateTable('executions').set((eb) => ({ updated_at: eb.ref('updated_at') }));
  const run = await held.where('id', '=', id).returningAll().executeTakeFirst();
  return run && { ...run, step_results: [...run.step_results] };
}

export function unknownRun(): Refusal {
  return refuse('not_found', 'There is no run with this id.');
}
