import { type Refusal, refuse } from 'gatehouse';
import { shown, stored } from '../ids.js';
import { embedTag } from '../similarity/jobs.js';
import { type Db, bind } from '../tables.js';
import * as operations from './operations.js';
import { existing, folded, makeTag, withCounts } from './store.js';

export const tagBindings = [
  bind(operations.listTags, async ({ limit, offset }, { db }) => {
    const rows = await db
      .selectFrom('tags')
      .select(['id', 'name', 'color'])
      .orderBy('folded')
      .limit(limit + 1)
      .offset(offset)
      .execute();
    return { tags: await withCounts(db, rows.slice(0, limit)), has_more: rows.length > limit };
  }),
  bind(operations.createTag, ({ name, color }, context) =>
    context.tx(async ({ db }) => {
      if (await isTaken(db, name)) return taken();
      const { id, created_at } = await makeTag(db, name, color, context);
      return { tag: { id: shown(id), name, color, created_at } };
    }),
  ),
  bind(operations.updateTag, ({ id: shownId, ...changes }, { tx, enqueue }) =>
    tx(async ({ db }) => {
      const id = stored(shownId);
      const before = await db.selectFrom('tags').select(['id', 'name', 'color']).where('id', '=', id).executeTakeFirst();
      if (before === undefined) return unknownTag();
      const { name = before.name, color = before.color } = changes;
      if (folded(name) !== folded(before.name)) {
        if (await isTaken(db, name)) return taken();
        await db.updateTable('tags').set({ vector: null, embedder: null }).where('id', '=', id).execute();
        await enqueue(embedTag, { id });
      }
      await db
        .updateTable('tags')
        .set({ name, folded: folded(name), color })
        .where('id', '=', id)
        .execute();
      const [tag] = await withCounts(db, [{ id, name, color }]);
      return tag === undefined ? unknownTag() : { tag };
    }),
  ),
  bind(operations.deleteTag, async ({ id }, { db }) => {
    const deleted = await db.deleteFrom('tags').where('id', '=', stored(id)).returning('id').executeTakeFirst();
    return deleted === undefined ? unknownTag() : {};
  }),
];

const unknownTag = (): Refusal => refuse('not_found', 'Tag not found');

function taken(): Refusal {
  return refuse('conflict', 'There is a tag with this name already.', { next: 'Choose another name; upper and lower case make no difference.' });
}

async function isTaken(db: Db, name: string): Promise<boolean> {
  return (await existing(db, [name])).length > 0;
}
