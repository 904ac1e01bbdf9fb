import type { Db } from '../tables.js';
import type { Relation } from './store.js';

/** A person took away that one idea is a duplicate of another: it is not found again. Inside a unit that holds the relations. */
export async function noDuplicates(db: Db, { relation_type, source_idea_id, target_idea_id }: Relation): Promise<void> {
  if (relation_type !== 'duplicate') return;
  await db
    .updateTable('duplicate_detections')
    .set({ status: 'dismissed' })
    .where('idea_id', '=', source_idea_id)
    .where('duplicate_of_id', '=', target_idea_id)
    .where('status', '=', 'pending')
    .execute();
}

/** The relation that says of two ideas what a detection found. */
export async function removeDuplicateRelation(db: Db, idea: string, original: string): Promise<void> {
  await db
    .deleteFrom('idea_relations')
    .where('relation_type', '=', 'duplicate')
    .where('source_idea_id', '=', idea)
    .where('target_idea_id', '=', original)
    .execute();
}
