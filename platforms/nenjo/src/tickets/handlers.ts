import { type Refusal, refuse } from 'gatehouse';
import { unknownProject } from '../projects/handlers.js';
import { type Reads, bind } from '../tables.js';
import { setDependencies } from './dependencies.js';
import * as operations from './operations.js';
import { type NewTicket, complete, insertTicket, listed, setTags } from './store.js';

export const ticketBindings = [
  bind(operations.listTickets, ({ tags = [], ...filters }, { snapshot }) => snapshot(async ({ db }) => complete(db, await listed(db, { tags, ...filters })))),
  bind(operations.getTicket, async ({ id }, { snapshot }) => (await snapshot(({ db }) => findTicket(db, id))) ?? unknownTicket()),
  bind(operations.createTicket, ({ tags, depends_on, ...fields }, { tx, id: newId, now, principal }) =>
    tx(async ({ db }) => {
      const project = await db.selectFrom('projects').select('id').where('id', '=', fields.project_id).executeTakeFirst();
      if (project === undefined) return unknownProject();
      const at = now();
      const ticket: NewTicket = { ...fields, id: newId(), created_by: principal.user ?? null, created_at: at, updated_at: at };
      await insertTicket(db, ticket);
      await setTags(db, ticket, tags, newId);
      const refused = await setDependencies(db, ticket, [...new Set(depends_on)], newId);
      return refused ?? (await findTicket(db, ticket.id)) ?? unknownTicket();
    }),
  ),
  bind(operations.updateTicket, ({ id, tags, depends_on, ...changes }, { tx, id: newId, now }) =>
    tx(async ({ db }) => {
      const untouched = tags === undefined && depends_on === undefined && Object.keys(changes).length === 0;
      // As in JSON Merge Patch (RFC 7396), an empty patch changes nothing, and is fine.
      if (untouched) return (await findTicket(db, id)) ?? unknownTicket();
      const changed = { ...changes, updated_at: now() };
      const ticket = await db.updateTable('tickets').set(changed).where('id', '=', id).returning(['id', 'project_id', 'created_at']).executeTakeFirst();
      if (ticket === undefined) return unknownTicket();
      if (tags !== undefined) await setTags(db, ticket, tags, newId);
      const refused = depends_on === undefined ? undefined : await setDependencies(db, ticket, [...new Set(depends_on)], newId);
      return refused ?? (await findTicket(db, id)) ?? unknownTicket();
    }),
  ),
  bind(operations.deleteTicket, async ({ id }, { db }) => {
    const gone = await db.deleteFrom('tickets').where('id', '=', id).returning('id').executeTakeFirst();
    return gone === undefined ? unknownTicket() : { id, deleted: true as const };
  }),
];

async function findTicket(db: Reads, id: string) {
  const rows = await db.selectFrom('tickets').selectAll().where('id', '=', id).execute();
  const [ticket] = await complete(db, rows);
  return ticket;
}

function unknownTicket(): Refusal {
  return refuse('not_found', 'There is no ticket with this id.');
}
