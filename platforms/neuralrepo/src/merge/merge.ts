import { type Refusal, refuse } from 'gatehouse';
import { type Ctx, revise, unknownIdea } from '../ideas/store.js';
import { MOST_BODY, MOST_TAGS, lengthOf } from '../ideas/values.js';
import { removeDuplicateRelation } from '../relations/duplicate.js';
import { lockRelations } from '../relations/store.js';
import type { Db } from '../tables.js';
import { distinct, setTags, tagsOfIdea } from '../tags/store.js';
import { transferRelations } from './relations.js';

const RULE = '\n\n---\n\n';

type Means = Pick<Ctx, 'id' | 'now' | 'enqueue'>;

/** Makes one idea of two that differ; ids as stored. Inside a unit of work. Answers why not. */
export async function merge(db: Db, keep: string, absorb: string, means: Means): Promise<Refusal | undefined> {
  await lockRelations(db);
  const [kept, absorbed] = [await held(db, keep), await held(db, absorb)];
  if (kept === undefined || absorbed === undefined) return unknownIdea();
  if (kept.is_archived || absorbed.is_archived) {
    const text = `Idea #${(kept.is_archived ? kept : absorbed).number} is archived already.`;
    return refuse('conflict', text, { next: 'Merge ideas that are not in the archive; update_idea with is_archived false takes one out of it.' });
  }
  const body = [kept.body, absorbed.body].filter((text) => text !== null && text.trim() !== '').join(RULE);
  const length = lengthOf(body);
  if (length > MOST_BODY) {
    const text = `The body would have ${length} characters, of at most ${MOST_BODY}.`;
    return refuse('conflict', text, { next: 'Shorten one of the two ideas, then merge them.' });
  }
  const refused = await transferRelations(db, keep, absorb, means);
  if (refused !== undefined) return refused;
  const at = means.now();
  await setTags(db, keep, distinct([...(await tagsOfIdea(db, keep)), ...(await tagsOfIdea(db, absorb))]).slice(0, MOST_TAGS), means);
  await foldLinks(db, keep, absorb);
  await takeChildren(db, kept, absorbed);
  await settleDetections(db, absorb);
  await db.updateTable('ideas').set({ is_archived: true, status: 'shelved', processing: false, updated_at: at }).where('id', '=', absorb).execute();
  await db
    .updateTable('ideas')
    .set({ body: body === '' ? null : body, updated_at: at })
    .where('id', '=', keep)
    .execute();
  await revise(db, keep, means.enqueue);
  return undefined;
}

/** As it is, and so until the unit ends. */
function held(db: Db, id: string) {
  return db
    .updateTable('ideas')
    .set((eb) => ({ updated_at: eb.ref('updated_at') }))
    .where('id', '=', id)
    .returning(['id', 'number', 'body', 'parent_id', 'is_archived'])
    .executeTakeFirst();
}

/** An address that both have stays where it is. */
async function foldLinks(db: Db, keep: string, absorb: string): Promise<void> {
  const known = new Set((await db.selectFrom('idea_links').select('url').where('idea_id', '=', keep).execute()).map(({ url }) => url));
  for (const { id, url } of await db.selectFrom('idea_links').select(['id', 'url']).where('idea_id', '=', absorb).execute()) {
    if (!known.has(url)) await db.updateTable('idea_links').set({ idea_id: keep }).where('id', '=', id).execute();
  }
}

interface Nested {
  readonly id: string;
  readonly parent_id: string | null;
}

/** What lay under the absorbed lies under the survivor, which takes its place where it lay under it itself. */
async function takeChildren(db: Db, kept: Nested, absorbed: Nested): Promise<void> {
  if (await liesUnder(db, kept, absorbed.id)) await db.updateTable('ideas').set({ parent_id: absorbed.parent_id }).where('id', '=', kept.id).execute();
  await db.updateTable('ideas').set({ parent_id: kept.id }).where('parent_id', '=', absorbed.id).where('id', '!=', kept.id).execute();
}

async function liesUnder(db: Db, idea: Nested, above: string): Promise<boolean> {
  const seen = new Set<string>();
  for (let at = idea.parent_id; at !== null && !seen.has(at); ) {
    if (at === above) return true;
    seen.add(at);
    const next: { parent_id: string | null } | undefined = await db.selectFrom('ideas').select('parent_id').where('id', '=', at).executeTakeFirst();
    at = next?.parent_id ?? null;
  }
  return false;
}

async function settleDetections(db: Db, absorb: string): Promise<void> {
  const settled = await db
    .updateTable('duplicate_detections')
    .set({ status: 'merged' })
    .where((eb) => eb.or([eb('idea_id', '=', absorb), eb('duplicate_of_id', '=', absorb)]))
    .where('status', '=', 'pending')
    .returning(['idea_id', 'duplicate_of_id'])
    .execute();
  for (const { idea_id, duplicate_of_id } of settled) await removeDuplicateRelation(db, idea_id, duplicate_of_id);
}
