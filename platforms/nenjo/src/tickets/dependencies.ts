import { type Refusal, refuse, refuseField } from 'gatehouse';
import type { Db } from '../tables.js';

interface Ticket {
  readonly id: string;
  readonly project_id: string;
}

/**
 * Makes `ticket` depend on exactly the tickets `wanted`: those of the same project, not itself, and none that waits for
 * it already. Inside a unit of work, which a refusal undoes.
 */
export async function setDependencies(db: Db, ticket: Ticket, wanted: readonly string[], newId: () => string): Promise<Refusal | undefined> {
  if (wanted.includes(ticket.id)) return refuseField('depends_on', 'A ticket cannot depend on itself');
  if (wanted.length > 0) {
    await lockProject(db, ticket.project_id);
    const refused = (await unreachable(db, ticket, wanted)) ?? (await closesCycle(db, ticket, wanted));
    if (refused !== undefined) return refused;
  }
  await db.deleteFrom('ticket_dependencies').where('ticket_id', '=', ticket.id).execute();
  const rows = wanted.map((depends_on_id, position) => ({ id: newId(), ticket_id: ticket.id, depends_on_id, position }));
  if (rows.length > 0) await db.insertInto('ticket_dependencies').values(rows).execute();
  return undefined;
}

/** Holds the project's row until the unit ends: two calls at once could otherwise add one half of a cycle each. */
async function lockProject(db: Db, id: string): Promise<void> {
  await db
    .updateTable('projects')
    .set((eb) => ({ updated_at: eb.ref('updated_at') }))
    .where('id', '=', id)
    .execute();
}

/** Unknown tickets, foreign ones and those of another project are told alike. */
async function unreachable(db: Db, { project_id }: Ticket, wanted: readonly string[]): Promise<Refusal | undefined> {
  const found = await db.selectFrom('tickets').select('id').where('project_id', '=', project_id).where('id', 'in', wanted).execute();
  const known = new Set(found.map(({ id }) => id));
  const fields = wanted.flatMap((id, i) => (known.has(id) ? [] : [{ path: `depends_on.${i}`, message: 'There is no such ticket in this project' }]));
  return fields.length === 0 ? undefined : refuse('not_found', 'There is no such ticket in this project.', { fields });
}

async function closesCycle(db: Db, ticket: Ticket, wanted: readonly string[]): Promise<Refusal | undefined> {
  const culprit = await waitingFor(db, ticket.id, wanted);
  if (culprit === undefined) return undefined;
  const named = await db.selectFrom('tickets').select(['slug', 'title']).where('id', '=', culprit).executeTakeFirstOrThrow();
  const message = `The ticket "${named.title}" (${named.slug}) waits for this one already, so that each would wait for the other`;
  return refuse('conflict', `${message}.`, { fields: [{ path: `depends_on.${wanted.indexOf(culprit)}`, message }] });
}

/** Ids in one question to the database, which bounds how many values a statement may have. */
const BATCH = 500;

/** The first of `starts` from which dependencies lead to `target`. Walks breadth first, each ticket once. */
async function waitingFor(db: Db, target: string, starts: readonly string[]): Promise<string | undefined> {
  const origin = new Map(starts.map((id) => [id, id]));
  let frontier = [...starts];
  while (frontier.length > 0) {
    const batch = frontier.slice(0, BATCH);
    frontier = frontier.slice(BATCH);
    const edges = await db.selectFrom('ticket_dependencies').select(['ticket_id', 'depends_on_id']).where('ticket_id', 'in', batch).execute();
    for (const { ticket_id, depends_on_id } of edges) {
      const from = origin.get(ticket_id);
      if (from === undefined || origin.has(depends_on_id)) continue;
      if (depends_on_id === target) return from;
      origin.set(depends_on_id, from);
      frontier.push(depends_on_id);
    }
  }
  return undefined;
}
