import { defineOperation } from 'gatehouse';
import { z } from 'zod';
import { again, deleted, line, openObject, page, uuid } from '../fields.js';
import { orderIndex, step } from './fields.js';
import { stepTypes } from './values.js';

const name = line(200);
const stepType = z
  .enum(stepTypes)
  .describe('agent and gate need agent_id or role_id, council council_id, lambda lambda_id, cron role_id or lambda_id; terminal ends the run');
const agentId = uuid().nullable().describe('The agent that does it');
const councilId = uuid().nullable().describe('The council that does it');
const roleId = uuid().nullable().describe('The role (agent_roles_list) whose agent does it, before agent_id');
const lambdaId = uuid().nullable().describe('The lambda that does it, in cron before role_id; people keep lambdas and know their ids');
const config = openObject().describe(
  'Settings. For cron: interval (60s unless given) and timeout (24h unless given), such as 30s, 5m, 2h. metadata is told to the agent',
);
const position = z.number();
const order = orderIndex.describe('The lowest comes first');
const pipelineId = uuid();
const id = uuid();

export const listSteps = defineOperation({
  name: 'pipeline_steps_list',
  title: 'List steps of a pipeline',
  description: 'Lists the steps of one pipeline in their order. pipelines_get shows them together with the edges.',
  access: { scope: 'pipelines:read' },
  input: z.object({ pipeline_id: pipelineId, ...page }),
  output: z.array(step),
  errors: ['not_found'],
  effect: 'read',
  rest: { method: 'GET', path: '/pipeline-steps' },
});

export const getStep = defineOperation({
  name: 'pipeline_steps_get',
  title: 'Get a step',
  description: 'Shows one step of a pipeline with its settings. pipelines_get shows all of them at once.',
  access: { scope: 'pipelines:read' },
  input: z.object({ id }),
  output: step,
  errors: ['not_found'],
  effect: 'read',
  rest: { method: 'GET', path: '/pipeline-steps/:id' },
});

export const createStep = defineOperation({
  name: 'pipeline_steps_create',
  title: 'Add a step',
  description: 'Adds a step to a pipeline that is not active. Connect it with pipeline_edges_create.',
  access: { scope: 'pipelines:write' },
  input: z.object({
    pipeline_id: pipelineId,
    name,
    step_type: stepType,
    agent_id: agentId.default(null),
    council_id: councilId.default(null),
    role_id: roleId.default(null),
    lambda_id: lambdaId.default(null),
    config: config.default({}),
    position_x: position.default(0),
    position_y: position.default(0),
    order_index: order.default(0),
  }),
  output: step,
  errors: ['not_found', 'conflict'],
  effect: 'create',
  rest: { method: 'POST', path: '/pipeline-steps' },
});

export const updateStep = defineOperation({
  name: 'pipeline_steps_update',
  title: 'Update a step',
  description:
    'Changes the given fields (see pipeline_steps_create) of a step and leaves the others; config is replaced as a whole. With another step_type, set the ids that it does not use to null.',
  access: { scope: 'pipelines:write' },
  input: z.object({
    id,
    name: again(name),
    step_type: again(stepType),
    agent_id: again(agentId),
    council_id: again(councilId),
    role_id: again(roleId),
    lambda_id: again(lambdaId),
    config: again(config),
    position_x: again(position),
    position_y: again(position),
    order_index: again(order),
  }),
  output: step,
  errors: ['not_found', 'conflict'],
  effect: 'update',
  idempotent: true,
  rest: { method: 'PATCH', path: '/pipeline-steps/:id' },
});

export const deleteStep = defineOperation({
  name: 'pipeline_steps_delete',
  title: 'Delete a step',
  description: 'Deletes a step and its edges. Refused where it would break an active pipeline, or a run is at it.',
  access: { scope: 'pipelines:write' },
  input: z.object({ id }),
  output: deleted,
  errors: ['not_found', 'conflict'],
  effect: 'delete',
  idempotent: true,
  rest: { method: 'DELETE', path: '/pipeline-steps/:id', status: 204 },
});
