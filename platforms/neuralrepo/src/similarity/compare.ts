import type { Context, RowOf } from 'gatehouse';
import type { duplicateDetections } from '../duplicates/tables.js';
import { batches } from '../ideas/show.js';
import { newId } from '../ids.js';
import { isAutomatic, lockRelations, otherOf, relationsOf } from '../relations/store.js';
import type { Database, Db } from '../tables.js';
import { heldAt } from './store.js';
import type { Thresholds } from './thresholds.js';

type Detection = RowOf<typeof duplicateDetections>;
type Means = Pick<Context<Database>, 'id' | 'now'>;

export interface Compared {
  readonly id: string;
  readonly revision: number;
  /** How like the nearest are, and those that were like it before. */
  readonly scores: ReadonlyMap<string, number>;
  readonly thresholds: Thresholds;
}

/** Makes what is known of an idea's likeness true: detections that wait for a person, and relations that nobody made. Inside a unit of work. */
export async function settle(db: Db, { id, revision, scores, thresholds }: Compared, means: Means): Promise<void> {
  await lockRelations(db);
  if (!(await heldAt(db, id, revision))) return;
  const numbers = await liveNumbers(db, [id, ...scores.keys()]);
  const current = new Map([...scores].filter(([other]) => numbers.has(other)));
  const detected = await settleDetections(db, id, current, thresholds);
  const related = await settleRelations(db, id, current, thresholds);
  for (const [other, score] of current) {
    // The older of the two is the original.
    const [newer, older] = (numbers.get(id) ?? 0) > (numbers.get(other) ?? 0) ? [id, other] : [other, id];
    if (score >= thresholds.dedup) {
      if (!detected.has(other)) await detect(db, newer, older, score, means);
    } else if (score >= thresholds.related && !related.has(other)) await relate(db, newer, older, 'related', score, means);
  }
}

/** Numbers of those that are not in the archive. */
async function liveNumbers(db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const numbers = new Map<string, number>();
  for (const batch of batches(ids)) {
    const rows = await db.selectFrom('ideas').select(['id', 'number']).where('id', 'in', batch).where('is_archived', '=', false).execute();
    for (const row of rows) numbers.set(row.id, row.number);
  }
  return numbers;
}

/** Takes back what no longer holds; answers with whom there is a detection already, whatever became of it. */
async function settleDetections(db: Db, id: string, scores: ReadonlyMap<string, number>, { dedup }: Thresholds): Promise<ReadonlySet<string>> {
  const known = new Set<string>();
  for (const detection of await detectionsOf(db, id)) {
    const other = detection.idea_id === id ? detection.duplicate_of_id : detection.idea_id;
    const score = scores.get(other) ?? 0;
    known.add(other);
    if (detection.status !== 'pending') continue;
    if (score >= dedup) {
      await db.updateTable('duplicate_detections').set({ similarity_score: score }).where('id', '=', detection.id).execute();
    } else {
      await db.deleteFrom('duplicate_detections').where('id', '=', detection.id).execute();
      known.delete(other);
    }
  }
  return known;
}

async function detectionsOf(db: Db, id: string): Promise<readonly Detection[]> {
  const rows = db.selectFrom('duplicate_detections').selectAll();
  return [...(await rows.where('idea_id', '=', id).execute()), ...(await rows.where('duplicate_of_id', '=', id).execute())];
}

/** The same of relations; answers with whom there is one. What a person made is left as it is. */
async function settleRelations(db: Db, id: string, scores: ReadonlyMap<string, number>, { dedup, related }: Thresholds): Promise<ReadonlySet<string>> {
  const known = new Set<string>();
  for (const relation of await relationsOf(db, id)) {
    const other = otherOf(relation, id);
    const score = scores.get(other) ?? 0;
    const holds = relation.relation_type === 'duplicate' ? score >= dedup : score >= related && score < dedup;
    if (isAutomatic(relation) && !holds) {
      await db.deleteFrom('idea_relations').where('id', '=', relation.id).execute();
    } else {
      known.add(other);
      if (isAutomatic(relation)) await db.updateTable('idea_relations').set({ score }).where('id', '=', relation.id).execute();
    }
  }
  return known;
}

async function detect(db: Db, newer: string, older: string, score: number, means: Means): Promise<void> {
  const detection = {
    id: newId(means.id()),
    idea_id: newer,
    duplicate_of_id: older,
    similarity_score: score,
    status: 'pending',
    created_at: means.now(),
  } as const;
  await db.insertInto('duplicate_detections').values(detection).execute();
  await relate(db, newer, older, 'duplicate', score, means);
}

async function relate(db: Db, newer: string, older: string, relation_type: 'related' | 'duplicate', score: number, means: Means): Promise<void> {
  await db
    .insertInto('idea_relations')
    .values({ id: newId(means.id()), source_idea_id: newer, target_idea_id: older, relation_type, note: null, score, created_at: means.now() })
    .onConflict((on) => on.columns(['source_idea_id', 'target_idea_id', 'relation_type']).doNothing())
    .execute();
}
