import { type Db, bindJob } from '../tables.js';
import { settle } from './compare.js';
import { compareIdea, embedIdea, embedTag, renewVectors } from './jobs.js';
import { renewStep } from './renewal.js';
import { embedderOf } from './settings.js';
import { alike, heldAt, processed, storeIdeaVector, storeTagVector } from './store.js';
import { textOf } from './text.js';
import { thresholdsOf } from './thresholds.js';
import { vectorOf } from './vectors.js';

/** Ideas that one is compared with: those nearest to it. */
const NEAREST = 5;

export const similarityJobs = [
  bindJob(embedIdea, async ({ id, revision }, context) => {
    const idea = await ideaAt(context.db, id, revision);
    // It has been changed: a job for what it is now is on its way.
    if (idea === undefined) return undefined;
    if (idea.is_archived) return ({ db }) => processed(db, id, revision);
    const embedder = embedderOf(context);
    const vector = await embedder.embed(textOf(idea.title, idea.body), context.signal);
    return async ({ db }) => {
      if (!(await heldAt(db, id, revision))) return;
      await storeIdeaVector(db, id, revision, embedder, vector);
      await context.enqueue(compareIdea, { id, revision });
    };
  }),
  bindJob(compareIdea, async ({ id, revision }, context) => {
    const idea = await ideaAt(context.db, id, revision);
    if (idea === undefined) return undefined;
    if (idea.is_archived) return ({ db }) => processed(db, id, revision);
    const embedder = embedderOf(context);
    const stored = await context.db.selectFrom('idea_vectors').select(['embedder', 'vector']).where('id', '=', id).executeTakeFirst();
    // Another embedder was configured in between.
    if (stored?.embedder !== embedder.id) return () => context.enqueue(embedIdea, { id, revision });
    const thresholds = await thresholdsOf(context.db, context.user);
    const others = await comparedBefore(context.db, id);
    const { hits, also } = await alike('ideas', context.tenant, embedder, context, {
      vector: vectorOf(stored.vector),
      least: Math.min(thresholds.related, thresholds.dedup),
      most: NEAREST,
      without: id,
      also: others,
    });
    const scores = new Map([...others.map((other, n): [string, number] => [other, also[n] ?? 0]), ...hits.map((hit): [string, number] => [hit.id, hit.score])]);
    return async ({ db }) => {
      await settle(db, { id, revision, scores, thresholds }, context);
      await processed(db, id, revision);
    };
  }),
  bindJob(embedTag, async ({ id }, context) => {
    const tag = await context.db.selectFrom('tags').select('name').where('id', '=', id).executeTakeFirst();
    if (tag === undefined) return undefined;
    const embedder = embedderOf(context);
    const vector = await embedder.embed(textOf(tag.name), context.signal);
    return ({ db }) => storeTagVector(db, id, tag.name, embedder, vector);
  }),
  bindJob(renewVectors, async ({ kind, after }, context) => {
    const embedder = embedderOf(context);
    return ({ db }) => renewStep(db, kind, after, embedder, context);
  }),
];

function ideaAt(db: Db, id: string, revision: number) {
  return db.selectFrom('ideas').select(['title', 'body', 'is_archived']).where('id', '=', id).where('revision', '=', revision).executeTakeFirst();
}

/** Those that it was found to be like, before it was changed or by theirs. */
async function comparedBefore(db: Db, id: string): Promise<readonly string[]> {
  const either = [
    db.selectFrom('duplicate_detections').select('duplicate_of_id as other').where('idea_id', '=', id).where('status', '=', 'pending'),
    db.selectFrom('duplicate_detections').select('idea_id as other').where('duplicate_of_id', '=', id).where('status', '=', 'pending'),
    db.selectFrom('idea_relations').select('target_idea_id as other').where('source_idea_id', '=', id).where('score', 'is not', null),
    db.selectFrom('idea_relations').select('source_idea_id as other').where('target_idea_id', '=', id).where('score', 'is not', null),
  ];
  const rows = [];
  for (const query of either) rows.push(...(await query.execute()));
  return [...new Set(rows.map(({ other }) => other))];
}
