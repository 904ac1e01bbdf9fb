import type { StepType } from '../pipelines/values.js';
import { type SamplePipeline, type SampleStep, pipelines } from './content/pipelines.js';
import { type Planted, type Soil, planted, within } from './sample.js';

const COLUMN = 220;
const ROW = 140;

/** What steps are done by, by name. */
export interface Doers {
  readonly roles: Planted;
  readonly lambdas: Planted;
  readonly council: string;
}

/** Pipelines by name, and their steps by both names. */
export async function plantPipelines(soil: Soil, projectIds: Planted, doers: Doers): Promise<Planted> {
  const ids = new Map<string, string>();
  for (const pipeline of pipelines) for (const [name, id] of await plant(soil, pipeline, projectIds, doers)) ids.set(name, id);
  return ids;
}

async function plant(soil: Soil, pipeline: SamplePipeline, projectIds: Planted, doers: Doers): Promise<Planted> {
  const { db, user, id, ago } = soil;
  const { name, description, trigger, metadata, steps, edges } = pipeline;
  const own = id();
  const at = ago(30);
  const stepIds = new Map(steps.map((step) => [step.name, id()]));
  const fields = { ...{ id: own, name, description, trigger, max_retries: 3, created_by: user, created_at: at, updated_at: at } };
  await db
    .insertInto('pipelines')
    .values({
      ...fields,
      is_active: true,
      is_default: trigger === 'ticket.ready',
      metadata: { ...metadata, entry_step_ids: [planted(stepIds, steps[0]?.name ?? '')] },
    })
    .execute();
  await db
    .insertInto('pipeline_steps')
    .values(steps.map((step, i) => ({ id: planted(stepIds, step.name), pipeline_id: own, ...stepRow(step, i, doers), created_at: at, updated_at: at })))
    .execute();
  const edgeRows = edges.map(([from, to, condition], order_index) => ({
    ...{ id: id(), pipeline_id: own, source_step_id: planted(stepIds, from), target_step_id: planted(stepIds, to), condition, order_index },
    ...{ metadata: {}, created_at: at, updated_at: at },
  }));
  await db.insertInto('pipeline_edges').values(edgeRows).execute();
  const assigned = pipeline.projects.map((project) => ({
    id: id(),
    pipeline_id: own,
    project_id: planted(projectIds, project),
    created_by: user,
    created_at: at,
    updated_at: at,
  }));
  await db.insertInto('pipeline_assignments').values(assigned).execute();
  return new Map([[name, own], ...[...stepIds].map(([step, made]) => [within(name, step), made] as const)]);
}

function stepRow({ name, type, by, config = {}, at: [column, row] }: SampleStep, order_index: number, doers: Doers) {
  const doer = by === undefined ? {} : doneBy(type, by, doers);
  return {
    ...{ name, step_type: type, agent_id: null, council_id: null, role_id: null, lambda_id: null, ...doer },
    ...{ config, position_x: column * COLUMN, position_y: row * ROW, order_index },
  };
}

function doneBy(type: StepType, by: string, { roles, lambdas, council }: Doers) {
  if (type === 'council') return { council_id: council };
  return type === 'lambda' || type === 'cron' ? { lambda_id: planted(lambdas, by) } : { role_id: planted(roles, by) };
}
