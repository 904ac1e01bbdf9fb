import { Refusal, refuse, refuseField } from 'gatehouse';
import { findPipeline, unlessGone } from '../pipelines/store.js';
import { type Db, bind } from '../tables.js';
import { commanded } from './command.js';
import * as operations from './operations.js';
import { findRun, unknownRun } from './store.js';
import type { StepResult } from './values.js';

const listed = [
  ...(['id', 'project_id', 'pipeline_id', 'ticket_id', 'status', 'is_cron_trigger', 'current_step_id', 'git_branch', 'error', 'metadata'] as const),
  ...(['created_by', 'created_at', 'started_at', 'finished_at', 'updated_at'] as const),
];

export const executionBindings = [
  bind(operations.listExecutions, ({ limit, offset, ...filters }, { db }) => {
    let query = db.selectFrom('executions').select(listed).orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit).offset(offset);
    for (const column of ['project_id', 'pipeline_id', 'ticket_id', 'status'] as const) {
      const value = filters[column];
      if (value !== undefined) query = query.where(column, '=', value);
    }
    return query.execute();
  }),
  bind(operations.getExecution, async ({ id }, { db }) => (await findRun(db, id)) ?? unknownRun()),
  bind(operations.createExecution, ({ pipeline_id, ticket_id, project_id, ...input }, { tx, id: newId, now, principal }) =>
    unlessGone(
      tx(async ({ db }) => {
        const pipeline = await runnable(db, pipeline_id, principal.user);
        if (pipeline instanceof Refusal) return pipeline;
        const subject = await subjectOf(db, ticket_id, project_id);
        if (subject instanceof Refusal) return subject;
        const id = newId();
        const at = now();
        const { slug, ...of } = subject;
        const run = {
          ...{ ...input, ...of, id, pipeline_id: pipeline.id, status: 'pending' as const, is_cron_trigger: pipeline.trigger === 'cron' },
          ...{ current_step_id: null, step_results: [] as readonly StepResult[], gate_feedback: null, error: null },
          git_branch: slug === null ? null : `agent/${id}/${slug}`,
          ...{ created_by: principal.user ?? null, created_at: at, started_at: null, finished_at: null, updated_at: at },
        };
        await db.insertInto('executions').values(run).execute();
        return { ...run, step_results: [] };
      }),
    ),
  ),
  bind(operations.commandExecution, (input, { tx, now }) => unlessGone(tx(({ db }) => commanded(db, input, now())))),
];

/** The pipeline of this id, or the user's default. */
async function runnable(db: Db, id: string | undefined, user: string | null | undefined) {
  const pipeline = id === undefined ? await defaultOf(db, user ?? null) : await findPipeline(db, id);
  if (pipeline === undefined) {
    return id === undefined
      ? refuseField('pipeline_id', 'Must be given: you have no default pipeline')
      : unknown('pipeline_id', 'There is no pipeline with this id');
  }
  if (pipeline.is_active) return pipeline;
  return refuse('conflict', `The pipeline "${pipeline.name}" is not active.`, {
    next: 'Activate it with pipelines_update (is_active true), or run another one.',
  });
}

function defaultOf(db: Db, user: string | null) {
  const owned = db.selectFrom('pipelines').selectAll().where('is_default', '=', true);
  return owned.where('created_by', user === null ? 'is' : '=', user).executeTakeFirst();
}

/** What a run is about: a ticket and its project, or a project alone. */
async function subjectOf(db: Db, ticket_id: string | null, project_id: string | undefined) {
  if (ticket_id === null) {
    if (project_id === undefined) return refuseField('project_id', 'Must be given where there is no ticket_id');
    const project = await db.selectFrom('projects').select('id').where('id', '=', project_id).executeTakeFirst();
    return project === undefined ? unknown('project_id', 'There is no project with this id') : { ticket_id, project_id, slug: null };
  }
  const ticket = await db.selectFrom('tickets').select(['project_id', 'slug']).where('id', '=', ticket_id).executeTakeFirst();
  if (ticket === undefined || ticket.project_id !== (project_id ?? ticket.project_id)) {
    return unknown('ticket_id', project_id === undefined ? 'There is no ticket with this id' : 'There is no such ticket in this project');
  }
  return { ticket_id, ...ticket };
}

function unknown(path: string, message: string): Refusal {
  return refuse('not_found', `${message}.`, { fields: [{ path, message }] });
}
