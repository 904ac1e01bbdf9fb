import { type Refusal, refuse } from 'gatehouse';
import { newId } from '../ids.js';
import type { Ctx } from '../ideas/store.js';
import { closesCycle } from '../relations/cycles.js';
import { type Relation, identical, otherOf, relationsOf } from '../relations/store.js';
import type { Db } from '../tables.js';

/**
 * Gives the survivor the absorbed idea's relations, but those between the two, those that it has itself, and what a detection found; then it
 * supersedes the absorbed. Refused where nothing but a circular blocking chain could come of it; other cycles are no reason. Inside a unit
 * that holds the relations.
 */
export async function transferRelations(db: Db, keep: string, absorb: string, { id, now }: Pick<Ctx, 'id' | 'now'>): Promise<Refusal | undefined> {
  for (const relation of await relationsOf(db, absorb)) {
    const moved = relation.source_idea_id === absorb ? { ...relation, source_idea_id: keep } : { ...relation, target_idea_id: keep };
    if (otherOf(relation, absorb) === keep || relation.relation_type === 'duplicate' || (await identical(db, moved)) !== undefined) {
      await db.deleteFrom('idea_relations').where('id', '=', relation.id).execute();
      continue;
    }
    const refused = await closesCycle(db, moved, true);
    if (refused !== undefined) return blocked(refused);
    const { source_idea_id, target_idea_id } = moved;
    await db.updateTable('idea_relations').set({ source_idea_id, target_idea_id }).where('id', '=', relation.id).execute();
  }
  const supersedes = { source_idea_id: keep, target_idea_id: absorb, relation_type: 'supersedes', note: null, score: null } as const;
  const relation: Relation = { id: newId(id()), ...supersedes, created_at: now() };
  await db.insertInto('idea_relations').values(relation).execute();
  return undefined;
}

function blocked({ message }: Refusal): Refusal {
  return refuse('conflict', message, { next: 'Take one of these relations away, then merge the ideas.' });
}
