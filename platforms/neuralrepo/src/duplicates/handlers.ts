import { type Refusal, refuse } from 'gatehouse';
import { shown, stored } from '../ids.js';
import { merge } from '../merge/merge.js';
import { removeDuplicateRelation } from '../relations/duplicate.js';
import { lockRelations } from '../relations/store.js';
import { type Db, bind } from '../tables.js';
import * as operations from './operations.js';

export const duplicateBindings = [
  bind(operations.listDuplicates, async ({ limit, offset }, { db }) => {
    const rows = await db
      .selectFrom('duplicate_detections')
      .innerJoin('ideas', 'ideas.id', 'duplicate_detections.idea_id')
      .innerJoin('ideas as originals', 'originals.id', 'duplicate_detections.duplicate_of_id')
      .selectAll('duplicate_detections')
      .select(['ideas.title as idea_title', 'originals.title as duplicate_title', 'ideas.number as idea_number', 'originals.number as duplicate_number'])
      .where('duplicate_detections.status', '=', 'pending')
      .where('ideas.is_archived', '=', false)
      .where('originals.is_archived', '=', false)
      .orderBy('duplicate_detections.similarity_score', 'desc')
      .orderBy('duplicate_detections.id')
      .limit(limit + 1)
      .offset(offset)
      .execute();
    const duplicates = rows
      .slice(0, limit)
      .map(({ id, idea_id, duplicate_of_id, ...rest }) => ({ id: shown(id), idea_id: shown(idea_id), duplicate_of_id: shown(duplicate_of_id), ...rest }));
    return { duplicates, has_more: rows.length > limit };
  }),
  bind(operations.dismissDuplicate, ({ id }, { tx }) =>
    tx(async ({ db }) => {
      await lockRelations(db);
      const pair = await findPair(db, stored(id));
      if (pair === undefined) return unknownPair();
      if (pair.status === 'merged') return refuse('conflict', 'These ideas have been merged.', { next: 'There is nothing left to dismiss.' });
      await db.updateTable('duplicate_detections').set({ status: 'dismissed' }).where('id', '=', pair.id).execute();
      await removeDuplicateRelation(db, pair.idea_id, pair.duplicate_of_id);
      return { success: true as const };
    }),
  ),
  bind(operations.mergeDuplicate, ({ id }, context) =>
    context.tx(async ({ db }) => {
      const pair = await findPair(db, stored(id));
      if (pair === undefined) return unknownPair();
      return (await merge(db, pair.duplicate_of_id, pair.idea_id, context)) ?? { success: true as const };
    }),
  ),
];

function unknownPair(): Refusal {
  return refuse('not_found', 'Duplicate not found');
}

function findPair(db: Db, id: string) {
  return db.selectFrom('duplicate_detections').selectAll().where('id', '=', id).executeTakeFirst();
}
