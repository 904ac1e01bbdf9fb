import { type Refusal, refuse } from 'gatehouse';
import { constrained } from '../conflicts.js';
import { usedByCouncils, usedMeanwhile } from '../in-use.js';
import { unlessGone } from '../pipelines/store.js';
import { type Db, bind } from '../tables.js';
import * as operations from './assignment-operations.js';
import { lockRole, settleAgents, summaries } from './assignments.js';
import { fixedTemplate } from './store.js';
import { templateWith } from './templates.js';

export const assignmentBindings = [
  bind(operations.listAssignments, ({ role_id, agent_id, limit, offset }, { db }) => {
    let query = newestFirst(db).limit(limit).offset(offset);
    if (role_id !== undefined) query = query.where('agent_role_assignments.role_id', '=', role_id);
    if (agent_id !== undefined) query = query.where('agent_role_assignments.agent_id', '=', agent_id);
    return query.execute();
  }),
  bind(operations.myAssignments, ({ limit, offset }, { db, principal }) =>
    principal.user === undefined ? [] : newestFirst(db).where('agent_role_assignments.created_by', '=', principal.user).limit(limit).offset(offset).execute(),
  ),
  bind(operations.getAssignment, async ({ id }, { db }) => (await findAssignment(db, id)) ?? unknownAssignment()),
  bind(operations.createAssignment, ({ role_id, agent_id }, { tx, id, now, principal }) =>
    unlessGone(
      tx(async ({ db }) => {
        if (templateWith(role_id) !== undefined) return fixedTemplate('A system template is assigned to no agent.');
        const role = await lockRole(db, role_id);
        const agent = await db.selectFrom('agents').select('id').where('id', '=', agent_id).executeTakeFirst();
        const unknown = [...(role === undefined ? [missing('role_id', 'agent role')] : []), ...(agent === undefined ? [missing('agent_id', 'agent')] : [])];
        const [first] = unknown;
        if (first !== undefined) return refuse('not_found', `${first.message}.`, { fields: unknown });
        const row = { id: id(), role_id, agent_id, created_by: principal.user ?? null, created_at: now() };
        const inserted = db.insertInto('agent_role_assignments').values(row);
        const made = await inserted
          .onConflict((on) => on.columns(['role_id', 'agent_id']).doNothing())
          .returning('id')
          .executeTakeFirst();
        if (made === undefined) return refuse('conflict', 'The agent works in this role already.', { next: 'Use that assignment: list those of this role.' });
        await settleAgents(db, [role_id]);
        return (await findAssignment(db, row.id)) ?? unknownAssignment();
      }),
    ),
  ),
  bind(operations.deleteAssignment, ({ id }, { tx }) =>
    constrained(
      tx(async ({ db }) => {
        const found = await findAssignment(db, id);
        if (found === undefined) return unknownAssignment();
        await lockRole(db, found.role_id);
        const used = await usedByCouncils(db, 'The assignment', 'id', id);
        if (used !== undefined) return used;
        await db.deleteFrom('agent_role_assignments').where('id', '=', id).execute();
        await settleAgents(db, [found.role_id]);
        return {};
      }),
      { reference: usedMeanwhile },
    ),
  ),
];

function whole(db: Db) {
  return summaries(db).select(['agent_role_assignments.created_by', 'agent_role_assignments.created_at']);
}

function newestFirst(db: Db) {
  return whole(db).orderBy('agent_role_assignments.created_at', 'desc').orderBy('agent_role_assignments.id', 'desc');
}

function findAssignment(db: Db, id: string) {
  return whole(db).where('agent_role_assignments.id', '=', id).executeTakeFirst();
}

function unknownAssignment(): Refusal {
  return refuse('not_found', 'There is no role assignment with this id.');
}

const missing = (path: string, what: string) => ({ path, message: `There is no ${what} with this id` });
