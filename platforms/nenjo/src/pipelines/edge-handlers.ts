import { type Refusal, refuse, refuseField } from 'gatehouse';
import { type Db, bind } from '../tables.js';
import * as operations from './edge-operations.js';
import { cycleThrough, isTerminal } from './graph.js';
import { lockPipelineOf } from './step-handlers.js';
import { MAX_EDGES, brokenBy, edgesOf, findPipeline, lockPipeline, patched, stepsOf, noSuchPipeline } from './store.js';

export const edgeBindings = [
  bind(operations.listEdges, async ({ pipeline_id, limit, offset }, { db }) => {
    if ((await findPipeline(db, pipeline_id)) === undefined) return noSuchPipeline();
    return edgesOf(db, pipeline_id).limit(limit).offset(offset).execute();
  }),
  bind(operations.getEdge, async ({ id }, { db }) => (await findEdge(db, id)) ?? unknownEdge()),
  bind(operations.createEdge, (input, { tx, id, now }) =>
    tx(async ({ db }) => {
      const pipeline = await lockPipeline(db, input.pipeline_id);
      if (pipeline === undefined) return noSuchPipeline();
      const at = now();
      const edge = { ...input, id: id(), created_at: at, updated_at: at };
      const refused = await impossible(db, edge);
      if (refused !== undefined) return refused;
      await db.insertInto('pipeline_edges').values(edge).execute();
      return (await brokenBy(db, pipeline)) ?? edge;
    }),
  ),
  bind(operations.updateEdge, ({ id, ...changes }, { tx, now }) =>
    tx(async ({ db }) => {
      const found = await held(db, id);
      if (found === undefined) return unknownEdge();
      // As in JSON Merge Patch (RFC 7396), an empty patch changes nothing, and is fine.
      if (Object.keys(changes).length === 0) return found.edge;
      const edge = patched(found.edge, { ...changes, updated_at: now() });
      const refused = await impossible(db, edge);
      if (refused !== undefined) return refused;
      await db.updateTable('pipeline_edges').set(edge).where('id', '=', id).execute();
      return (await brokenBy(db, found.pipeline)) ?? edge;
    }),
  ),
  bind(operations.deleteEdge, ({ id }, { tx }) =>
    tx(async ({ db }) => {
      const found = await held(db, id);
      if (found === undefined) return unknownEdge();
      await db.deleteFrom('pipeline_edges').where('id', '=', id).execute();
      return (await brokenBy(db, found.pipeline)) ?? { id, deleted: true as const };
    }),
  ),
];

function findEdge(db: Db, id: string) {
  return db.selectFrom('pipeline_edges').selectAll().where('id', '=', id).executeTakeFirst();
}

function unknownEdge(): Refusal {
  return refuse('not_found', 'There is no edge with this id.');
}

type Edge = NonNullable<Awaited<ReturnType<typeof findEdge>>>;

/** The edge as it is once its pipeline's row is held. */
async function held(db: Db, id: string) {
  const pipeline = await lockPipelineOf(db, await findEdge(db, id));
  const edge = pipeline && (await findEdge(db, id));
  return edge && { pipeline, edge };
}

/** Why this edge, new or changed, cannot be in its pipeline. */
async function impossible(db: Db, edge: Edge): Promise<Refusal | undefined> {
  const { source_step_id: source, target_step_id: target } = edge;
  const steps = new Map((await stepsOf(db, edge.pipeline_id).execute()).map((step) => [step.id, step]));
  const strangers = (['source_step_id', 'target_step_id'] as const).filter((path) => !steps.has(edge[path]));
  if (strangers.length > 0) {
    const message = 'There is no such step in this pipeline';
    return refuse('not_found', `${message}.`, { fields: strangers.map((path) => ({ path, message })) });
  }
  if (source === target) return refuseField('target_step_id', 'An edge cannot lead back to its own step');
  const from = steps.get(source);
  if (from !== undefined && isTerminal(from.step_type)) return refuseField('source_step_id', `"${from.name}" is a terminal step: the run ends there`);
  const others = (await edgesOf(db, edge.pipeline_id).execute()).filter(({ id }) => id !== edge.id);
  if (others.length >= MAX_EDGES)
    return refuse('conflict', `A pipeline has at most ${MAX_EDGES} edges.`, { next: 'Delete some, or go on in another pipeline.' });
  const same = others.find((other) => other.source_step_id === source && other.target_step_id === target && other.condition === edge.condition);
  if (same !== undefined) {
    return refuse('conflict', `There is such an edge with this condition already: ${same.id}.`, {
      next: 'Change that one with pipeline_edges_update, or give this one another condition.',
    });
  }
  const cycle = cycleThrough(others, source, target);
  if (cycle === undefined) return undefined;
  const named = cycle.map((id) => `"${steps.get(id)?.name ?? id}"`).join(' → ');
  const message = `This would close a cycle: ${named}`;
  return refuse('conflict', `${message}.`, { fields: [{ path: 'target_step_id', message }], next: 'Chain further steps instead of leading back.' });
}
