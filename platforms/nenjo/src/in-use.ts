import { type Refusal, refuse } from 'gatehouse';
import type { Db } from './tables.js';

/** A few are enough to be named. */
const NAMED = 3;

/** Why what `column` of pipeline steps refers to cannot be deleted; `what` is such as "The agent". */
export async function usedBySteps(db: Db, what: string, column: 'agent_id' | 'role_id' | 'council_id' | 'lambda_id', id: string): Promise<Refusal | undefined> {
  const steps = await db
    .selectFrom('pipeline_steps')
    .innerJoin('pipelines', 'pipelines.id', 'pipeline_steps.pipeline_id')
    .select(['pipeline_steps.name as step', 'pipelines.name as pipeline'])
    .where(`pipeline_steps.${column}`, '=', id)
    .orderBy('pipeline_steps.created_at')
    .limit(NAMED)
    .execute();
  if (steps.length === 0) return undefined;
  const named = steps.map(({ step, pipeline }) => `the step "${step}" of the pipeline "${pipeline}"`).join(', ');
  return refuse('conflict', `${what} is used by ${named}.`, {
    next: 'Let pipeline_steps_update give the step another, or delete the step, then try again.',
  });
}

/** Why role assignments of this agent, of this role, or the one with this id cannot be deleted. */
export async function usedByCouncils(db: Db, what: string, column: 'agent_id' | 'role_id' | 'id', id: string): Promise<Refusal | undefined> {
  const led = await db
    .selectFrom('agent_role_assignments')
    .innerJoin('councils', 'councils.leader_role_assignment_id', 'agent_role_assignments.id')
    .select('councils.name')
    .where(`agent_role_assignments.${column}`, '=', id)
    .limit(NAMED)
    .execute();
  const joined = await db
    .selectFrom('agent_role_assignments')
    .innerJoin('council_members', 'council_members.role_assignment_id', 'agent_role_assignments.id')
    .innerJoin('councils', 'councils.id', 'council_members.council_id')
    .select('councils.name')
    .where(`agent_role_assignments.${column}`, '=', id)
    .limit(NAMED)
    .execute();
  const names = [...new Set([...led, ...joined].map(({ name }) => `"${name}"`))].sort();
  if (names.length === 0) return undefined;
  return refuse('conflict', `${what} is used by the ${names.length === 1 ? 'council' : 'councils'} ${names.join(', ')}.`, {
    next: 'Let councils_update give the council another leader or other members, or delete it, then try again.',
  });
}

/** It came into use between the look and the deletion. */
export function usedMeanwhile(): Refusal {
  return refuse('conflict', 'Something came to use it at the same moment.', { next: 'Try again, to be told what uses it.' });
}
