import { Refusal, refuse, refuseField } from 'gatehouse';
import { entriesOf, problemsOf } from '../pipelines/graph.js';
import { edgesOf, findPipeline, stepsOf } from '../pipelines/store.js';
import type { Db } from '../tables.js';
import { type Position, advanced, arrivedAt } from './advance.js';
import { type Run, lockRun, unknownRun } from './store.js';
import { followedBy, routedBack } from './ticket.js';
import { hasEnded, impossible, transitions } from './transitions.js';
import type { Command, StepResult } from './values.js';

interface Given {
  readonly id: string;
  readonly command: Command;
  readonly step_id?: string | undefined;
  readonly output?: string | undefined;
}

/** Does what a command asks of a run, within a unit. */
export async function commanded(db: Db, given: Given, at: number): Promise<Run | Refusal> {
  const odd = misfit(given);
  if (odd !== undefined) return odd;
  const before = await lockRun(db, given.id);
  if (before === undefined) return unknownRun();
  const refused = impossible(before.status, given.command);
  if (refused !== undefined) return refused;
  const changes = await changesOf(db, before, given, at);
  if (changes instanceof Refusal) return changes;
  const changed = { ...changes, updated_at: at };
  const after: Run = { ...before, ...changed };
  const ended = hasEnded(after.status) ? { finished_at: at } : {};
  await db
    .updateTable('executions')
    .set({ ...changed, ...ended })
    .where('id', '=', given.id)
    .execute();
  await followedBy(db, before, after, at);
  return { ...after, ...ended };
}

type Changes = Partial<Run>;

/** What has no meaning with the command would be lost. */
function misfit({ command, step_id, output }: Given): Refusal | undefined {
  const reports = command === 'complete' || command === 'fail';
  if (step_id !== undefined && !reports) return refuseField('step_id', 'Goes with complete and fail only');
  if (output === undefined || step_id !== undefined || command === 'fail') return undefined;
  return refuseField('output', 'Goes with the report of a step, or with fail');
}

function changesOf(db: Db, run: Run, given: Given, at: number): Changes | Promise<Changes | Refusal> {
  const { command, step_id } = given;
  if (command === 'start') return started(db, run, at);
  if (step_id !== undefined) return reported(db, run, { ...given, step_id }, at);
  const error = command === 'fail' ? { error: given.output ?? null } : {};
  return { status: transitions[command].to, ...error };
}

async function started(db: Db, run: Run, at: number): Promise<Changes | Refusal> {
  const pipeline = run.pipeline_id === null ? undefined : await findPipeline(db, run.pipeline_id);
  if (pipeline === undefined) return refuse('conflict', 'The pipeline of this run is gone.', { next: 'Cancel the run, and create one of another pipeline.' });
  if (!pipeline.is_active) {
    return refuse('conflict', `The pipeline "${pipeline.name}" is not active.`, {
      next: 'Activate it with pipelines_update (is_active true), then start the run.',
    });
  }
  const [steps, edges] = [await stepsOf(db, pipeline.id).execute(), await edgesOf(db, pipeline.id).execute()];
  const fields = problemsOf(steps, edges);
  const [entry] = entriesOf(steps, edges);
  if (fields.length > 0 || entry === undefined) return refuse('conflict', 'The pipeline cannot be run.', { fields });
  return { started_at: at, ...stood('running', arrivedAt(entry)) };
}

type Report = Given & { readonly step_id: string };

async function reported(db: Db, run: Run, { command, step_id, output: told }: Report, at: number): Promise<Changes | Refusal> {
  const output = told ?? null;
  const step = step_id === run.current_step_id ? await stepWithId(db, step_id) : undefined;
  if (step === undefined) return elsewhere(run);
  const passed = command === 'complete';
  const edges = await edgesOf(db, step.pipeline_id).where('source_step_id', '=', step.id).execute();
  const targets = [...new Set(edges.map(({ target_step_id }) => target_step_id))];
  const steps = targets.length === 0 ? [] : await db.selectFrom('pipeline_steps').selectAll().where('id', 'in', targets).execute();
  const result: StepResult = { step_id, step_name: step.name, passed, output, finished_at: at };
  if (step.step_type === 'gate' && !passed && run.ticket_id !== null) await routedBack(db, run.ticket_id, step, at);
  return {
    ...stood(run.status, advanced(step, passed, edges, steps)),
    step_results: [...run.step_results, result],
    ...(step.step_type === 'gate' ? { gate_feedback: passed ? null : output } : {}),
  };
}

function stepWithId(db: Db, id: string) {
  return db.selectFrom('pipeline_steps').selectAll().where('id', '=', id).executeTakeFirst();
}

function elsewhere({ current_step_id, step_results }: Run): Refusal {
  const where = current_step_id === null ? 'The run is at no step.' : `The run is at the step ${current_step_id}.`;
  const done = step_results.length === 0 ? '' : ` ${step_results.length} were reported before.`;
  return refuse('conflict', `${where}${done}`, { next: 'Look at its current_step_id and step_results with executions_get, and report that step.' });
}

function stood(status: Run['status'], { current_step_id, ended, error }: Position): Changes {
  return { current_step_id, status: ended ?? status, ...(error === null ? {} : { error }) };
}
