import { unknownProject } from '../projects/handlers.js';
import { isProject } from '../projects/store.js';
import { type Reads, bind } from '../tables.js';
import * as operations from './operations.js';
import { executionOrder } from './order.js';

const shown = ['id', 'slug', 'title', 'status', 'priority', 'order_index'] as const;

export const graphBindings = [
  bind(operations.graphDependencies, ({ project_id, limit, offset }, { snapshot }) =>
    snapshot(async ({ db }) => {
      if (!(await isProject(db, project_id))) return unknownProject();
      const counted = db.selectFrom('tickets').select((eb) => eb.fn.count<number>('id').as('total'));
      const { total } = await counted.where('project_id', '=', project_id).executeTakeFirstOrThrow();
      const inProject = db.selectFrom('tickets').where('project_id', '=', project_id).orderBy('created_at').orderBy('id').limit(limit).offset(offset);
      const nodes = await inProject.select(shown).execute();
      const ids = nodes.map(({ id }) => id);
      return { project_id, total, nodes, edges: await dependenciesOf(db, ids) };
    }),
  ),
  bind(operations.graphExecutionOrder, ({ project_id, limit, offset }, { snapshot }) =>
    snapshot(async ({ db }) => {
      if (!(await isProject(db, project_id))) return unknownProject();
      const todo = db.selectFrom('tickets').where('project_id', '=', project_id).where('status', '!=', 'done');
      const tickets = await todo.select([...shown, 'created_at']).execute();
      const order = executionOrder(tickets, await dependenciesIn(db, project_id));
      const page = order.slice(offset, offset + limit);
      return {
        project_id,
        total: order.length,
        tickets: page.map(({ ticket: { created_at: _, ...ticket }, wave, waitsFor }) => ({ ...ticket, wave, waits_for: [...waitsFor] })),
      };
    }),
  ),
];

/** Ids in one question to the database, which bounds how many values a statement may have. */
const BATCH = 500;

async function dependenciesOf(db: Reads, tickets: readonly string[]) {
  const edges = [];
  for (let at = 0; at < tickets.length; at += BATCH) {
    const batch = db.selectFrom('ticket_dependencies').where('ticket_id', 'in', tickets.slice(at, at + BATCH));
    edges.push(...(await batch.select(['ticket_id', 'depends_on_id']).orderBy('ticket_id').orderBy('position').execute()));
  }
  const place = new Map(tickets.map((id, index) => [id, index]));
  return edges.sort((a, b) => (place.get(a.ticket_id) ?? 0) - (place.get(b.ticket_id) ?? 0));
}

/** What tickets of the project that are not done wait for. */
function dependenciesIn(db: Reads, project: string) {
  return db
    .selectFrom('ticket_dependencies')
    .innerJoin('tickets', 'tickets.id', 'ticket_dependencies.ticket_id')
    .select(['ticket_dependencies.ticket_id', 'ticket_dependencies.depends_on_id'])
    .where('tickets.project_id', '=', project)
    .where('tickets.status', '!=', 'done')
    .orderBy('ticket_dependencies.position')
    .execute();
}
