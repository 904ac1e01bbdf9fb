import type { RowOf } from 'gatehouse';
import { shown } from '../ids.js';
import { nextNumber } from '../ideas/store.js';
import type { Db } from '../tables.js';
import type { ideaRelations } from './tables.js';

export type Relation = RowOf<typeof ideaRelations>;

/** Holds all relations of this space until the unit ends: two calls at once could otherwise add one half of a cycle each. */
export async function lockRelations(db: Db): Promise<void> {
  await nextNumber(db, 'relations');
}

/** An idea's, on either side. */
export async function relationsOf(db: Db, idea: string): Promise<readonly Relation[]> {
  const rows = db.selectFrom('idea_relations').selectAll();
  return [...(await rows.where('source_idea_id', '=', idea).execute()), ...(await rows.where('target_idea_id', '=', idea).execute())];
}

export function otherOf({ source_idea_id, target_idea_id }: Relation, idea: string): string {
  return source_idea_id === idea ? target_idea_id : source_idea_id;
}

/** Made for likeness alone, and taken back with it. A note makes it the person's own. */
export function isAutomatic({ score, note }: Relation): boolean {
  return score !== null && note === null;
}

export function showRelation({ id, source_idea_id, target_idea_id, ...rest }: Relation) {
  return { ...rest, id: shown(id), source_idea_id: shown(source_idea_id), target_idea_id: shown(target_idea_id) };
}

/** What connects two ideas in the same way already. `related` has no direction. */
export async function identical(db: Db, { source_idea_id, target_idea_id, relation_type }: Omit<Relation, 'id' | 'note' | 'score' | 'created_at'>) {
  const like = db.selectFrom('idea_relations').selectAll().where('relation_type', '=', relation_type);
  const same = await like.where('source_idea_id', '=', source_idea_id).where('target_idea_id', '=', target_idea_id).executeTakeFirst();
  if (same !== undefined || relation_type !== 'related') return same;
  return await like.where('source_idea_id', '=', target_idea_id).where('target_idea_id', '=', source_idea_id).executeTakeFirst();
}
