import type { PageContext } from 'gatehouse';
import { record } from '../analytics/record.js';
import { dayOf } from '../days.js';
import { newId } from '../ids.js';
import type { Database } from '../tables.js';
import { type Read, sameAnswers } from './answers.js';
import type { Form } from './form-token.js';
import type { Flow } from './store.js';

/**
 * One form makes one registration, however often and from wherever it is sent: `again` where it was sent before with the same answers,
 * `used` with others. The row and the flow's counter are one unit.
 */
export function register(
  flow: Flow,
  form: Form,
  answers: Read['answers'],
  { tx, now, id, enqueue }: PageContext<Database>,
): Promise<'registered' | 'again' | 'used'> {
  const at = now();
  return tx(async ({ db }) => {
    const made = await db
      .insertInto('registrations')
      .values({ ...form, id: newId(id()), flow_id: flow.id, answers, day: dayOf(at), registered_at: at })
      .onConflict((on) => on.columns(['form']).doNothing())
      .returning('id')
      .executeTakeFirst();
    if (made === undefined) {
      const earlier = await db.selectFrom('registrations').select('answers').where('form', '=', form.form).executeTakeFirstOrThrow();
      return sameAnswers(earlier.answers, answers) ? 'again' : 'used';
    }
    await db
      .updateTable('flows')
      .set((eb) => ({ completed_count: eb('completed_count', '+', 1) }))
      .where('id', '=', flow.id)
      .execute();
    await record('registrations', { day: dayOf(at), dims: { flow_id: flow.id } }, db, { id, enqueue });
    return 'registered';
  });
}
