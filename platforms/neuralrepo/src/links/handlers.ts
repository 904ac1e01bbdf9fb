import { refuse } from 'gatehouse';
import { showLink } from '../ideas/show.js';
import { unknownIdea } from '../ideas/store.js';
import { newId, stored } from '../ids.js';
import { type Db, bind } from '../tables.js';
import * as operations from './operations.js';

export const linkBindings = [
  bind(operations.listLinks, async ({ id, limit, offset }, { db }) => {
    if (!(await isThere(db, stored(id)))) return unknownIdea();
    const links = db.selectFrom('idea_links').selectAll().where('idea_id', '=', stored(id)).orderBy('created_at').orderBy('id');
    return (await links.limit(limit).offset(offset).execute()).map(showLink);
  }),
  bind(operations.createLink, ({ id, ...fields }, { tx, id: newUuid, now }) =>
    tx(async ({ db }) => {
      const idea = stored(id);
      if (!(await isThere(db, idea))) return unknownIdea();
      const same = await db.selectFrom('idea_links').select('id').where('idea_id', '=', idea).where('url', '=', fields.url).executeTakeFirst();
      if (same !== undefined)
        return refuse('conflict', 'This link is on the idea already.', { next: 'Remove the old one first where its title or type is to change.' });
      const link = { ...fields, id: newId(newUuid()), idea_id: idea, created_at: now() };
      await db.insertInto('idea_links').values(link).execute();
      return showLink(link);
    }),
  ),
  bind(operations.deleteLink, async ({ id, link_id }, { db }) => {
    const removed = await db.deleteFrom('idea_links').where('id', '=', stored(link_id)).where('idea_id', '=', stored(id)).returning('id').executeTakeFirst();
    return removed === undefined ? refuse('not_found', 'Link not found') : {};
  }),
];

async function isThere(db: Db, idea: string): Promise<boolean> {
  return (await db.selectFrom('ideas').select('id').where('id', '=', idea).executeTakeFirst()) !== undefined;
}
