import type { Context } from 'gatehouse';
import { newId, shown } from '../ids.js';
import { embedTag } from '../similarity/jobs.js';
import type { Database, Db } from '../tables.js';

type Means = Pick<Context<Database>, 'id' | 'now' | 'enqueue'>;

/** Two tags never differ by case alone. */
export const folded = (name: string): string => name.toLowerCase();

/** Each once, in order, as first spelled. */
export function distinct(names: readonly string[]): readonly string[] {
  const byFold = new Map<string, string>();
  for (const name of names) if (!byFold.has(folded(name))) byFold.set(folded(name), name);
  return [...byFold.values()];
}

/** Ids of the tags of these names; those that are not there are made. Inside a unit of work. */
async function tagIds(db: Db, names: readonly string[], means: Means): Promise<readonly string[]> {
  const wanted = distinct(names);
  if (wanted.length === 0) return [];
  const known = new Map((await existing(db, wanted)).map((tag) => [tag.folded, tag.id]));
  const ids: string[] = [];
  for (const name of wanted) ids.push(known.get(folded(name)) ?? (await makeTag(db, name, null, means)).id);
  return ids;
}

export async function makeTag(db: Db, name: string, color: string | null, { id: newUuid, now, enqueue }: Means) {
  const tag = { id: newId(newUuid()), name, folded: folded(name), color, created_at: now() };
  await db.insertInto('tags').values(tag).execute();
  await enqueue(embedTag, { id: tag.id });
  return tag;
}

export function existing(db: Db, names: readonly string[]) {
  return db.selectFrom('tags').select(['id', 'folded']).where('folded', 'in', names.map(folded)).execute();
}

/** Gives an idea exactly these tags, in this order. Inside a unit of work. */
export async function setTags(db: Db, idea: string, names: readonly string[], means: Means): Promise<void> {
  const ids = await tagIds(db, names, means);
  await db.deleteFrom('idea_tags').where('idea_id', '=', idea).execute();
  const rows = ids.map((tag_id, position) => ({ id: means.id(), idea_id: idea, tag_id, position }));
  if (rows.length > 0) await db.insertInto('idea_tags').values(rows).execute();
}

/** The names of an idea's tags, in order. */
export async function tagsOfIdea(db: Db, idea: string): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('idea_tags')
    .innerJoin('tags', 'tags.id', 'idea_tags.tag_id')
    .select('tags.name as name')
    .where('idea_tags.idea_id', '=', idea)
    .orderBy('idea_tags.position')
    .execute();
  return rows.map(({ name }) => name);
}

/** Tags as they are shown, with how many ideas have each, without the archive. */
export async function withCounts(db: Db, tags: readonly { readonly id: string; readonly name: string; readonly color: string | null }[]) {
  if (tags.length === 0) return [];
  const counts = await db
    .selectFrom('idea_tags')
    .innerJoin('ideas', 'ideas.id', 'idea_tags.idea_id')
    .select((eb) => ['idea_tags.tag_id as tag', eb.fn.countAll<number>().as('count')])
    .where(
      'idea_tags.tag_id',
      'in',
      tags.map(({ id }) => id),
    )
    .where('ideas.is_archived', '=', false)
    .groupBy('idea_tags.tag_id')
    .execute();
  const byTag = new Map(counts.map(({ tag, count }) => [tag, Number(count)]));
  return tags.map(({ id, name, color }) => ({ id: shown(id), name, color, idea_count: byTag.get(id) ?? 0 }));
}
