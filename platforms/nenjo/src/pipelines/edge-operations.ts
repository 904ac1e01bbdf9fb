import { defineOperation } from 'gatehouse';
import { z } from 'zod';
import { again, deleted, openObject, page, uuid } from '../fields.js';
import { edge, orderIndex } from './fields.js';
import { conditions } from './values.js';

const condition = z
  .enum(conditions)
  .describe('Followed always, or only when the source step passed or failed; on_review_pass and on_review_fail mean the same, of a gate');
const metadata = openObject().describe('Kept as it is');
const order = orderIndex.describe('Of the edges of a step the lowest whose condition holds is followed');
const pipelineId = uuid();
const sourceId = uuid().describe('The step it leaves from; not a terminal step');
const targetId = uuid().describe('The step it leads to');
const id = uuid();

export const listEdges = defineOperation({
  name: 'pipeline_edges_list',
  title: 'List edges of a pipeline',
  description: 'Lists the edges of one pipeline in their order. pipelines_get shows them together with the steps.',
  access: { scope: 'pipelines:read' },
  input: z.object({ pipeline_id: pipelineId, ...page }),
  output: z.array(edge),
  errors: ['not_found'],
  effect: 'read',
  rest: { method: 'GET', path: '/pipeline-edges' },
});

export const getEdge = defineOperation({
  name: 'pipeline_edges_get',
  title: 'Get an edge',
  description: 'Shows one edge of a pipeline: its two steps and its condition.',
  access: { scope: 'pipelines:read' },
  input: z.object({ id }),
  output: edge,
  errors: ['not_found'],
  effect: 'read',
  rest: { method: 'GET', path: '/pipeline-edges/:id' },
});

export const createEdge = defineOperation({
  name: 'pipeline_edges_create',
  title: 'Connect two steps',
  description: 'Adds an edge from one step of a pipeline to another. Edges never form a cycle: chain further steps instead.',
  access: { scope: 'pipelines:write' },
  input: z.object({
    pipeline_id: pipelineId,
    source_step_id: sourceId,
    target_step_id: targetId,
    condition: condition.default('always'),
    metadata: metadata.default({}),
    order_index: order.default(0),
  }),
  output: edge,
  errors: ['not_found', 'conflict'],
  effect: 'create',
  rest: { method: 'POST', path: '/pipeline-edges' },
});

export const updateEdge = defineOperation({
  name: 'pipeline_edges_update',
  title: 'Update an edge',
  description: 'Changes the given fields (see pipeline_edges_create) of an edge and leaves the others; metadata is replaced as a whole.',
  access: { scope: 'pipelines:write' },
  input: z.object({
    id,
    source_step_id: again(sourceId),
    target_step_id: again(targetId),
    condition: again(condition),
    metadata: again(metadata),
    order_index: again(order),
  }),
  output: edge,
  errors: ['not_found', 'conflict'],
  effect: 'update',
  idempotent: true,
  rest: { method: 'PATCH', path: '/pipeline-edges/:id' },
});

export const deleteEdge = defineOperation({
  name: 'pipeline_edges_delete',
  title: 'Delete an edge',
  description: 'Deletes an edge. Refused where it would break an active pipeline.',
  access: { scope: 'pipelines:write' },
  input: z.object({ id }),
  output: deleted,
  errors: ['not_found', 'conflict'],
  effect: 'delete',
  idempotent: true,
  rest: { method: 'DELETE', path: '/pipeline-edges/:id', status: 204 },
});
