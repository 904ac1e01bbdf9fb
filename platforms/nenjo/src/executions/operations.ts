import { defineOperation, timestamp } from 'gatehouse';
import { z } from 'zod';
import { openObject, page, uuid } from '../fields.js';
import { commands, statuses } from './values.js';

const stepResult = z.object({ step_id: z.string(), step_name: z.string(), passed: z.boolean(), output: z.string().nullable(), finished_at: timestamp() });

const execution = z.object({
  id: z.string(),
  project_id: z.string().nullable(),
  pipeline_id: z.string().nullable(),
  ticket_id: z.string().nullable(),
  status: z.enum(statuses),
  initial_input: z.string().nullable(),
  is_cron_trigger: z.boolean(),
  current_step_id: z.string().nullable().describe('The step to be done, or where the run ended'),
  step_results: z.array(stepResult).describe('In the order in which they came'),
  gate_feedback: z.string().nullable().describe('What the last gate said, where it failed'),
  git_branch: z.string().nullable(),
  error: z.string().nullable().describe('Why the run failed'),
  metadata: z.record(z.string(), z.unknown()),
  created_by: z.string().nullable(),
  created_at: timestamp(),
  started_at: timestamp().nullable(),
  finished_at: timestamp().nullable(),
  updated_at: timestamp(),
});

const status = z.enum(statuses);
const id = uuid();

export const listExecutions = defineOperation({
  name: 'executions_list',
  title: 'List runs',
  description: 'Lists runs of pipelines, newest first, without their inputs and results. A run must meet every filter that is given.',
  access: { scope: 'executions:read' },
  input: z.object({
    project_id: uuid().optional(),
    pipeline_id: uuid().optional(),
    ticket_id: uuid().optional(),
    status: status.optional(),
    ...page,
  }),
  output: z.array(execution.omit({ initial_input: true, step_results: true, gate_feedback: true })),
  effect: 'read',
  rest: { method: 'GET', path: '/executions' },
});

export const getExecution = defineOperation({
  name: 'executions_get',
  title: 'Get a run',
  description: 'Shows one run: its status, the step it is at, and the result of each step so far.',
  access: { scope: 'executions:read' },
  input: z.object({ id }),
  output: execution,
  errors: ['not_found'],
  effect: 'read',
  rest: { method: 'GET', path: '/executions/:id' },
});

export const createExecution = defineOperation({
  name: 'executions_create',
  title: 'Create a run',
  description: 'Creates a pending run of an active pipeline, for a ticket or for a project alone. Start it with executions_command.',
  access: { scope: 'executions:write' },
  input: z.object({
    pipeline_id: uuid().optional().describe('The pipeline to run; absent: your default one'),
    ticket_id: uuid().nullable().default(null).describe('The ticket to work on; null: the project itself'),
    project_id: uuid().optional().describe('The project to work in; needed where no ticket is given'),
    initial_input: z.string().max(50_000).nullable().default(null).describe('What the first step is told'),
    metadata: openObject().default({}).describe('Kept as it is'),
  }),
  output: execution,
  errors: ['not_found', 'conflict'],
  effect: 'create',
  rest: { method: 'POST', path: '/executions' },
});

export const commandExecution = defineOperation({
  name: 'executions_command',
  title: 'Command a run',
  description:
    'Starts, pauses, resumes or cancels a run. Workers report with complete (it passed) or fail: with step_id, that the current step has ended, and the run moves on along an edge; without it, that the whole run has.',
  access: { scope: 'executions:write' },
  input: z.object({
    id,
    command: z.enum(commands).describe('complete and fail are for workers'),
    step_id: uuid().optional().describe('With complete and fail: the current_step_id of the run'),
    output: z.string().max(50_000).optional().describe('What the step brought about, or why it or the run failed'),
  }),
  output: execution,
  errors: ['not_found', 'conflict'],
  effect: 'update',
  rest: { method: 'POST', path: '/executions/:id/command' },
});
