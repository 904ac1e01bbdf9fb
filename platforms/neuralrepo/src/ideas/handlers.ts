import { refuseField } from 'gatehouse';
import { newId, shown, stored } from '../ids.js';
import { embedIdea } from '../similarity/jobs.js';
import { distinct, folded, setTags, tagsOfIdea } from '../tags/store.js';
import { type Db, bind } from '../tables.js';
import * as operations from './operations.js';
import { IDEA_COLUMNS, batches, showIdeas, showWhole } from './show.js';
import { type Ctx, misplaced, nextNumber, revise, sourceOf, unknownIdea, withoutRoom } from './store.js';
import { type IdeaStatus, MOST_TAGS } from './values.js';

export const ideaBindings = [
  bind(operations.listIdeas, async ({ status, tag, source, archived, limit, offset }, { db }) => {
    let query = db.selectFrom('ideas').select(IDEA_COLUMNS).where('is_archived', '=', archived);
    if (status !== undefined) query = query.where('status', '=', status);
    if (source !== undefined) query = query.where('source', '=', source);
    if (tag !== undefined) {
      const tagged = db
        .selectFrom('idea_tags')
        .innerJoin('tags', 'tags.id', 'idea_tags.tag_id')
        .select('idea_tags.idea_id')
        .where('tags.folded', '=', folded(tag));
      query = query.where('id', 'in', tagged);
    }
    const rows = await query
      .orderBy('created_at', 'desc')
      .orderBy('number', 'desc')
      .limit(limit + 1)
      .offset(offset)
      .execute();
    return { ideas: await showIdeas(db, rows.slice(0, limit)), has_more: rows.length > limit };
  }),
  bind(operations.saveIdea, ({ tags, parent_id, source, ...fields }, context) =>
    context.tx(async ({ db }) => {
      const parent = parent_id === null ? null : stored(parent_id);
      const refused = (await withoutRoom(db, context.principal.plan)) ?? (parent === null ? undefined : await misplaced(db, undefined, parent));
      if (refused !== undefined) return refused;
      const at = context.now();
      const id = newId(context.id());
      const number = await nextNumber(db, 'ideas');
      const idea = { ...fields, id, number, parent_id: parent, source: sourceOf(context, source), created_at: at, updated_at: at };
      await db.insertInto('ideas').values(idea).execute();
      await setTags(db, id, tags, context);
      await context.enqueue(embedIdea, { id, revision: 1 });
      return (await showWhole(db, id)) ?? unknownIdea();
    }),
  ),
  bind(operations.getIdea, async ({ id }, { db }) => (await showWhole(db, stored(id))) ?? unknownIdea()),
  bind(operations.updateIdea, ({ id: shownId, tags, parent_id, is_archived, ...changes }, context) =>
    context.tx(async ({ db }) => {
      const id = stored(shownId);
      const before = await db.selectFrom('ideas').select(['title', 'body', 'is_archived']).where('id', '=', id).executeTakeFirst();
      if (before === undefined) return unknownIdea();
      const parent = typeof parent_id === 'number' ? stored(parent_id) : parent_id;
      const back = is_archived === false && before.is_archived;
      const refused =
        (back ? await withoutRoom(db, context.principal.plan) : undefined) ?? (typeof parent === 'string' ? await misplaced(db, id, parent) : undefined);
      if (refused !== undefined) return refused;
      const changed = { ...changes, ...(parent === undefined ? {} : { parent_id: parent }), ...(is_archived === undefined ? {} : { is_archived }) };
      // As in JSON Merge Patch (RFC 7396), an empty patch changes nothing, and is fine.
      if (tags === undefined && Object.keys(changed).length === 0) return (await showWhole(db, id)) ?? unknownIdea();
      await db
        .updateTable('ideas')
        .set({ ...changed, updated_at: context.now() })
        .where('id', '=', id)
        .execute();
      if (tags !== undefined) await setTags(db, id, tags, context);
      const reads = { title: changes.title ?? before.title, body: changes.body === undefined ? before.body : changes.body };
      if (reads.title !== before.title || reads.body !== before.body || back) await revise(db, id, context.enqueue);
      return (await showWhole(db, id)) ?? unknownIdea();
    }),
  ),
  bind(operations.deleteIdea, async ({ id }, { db, now }) => {
    const archived = await db
      .updateTable('ideas')
      .set({ is_archived: true, updated_at: now() })
      .where('id', '=', stored(id))
      .returning('id')
      .executeTakeFirst();
    return archived === undefined ? unknownIdea() : { success: true as const };
  }),
  bind(operations.bulkUpdate, async ({ ids, status, tags, add_tags, remove_tags }, context) => {
    if (tags !== undefined && (add_tags ?? remove_tags) !== undefined) return refuseField('tags', 'Cannot be combined with add_tags or remove_tags');
    const change = { status, tags, add: add_tags ?? [], remove: remove_tags ?? [] };
    const results = await context.tx(async ({ db }) => {
      const each: { id: number; status: 'updated' | 'error'; error?: string }[] = [];
      for (const id of new Set(ids)) {
        const error = await changeOne(db, stored(id), change, context);
        each.push(error === undefined ? { id, status: 'updated' } : { id, status: 'error', error });
      }
      return each;
    });
    const errors = results.filter((result) => result.status === 'error').length;
    return { updated: results.length - errors, errors, results };
  }),
  bind(operations.byNumber, async ({ numbers }, { db }) => {
    const found: { number: number; id: number }[] = [];
    for (const batch of batches([...new Set(numbers)])) {
      const rows = await db.selectFrom('ideas').select(['id', 'number']).where('number', 'in', batch).orderBy('number').execute();
      found.push(...rows.map(({ id, number }) => ({ number, id: shown(id) })));
    }
    return { results: found };
  }),
];

interface BulkChange {
  readonly status: IdeaStatus | undefined;
  readonly tags: readonly string[] | undefined;
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/** Answers what stands in the way. */
async function changeOne(db: Db, id: string, { status, tags, add, remove }: BulkChange, context: Ctx): Promise<string | undefined> {
  const known = await db.selectFrom('ideas').select('id').where('id', '=', id).executeTakeFirst();
  if (known === undefined) return 'Idea not found';
  const taken = new Set(remove.map(folded));
  const wanted = tags ?? distinct([...(await tagsOfIdea(db, id)), ...add]).filter((name) => !taken.has(folded(name)));
  if (wanted.length > MOST_TAGS) return `An idea has at most ${MOST_TAGS} tags`;
  const retagged = tags !== undefined || add.length > 0 || remove.length > 0;
  if (status === undefined && !retagged) return undefined;
  await db
    .updateTable('ideas')
    .set({ ...(status === undefined ? {} : { status }), updated_at: context.now() })
    .where('id', '=', id)
    .execute();
  if (retagged) await setTags(db, id, wanted, context);
  return undefined;
}
