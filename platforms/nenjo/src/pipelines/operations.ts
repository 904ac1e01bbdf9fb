import { defineOperation } from 'gatehouse';
import { z } from 'zod';
import { again, deleted, line, openObject, page, uuid } from '../fields.js';
import { edge, pipeline, step } from './fields.js';
import { triggers } from './values.js';

const name = line(200);
const description = z.string().max(20_000).nullable().describe('What it is for');
const trigger = z.enum(triggers).describe('What starts runs; a cron schedule is in metadata');
const isActive = z.boolean().describe('true needs exactly one step without incoming edges, and a terminal step');
const isDefault = z.boolean().describe('Runs that name no pipeline use it; one for each owner');
const maxRetries = z.int().min(0).max(100).describe('How often a worker may repeat a step that fails');
const metadata = openObject().describe('Such as the schedule; kept as it is');
const id = uuid();

export const listPipelines = defineOperation({
  name: 'pipelines_list',
  title: 'List pipelines',
  description: 'Lists pipelines, newest first, without their steps and edges; pipelines_get shows those.',
  access: { scope: 'pipelines:read' },
  input: z.object({
    trigger: trigger.optional(),
    is_active: z.boolean().optional().describe('Only those that can be run, or cannot'),
    ...page,
  }),
  output: z.array(pipeline),
  effect: 'read',
  rest: { method: 'GET', path: '/pipelines' },
});

export const getPipeline = defineOperation({
  name: 'pipelines_get',
  title: 'Get a pipeline',
  description: 'Shows one pipeline with all its steps and edges, in order.',
  access: { scope: 'pipelines:read' },
  input: z.object({ id }),
  output: pipeline.extend({ steps: z.array(step), edges: z.array(edge) }),
  errors: ['not_found'],
  effect: 'read',
  rest: { method: 'GET', path: '/pipelines/:id' },
});

export const createPipeline = defineOperation({
  name: 'pipelines_create',
  title: 'Create a pipeline',
  description:
    'Creates a pipeline as a draft. Then add steps (pipeline_steps_create), connect them (pipeline_edges_create), and activate it with pipelines_update.',
  access: { scope: 'pipelines:write' },
  input: z.object({
    name,
    description: description.default(null),
    trigger: trigger.default('ticket.ready'),
    is_active: z.boolean().default(false).describe('Leave it false until it has steps'),
    is_default: isDefault.default(false),
    max_retries: maxRetries.default(3),
    metadata: metadata.default({}),
  }),
  output: pipeline,
  errors: ['conflict'],
  effect: 'create',
  rest: { method: 'POST', path: '/pipelines' },
});

export const updatePipeline = defineOperation({
  name: 'pipelines_update',
  title: 'Update a pipeline',
  description:
    'Changes the given fields (see pipelines_create) of a pipeline and leaves the others. is_active true activates it, or says all that is still missing; metadata is replaced as a whole.',
  access: { scope: 'pipelines:write' },
  input: z.object({
    id,
    name: again(name),
    description: again(description),
    trigger: again(trigger),
    is_active: again(isActive),
    is_default: again(isDefault),
    max_retries: again(maxRetries),
    metadata: again(metadata),
  }),
  output: pipeline,
  errors: ['not_found', 'conflict'],
  effect: 'update',
  idempotent: true,
  rest: { method: 'PATCH', path: '/pipelines/:id' },
});

export const deletePipeline = defineOperation({
  name: 'pipelines_delete',
  title: 'Delete a pipeline',
  description: 'Deletes a pipeline with its steps and edges for good. Its ended runs are kept; refused while a run has not ended.',
  access: { scope: 'pipelines:write' },
  input: z.object({ id }),
  output: deleted,
  errors: ['not_found', 'conflict'],
  effect: 'delete',
  idempotent: true,
  rest: { method: 'DELETE', path: '/pipelines/:id', status: 204 },
});
