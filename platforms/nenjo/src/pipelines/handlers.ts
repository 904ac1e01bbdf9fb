import { refuse } from 'gatehouse';
import { type Db, bind } from '../tables.js';
import * as operations from './operations.js';
import { edgesOf, findPipeline, inUse, lockPipeline, openRuns, problemsIn, stepsOf, unknownPipeline } from './store.js';

export const pipelineBindings = [
  bind(operations.listPipelines, ({ limit, offset, trigger, is_active }, { db }) => {
    let query = db.selectFrom('pipelines').selectAll().orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit).offset(offset);
    if (trigger !== undefined) query = query.where('trigger', '=', trigger);
    if (is_active !== undefined) query = query.where('is_active', '=', is_active);
    return query.execute();
  }),
  bind(operations.getPipeline, ({ id }, { snapshot }) =>
    snapshot(async ({ db }) => {
      const pipeline = await findPipeline(db, id);
      if (pipeline === undefined) return unknownPipeline();
      return { ...pipeline, steps: await stepsOf(db, id).execute(), edges: await edgesOf(db, id).execute() };
    }),
  ),
  bind(operations.createPipeline, async ({ is_default, ...input }, { db, id, now, principal }) => {
    if (input.is_active) return stillEmpty();
    const at = now();
    const pipeline = { ...input, id: id(), is_default: false, created_by: principal.user ?? null, created_at: at, updated_at: at };
    await db.insertInto('pipelines').values(pipeline).execute();
    // Not in a unit with the insert: a rival in another one would not see this pipeline, and both would be the default.
    if (is_default) await makeDefault(db, pipeline);
    return { ...pipeline, is_default };
  }),
  bind(operations.updatePipeline, ({ id, is_default, ...changes }, { tx, now }) =>
    tx(async ({ db }) => {
      const before = await findPipeline(db, id);
      // As in JSON Merge Patch (RFC 7396), an empty patch changes nothing, and is fine.
      const untouched = is_default === undefined && Object.keys(changes).length === 0;
      if (before === undefined || untouched) return before ?? unknownPipeline();
      // First, so that two calls at once lock the owner's pipelines in the same order.
      if (is_default === true) await makeDefault(db, before);
      const changed = { ...changes, ...(is_default === undefined ? {} : { is_default }), updated_at: now() };
      const pipeline = await db.updateTable('pipelines').set(changed).where('id', '=', id).returningAll().executeTakeFirst();
      const problems = changes.is_active === true ? await problemsIn(db, id) : [];
      return problems.length > 0 ? cannotRun(problems) : (pipeline ?? unknownPipeline());
    }),
  ),
  bind(operations.deletePipeline, ({ id }, { tx }) =>
    tx(async ({ db }) => {
      if ((await lockPipeline(db, id)) === undefined) return unknownPipeline();
      const used = inUse('The pipeline', await openRuns(db).where('pipeline_id', '=', id).execute());
      if (used !== undefined) return used;
      await db.deleteFrom('pipelines').where('id', '=', id).execute();
      return { id, deleted: true as const };
    }),
  ),
];

/** One default for each owner, by one statement over all of the owner's pipelines that are there for good: of two calls at once the later decides. */
async function makeDefault(db: Db, { id, created_by }: { readonly id: string; readonly created_by: string | null }): Promise<void> {
  await db
    .updateTable('pipelines')
    .set((eb) => ({ is_default: eb('id', '=', id).$castTo<boolean>() }))
    .where('created_by', created_by === null ? 'is' : '=', created_by)
    .execute();
}

function stillEmpty() {
  const message = 'A new pipeline has no steps, and cannot be active';
  return refuse('conflict', `${message}.`, {
    fields: [{ path: 'is_active', message }],
    next: 'Create it without is_active, add its steps and edges, then set is_active to true with pipelines_update.',
  });
}

function cannotRun(fields: readonly { readonly path: string; readonly message: string }[]) {
  const why = fields.map(({ message }) => message).join('; ');
  return refuse('conflict', `The pipeline cannot be activated. ${why}.`, {
    fields,
    next: 'Add the steps (pipeline_steps_create) and edges (pipeline_edges_create) that are missing, then set is_active to true again.',
  });
}
