import { Refusal, refuse } from 'gatehouse';
import { type Db, bind } from '../tables.js';
import { isTerminal } from './graph.js';
import * as operations from './step-operations.js';
import { type GivenIds, type StepIds, checkedStep, lifted } from './step-rules.js';
import { MAX_STEPS, brokenBy, findPipeline, inUse, lockPipeline, openRuns, patched, stepsOf, noSuchPipeline, unlessGone } from './store.js';

export const stepBindings = [
  bind(operations.listSteps, async ({ pipeline_id, limit, offset }, { db }) => {
    if ((await findPipeline(db, pipeline_id)) === undefined) return noSuchPipeline();
    return stepsOf(db, pipeline_id).limit(limit).offset(offset).execute();
  }),
  bind(operations.getStep, async ({ id }, { db }) => (await findStep(db, id)) ?? unknownStep()),
  bind(operations.createStep, (input, { tx, id, now }) =>
    unlessGone(
      tx(async ({ db }) => {
        const pipeline = await lockPipeline(db, input.pipeline_id);
        if (pipeline === undefined) return noSuchPipeline();
        if ((await stepsOf(db, pipeline.id).execute()).length >= MAX_STEPS)
          return refuse('conflict', `A pipeline has at most ${MAX_STEPS} steps.`, { next: 'Delete some, or go on in another pipeline.' });
        const at = now();
        const step = await settled(db, { ...input, id: id(), created_at: at, updated_at: at }, input);
        if (step instanceof Refusal) return step;
        await db.insertInto('pipeline_steps').values(step).execute();
        return (await brokenBy(db, pipeline)) ?? step;
      }),
    ),
  ),
  bind(operations.updateStep, ({ id, ...changes }, { tx, now }) =>
    unlessGone(
      tx(async ({ db }) => {
        const found = await held(db, id);
        if (found === undefined) return unknownStep();
        // As in JSON Merge Patch (RFC 7396), an empty patch changes nothing, and is fine.
        if (Object.keys(changes).length === 0) return found.step;
        const step = await settled(db, patched(found.step, { ...changes, updated_at: now() }), changes);
        if (step instanceof Refusal) return step;
        if (isTerminal(step.step_type) && (await hasOutgoing(db, id))) {
          return refuse('conflict', 'Edges leave this step, and from a terminal step none can.', { next: 'Delete them with pipeline_edges_delete first.' });
        }
        await db.updateTable('pipeline_steps').set(step).where('id', '=', id).execute();
        return (await brokenBy(db, found.pipeline)) ?? step;
      }),
    ),
  ),
  bind(operations.deleteStep, ({ id }, { tx }) =>
    tx(async ({ db }) => {
      const found = await held(db, id);
      if (found === undefined) return unknownStep();
      const used = inUse('The step', await openRuns(db).where('current_step_id', '=', id).execute());
      if (used !== undefined) return used;
      await db.deleteFrom('pipeline_steps').where('id', '=', id).execute();
      return (await brokenBy(db, found.pipeline)) ?? { id, deleted: true as const };
    }),
  ),
];

function findStep(db: Db, id: string) {
  return db.selectFrom('pipeline_steps').selectAll().where('id', '=', id).executeTakeFirst();
}

function unknownStep(): Refusal {
  return refuse('not_found', 'There is no step with this id.');
}

type Step = NonNullable<Awaited<ReturnType<typeof findStep>>>;

/** The step as it is once its pipeline's row is held. */
async function held(db: Db, id: string) {
  const pipeline = await lockPipelineOf(db, await findStep(db, id));
  const step = pipeline && (await findStep(db, id));
  return step && { pipeline, step };
}

export async function lockPipelineOf(db: Db, part: { readonly pipeline_id: string } | undefined) {
  return part && (await lockPipeline(db, part.pipeline_id));
}

/** With ids in their places and defaults filled in, or why it cannot be. What is unknown is told before what does not fit. */
async function settled(db: Db, step: Step, given: GivenIds): Promise<Step | Refusal> {
  const whole = lifted(step, given);
  if (whole instanceof Refusal) return whole;
  return (await unknownIn(db, whole)) ?? checkedStep(whole);
}

const referred = [
  ['agent_id', 'agents', 'agent'],
  ['council_id', 'councils', 'council'],
  ['role_id', 'agent_roles', 'agent role'],
  ['lambda_id', 'lambdas', 'lambda'],
] as const;

async function unknownIn(db: Db, step: StepIds): Promise<Refusal | undefined> {
  const fields = [];
  for (const [path, table, what] of referred) {
    const id = step[path];
    if (id === null) continue;
    const found = await db.selectFrom(table).select('id').where('id', '=', id).executeTakeFirst();
    if (found === undefined) fields.push({ path, message: `There is no ${what} with this id` });
  }
  const [first] = fields;
  return first && refuse('not_found', `${first.message}.`, { fields });
}

async function hasOutgoing(db: Db, step: string): Promise<boolean> {
  return (await db.selectFrom('pipeline_edges').select('id').where('source_step_id', '=', step).limit(1).executeTakeFirst()) !== undefined;
}
