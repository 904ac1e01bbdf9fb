import { Refusal, refuse, refuseField } from 'gatehouse';
import { newId, shown, stored } from '../ids.js';
import { type Ctx, unknownIdea } from '../ideas/store.js';
import { type Db, bind } from '../tables.js';
import { closesCycle } from './cycles.js';
import { noDuplicates } from './duplicate.js';
import { mapOf } from './map.js';
import * as operations from './operations.js';
import { type Relation, identical, lockRelations, showRelation } from './store.js';

export const relationBindings = [
  bind(operations.linkIdeas, async ({ links, source_idea_id, target_idea_id, force, ...rest }, context) => {
    const single = source_idea_id ?? target_idea_id;
    if (links !== undefined)
      return single === undefined ? await linkSeveral(links, force, context) : refuseField('links', 'Cannot be combined with source_idea_id or target_idea_id');
    if (source_idea_id === undefined) return refuseField('source_idea_id', 'Required, a whole number');
    if (target_idea_id === undefined) return refuseField('target_idea_id', 'Required, a whole number');
    return await context.tx(async ({ db }) => {
      await lockRelations(db);
      const made = await relate(db, { source_idea_id, target_idea_id, ...rest }, force, context);
      return made instanceof Refusal ? made : { relation: showRelation(made) };
    });
  }),
  bind(operations.updateRelation, ({ id, force, relation_type, note }, { tx }) =>
    tx(async ({ db }) => {
      await lockRelations(db);
      const before = await findRelation(db, stored(id));
      if (before === undefined) return unknownRelation();
      const type = relation_type ?? before.relation_type;
      const after = { ...before, relation_type: type, note: note === undefined ? before.note : note };
      if (type !== before.relation_type) {
        // Of another type it is a person's, and no longer says how alike the two are.
        after.score = null;
        const refused = (await alreadyThere(db, after)) ?? (await closesCycle(db, after, force));
        if (refused !== undefined) return refused;
        await noDuplicates(db, before);
      }
      await db
        .updateTable('idea_relations')
        .set({ relation_type: after.relation_type, note: after.note, score: after.score })
        .where('id', '=', before.id)
        .execute();
      return { relation: showRelation(after) };
    }),
  ),
  bind(operations.deleteRelation, ({ id }, { tx }) =>
    tx(async ({ db }) => {
      await lockRelations(db);
      const before = await findRelation(db, stored(id));
      if (before === undefined) return unknownRelation();
      await db.deleteFrom('idea_relations').where('id', '=', before.id).execute();
      await noDuplicates(db, before);
      return { success: true as const };
    }),
  ),
  bind(operations.listRelations, async ({ id }, { db }) => {
    const idea = stored(id);
    if ((await db.selectFrom('ideas').select('id').where('id', '=', idea).executeTakeFirst()) === undefined) return unknownIdea();
    return { outgoing: await side(db, idea, 'source_idea_id', 'target_idea_id'), incoming: await side(db, idea, 'target_idea_id', 'source_idea_id') };
  }),
  bind(operations.getMap, (_input, { db }) => mapOf(db)),
];

function unknownRelation(): Refusal {
  return refuse('not_found', 'Relation not found');
}

function findRelation(db: Db, id: string): Promise<Relation | undefined> {
  return db.selectFrom('idea_relations').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Adds one, inside a unit that holds the relations; or says why it cannot be. */
async function relate(db: Db, link: operations.Link, force: boolean, { id: newUuid, now }: Ctx): Promise<Relation | Refusal> {
  if (link.source_idea_id === link.target_idea_id) return refuseField('target_idea_id', 'Must be another idea: none is related to itself');
  const edge = { ...link, source_idea_id: stored(link.source_idea_id), target_idea_id: stored(link.target_idea_id) };
  const known = await db.selectFrom('ideas').select('id').where('id', 'in', [edge.source_idea_id, edge.target_idea_id]).execute();
  if (known.length < 2) return unknownIdea();
  const refused = (await alreadyThere(db, edge)) ?? (await closesCycle(db, edge, force));
  if (refused !== undefined) return refused;
  const relation = { ...edge, id: newId(newUuid()), score: null, created_at: now() };
  await db.insertInto('idea_relations').values(relation).execute();
  return relation;
}

async function alreadyThere(db: Db, edge: Parameters<typeof identical>[1]): Promise<Refusal | undefined> {
  const same = await identical(db, edge);
  if (same === undefined) return undefined;
  return refuse('conflict', `These ideas have a ${edge.relation_type} relation already (id ${same.id}).`, { next: 'Change that one, or leave it as it is.' });
}

/** Each for itself: what cannot be does not stand in the way of the others. */
function linkSeveral(links: readonly operations.Link[], force: boolean, context: Ctx) {
  return context.tx(async ({ db }) => {
    await lockRelations(db);
    const results: {
      source_idea_id: number;
      target_idea_id: number;
      relation_type: Relation['relation_type'];
      status: 'created' | 'error';
      relation_id?: number;
      error?: string;
    }[] = [];
    for (const link of links) {
      const { source_idea_id, target_idea_id, relation_type } = link;
      const made = await relate(db, link, force, context);
      const outcome = made instanceof Refusal ? { status: 'error' as const, error: made.message } : { status: 'created' as const, relation_id: shown(made.id) };
      results.push({ source_idea_id, target_idea_id, relation_type, ...outcome });
    }
    const linked = results.filter(({ status }) => status === 'created').length;
    return { linked, errors: results.length - linked, results };
  });
}

type End = 'source_idea_id' | 'target_idea_id';

async function side(db: Db, idea: string, mine: End, others: End) {
  const rows = await db
    .selectFrom('idea_relations')
    .innerJoin('ideas', 'ideas.id', `idea_relations.${others}`)
    .selectAll('idea_relations')
    .select(['ideas.id as other', 'ideas.number as idea_number', 'ideas.title as idea_title', 'ideas.status as idea_status'])
    .where(`idea_relations.${mine}`, '=', idea)
    .orderBy('idea_relations.created_at')
    .orderBy('idea_relations.id')
    .execute();
  return rows.map(({ other, idea_number, idea_title, idea_status, ...relation }) => ({
    ...showRelation(relation),
    ...{ idea_id: shown(other), idea_number, idea_title, idea_status },
  }));
}
