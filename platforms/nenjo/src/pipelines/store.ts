import { ConstraintError, type Refusal, refuse } from 'gatehouse';
import type { Db, Reads } from '../tables.js';
import { type Problem, problemsOf } from './graph.js';

/** Enough for any pipeline that people draw; whole graphs are read and answered. */
export const MAX_STEPS = 200;
export const MAX_EDGES = 1000;

export function findPipeline(db: Reads, id: string) {
  return db.selectFrom('pipelines').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Holds the pipeline's row until the unit ends: whatever changes its graph, or whether it is active, comes one after the other. */
export function lockPipeline(db: Db, id: string) {
  return db
    .updateTable('pipelines')
    .set((eb) => ({ updated_at: eb.ref('updated_at') }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();
}

export function stepsOf(db: Reads, pipeline: string) {
  return db.selectFrom('pipeline_steps').selectAll().where('pipeline_id', '=', pipeline).orderBy('order_index').orderBy('created_at').orderBy('id');
}

export function edgesOf(db: Reads, pipeline: string) {
  return db.selectFrom('pipeline_edges').selectAll().where('pipeline_id', '=', pipeline).orderBy('order_index').orderBy('created_at').orderBy('id');
}

/** All that keeps the pipeline, as it stands in this unit, from being run. */
export async function problemsIn(db: Db, pipeline: string): Promise<readonly Problem[]> {
  return problemsOf(await stepsOf(db, pipeline).execute(), await edgesOf(db, pipeline).execute());
}

/** After a change to its graph: a refusal, which undoes the change, where an active pipeline could no longer be run. */
export async function brokenBy(db: Db, pipeline: { readonly id: string; readonly is_active: boolean }): Promise<Refusal | undefined> {
  if (!pipeline.is_active) return undefined;
  const fields = await problemsIn(db, pipeline.id);
  if (fields.length === 0) return undefined;
  const why = fields.map(({ message }) => message).join('; ');
  const next = 'Deactivate it first (pipelines_update with is_active false), change it, and activate it again.';
  return refuse('conflict', `The pipeline is active, and this would break it. ${why}.`, { fields, next });
}

const unfinished = ['pending', 'running', 'paused'] as const;

/** Runs that have not ended; a few of them are enough to be named. */
export function openRuns(db: Db) {
  return db.selectFrom('executions').select('id').where('status', 'in', unfinished).orderBy('created_at').limit(3);
}

export function inUse(what: string, runs: readonly { readonly id: string }[]): Refusal | undefined {
  if (runs.length === 0) return undefined;
  const named = runs.map(({ id }) => id).join(', ');
  return refuse('conflict', `${what} is used by runs that have not ended, such as ${named}.`, {
    next: 'Cancel them with executions_command, or let them end.',
  });
}

/** The row as a patch leaves it: what the patch does not name stays. */
export function patched<Row extends object>(row: Row, changes: { readonly [Field in keyof Row]?: Row[Field] | undefined }): Row {
  return { ...row, ...Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) };
}

/** A row that this refers to may be deleted between the look at it and the write. */
export async function unlessGone<T>(work: Promise<T>): Promise<T | Refusal> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof ConstraintError) || error.violation !== 'reference') throw error;
    return refuse('conflict', 'Something that this refers to was deleted at the same moment.', { next: 'Look again, then repeat the call.' });
  }
}

export function unknownPipeline(): Refusal {
  return refuse('not_found', 'There is no pipeline with this id.');
}

/** Where it is what another part of the call refers to. */
export function noSuchPipeline(): Refusal {
  const message = 'There is no pipeline with this id';
  return refuse('not_found', `${message}.`, { fields: [{ path: 'pipeline_id', message }] });
}
