import type { Db } from '../tables.js';
import type { Run } from './store.js';
import { hasEnded } from './transitions.js';

/**
 * A run takes its ticket along: in progress when it starts; done when it completes; open again when it fails or is cancelled and no other
 * is at work on it, so that people look at it before an agent takes it up once more. What somebody has decided meanwhile stays: only a
 * ticket in progress is moved.
 */
export async function followedBy(db: Db, before: Run, after: Run, at: number): Promise<void> {
  if (after.ticket_id === null) return;
  if (before.status === 'pending' && after.started_at !== null) await moved(db, after.ticket_id, 'in_progress', at);
  if (!hasEnded(after.status) || after.started_at === null) return;
  if (after.status === 'completed') await moved(db, after.ticket_id, 'done', at);
  else if (!(await isAtWorkOn(db, after.ticket_id))) await moved(db, after.ticket_id, 'open', at);
}

/** Whether a run of the ticket has been started and has not ended. */
async function isAtWorkOn(db: Db, ticket: string): Promise<boolean> {
  const started = db.selectFrom('executions').select('id').where('ticket_id', '=', ticket).where('status', 'in', ['running', 'paused']);
  return (await started.limit(1).executeTakeFirst()) !== undefined;
}

async function moved(db: Db, ticket: string, status: 'in_progress' | 'done' | 'open', at: number): Promise<void> {
  const update = db.updateTable('tickets').set({ status, updated_at: at }).where('id', '=', ticket);
  await (status === 'in_progress' ? update : update.where('status', '=', 'in_progress')).execute();
}

/** The ticket of a failed gate comes from the gate's role now; from the step, where no role does it. */
export async function routedBack(db: Db, ticket: string, gate: { readonly name: string; readonly role_id: string | null }, at: number): Promise<void> {
  const role = gate.role_id === null ? undefined : await db.selectFrom('agent_roles').select('name').where('id', '=', gate.role_id).executeTakeFirst();
  await db
    .updateTable('tickets')
    .set({ source: role?.name ?? gate.name, updated_at: at })
    .where('id', '=', ticket)
    .execute();
}
