import type { Db, Reads } from '../tables.js';

/** Ids in one question to the database, which bounds how many values a statement may have. */
const BATCH = 500;

/** A role in the hands of an agent, with what people and agents want to know of both. */
export interface AssignmentSummary {
  readonly id: string;
  readonly role_id: string;
  readonly role_name: string;
  readonly role_description: string | null;
  readonly agent_id: string;
  readonly agent_name: string;
  readonly agent_model: string;
  readonly agent_model_provider: string;
}

/** Summaries, ready to be narrowed and ordered. */
export function summaries(db: Reads) {
  return db
    .selectFrom('agent_role_assignments')
    .innerJoin('agent_roles', 'agent_roles.id', 'agent_role_assignments.role_id')
    .innerJoin('agents', 'agents.id', 'agent_role_assignments.agent_id')
    .select([
      'agent_role_assignments.id',
      'agent_role_assignments.role_id',
      'agent_roles.name as role_name',
      'agent_roles.description as role_description',
      'agent_role_assignments.agent_id',
      'agents.name as agent_name',
      'agents.model_name as agent_model',
      'agents.model_provider as agent_model_provider',
    ]);
}

/** Those of these assignments that exist, by id. */
export async function summariesOf(db: Reads, ids: readonly string[]): Promise<ReadonlyMap<string, AssignmentSummary>> {
  const wanted = [...new Set(ids)];
  const found = new Map<string, AssignmentSummary>();
  for (let at = 0; at < wanted.length; at += BATCH) {
    const batch = summaries(db).where('agent_role_assignments.id', 'in', wanted.slice(at, at + BATCH));
    for (const summary of await batch.execute()) found.set(summary.id, summary);
  }
  return found;
}

/** Holds the role's row until the unit ends: whoever works in it is decided by one after the other. */
export function lockRole(db: Db, id: string) {
  return db
    .updateTable('agent_roles')
    .set((eb) => ({ updated_at: eb.ref('updated_at') }))
    .where('id', '=', id)
    .returning('id')
    .executeTakeFirst();
}

/** A step that names a role is done by the agent of its oldest assignment: says so in each of these roles, after assignments came or went. */
export async function settleAgents(db: Db, roles: readonly string[]): Promise<void> {
  for (const role of roles) {
    const assigned = db.selectFrom('agent_role_assignments').select('agent_id').where('role_id', '=', role);
    const oldest = await assigned.orderBy('created_at').orderBy('id').limit(1).executeTakeFirst();
    await db
      .updateTable('agent_roles')
      .set({ assigned_agent_id: oldest?.agent_id ?? null })
      .where('id', '=', role)
      .execute();
  }
}
