import { type Refusal, refuse } from 'gatehouse';
import { constrained } from '../conflicts.js';
import { usedByCouncils, usedBySteps, usedMeanwhile } from '../in-use.js';
import { lockRole, settleAgents } from '../roles/assignments.js';
import { type Reads, bind } from '../tables.js';
import * as operations from './operations.js';
import { findAgent, matching, setTags, unknownAgent, withTags } from './store.js';

export const agentBindings = [
  bind(operations.listAgents, ({ project_id, limit, offset }, { snapshot }) =>
    snapshot(async ({ db }) => {
      let query = db.selectFrom('agents').selectAll().orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit).offset(offset);
      if (project_id !== undefined) {
        const refused = await unknownProject(db, project_id);
        if (refused !== undefined) return refused;
        query = query.where((eb) => eb.or([eb('project_id', '=', project_id), eb('project_id', 'is', null)]));
      }
      return withTags(db, await query.execute());
    }),
  ),
  bind(operations.agentTags, async (_input, { db }) => {
    const tags = await db.selectFrom('agent_tags').select('tag').distinct().orderBy('tag').execute();
    return tags.map(({ tag }) => tag);
  }),
  bind(operations.matchAgents, ({ tags, ...page }, { snapshot }) => snapshot(({ db }) => matching(db, [...new Set(tags)], page))),
  bind(operations.getAgent, async ({ id }, { snapshot }) => (await snapshot(({ db }) => findAgent(db, id))) ?? unknownAgent()),
  bind(operations.createAgent, ({ tags, ...fields }, { tx, id: newId, now, principal }) =>
    written(
      fields.name,
      tx(async ({ db }) => {
        const refused = await unknownProject(db, fields.project_id);
        if (refused !== undefined) return refused;
        const at = now();
        const agent = { ...fields, id: newId(), created_by: principal.user ?? null, created_at: at, updated_at: at };
        await db.insertInto('agents').values(agent).execute();
        await setTags(db, agent.id, tags, newId);
        return { ...agent, tags: [...new Set(tags)] };
      }),
    ),
  ),
  bind(operations.updateAgent, ({ id, tags, ...changes }, { tx, id: newId, now }) =>
    written(
      changes.name,
      tx(async ({ db }) => {
        const before = await findAgent(db, id);
        const untouched = tags === undefined && Object.keys(changes).length === 0;
        // As in JSON Merge Patch (RFC 7396), an empty patch changes nothing, and is fine.
        if (before === undefined || untouched) return before ?? unknownAgent();
        const refused = await unknownProject(db, changes.project_id ?? null);
        if (refused !== undefined) return refused;
        const changed = { ...changes, updated_at: now() };
        const agent = await db.updateTable('agents').set(changed).where('id', '=', id).returning('id').executeTakeFirst();
        if (agent === undefined) return unknownAgent();
        if (tags !== undefined) await setTags(db, id, tags, newId);
        return (await findAgent(db, id)) ?? unknownAgent();
      }),
    ),
  ),
  bind(operations.deleteAgent, ({ id }, { tx }) =>
    constrained(
      tx(async ({ db }) => {
        if ((await findAgent(db, id)) === undefined) return unknownAgent();
        const used = (await usedBySteps(db, 'The agent', 'agent_id', id)) ?? (await usedByCouncils(db, 'The agent', 'agent_id', id));
        if (used !== undefined) return used;
        const assigned = await db.selectFrom('agent_role_assignments').select('role_id').where('agent_id', '=', id).orderBy('role_id').execute();
        const roles = assigned.map(({ role_id }) => role_id);
        // Before the agent, as where one is assigned, lest each waits for the other.
        for (const role of roles) await lockRole(db, role);
        await db.deleteFrom('agents').where('id', '=', id).execute();
        await settleAgents(db, roles);
        return { id, deleted: true as const };
      }),
      { reference: usedMeanwhile },
    ),
  ),
];

async function unknownProject(db: Reads, id: string | null): Promise<Refusal | undefined> {
  if (id === null) return undefined;
  if ((await db.selectFrom('projects').select('id').where('id', '=', id).executeTakeFirst()) !== undefined) return undefined;
  const message = 'There is no project with this id';
  return refuse('not_found', `${message}.`, { fields: [{ path: 'project_id', message }] });
}

function written<T>(name: string | undefined, work: Promise<T>): Promise<T | Refusal> {
  const message = `There is an agent with the name "${name ?? ''}" already`;
  return constrained(work, {
    unique: () => refuse('conflict', `${message}.`, { fields: [{ path: 'name', message }], next: 'Choose another name, or change that agent.' }),
    reference: () => refuse('conflict', 'The project was deleted at the same moment.', { next: 'Look again with projects_list, then repeat the call.' }),
  });
}
