import type { RowOf } from 'gatehouse';
import { shown, shownOrNull } from '../ids.js';
import type { Db } from '../tables.js';
import type { ideaLinks, ideas } from './tables.js';

export type IdeaRow = Omit<RowOf<typeof ideas>, 'revision'>;

/** What an idea's rows are read with. */
export const IDEA_COLUMNS = [
  'ideas.id',
  'ideas.number',
  'ideas.title',
  'ideas.body',
  'ideas.status',
  'ideas.source',
  'ideas.source_url',
  'ideas.parent_id',
  'ideas.is_archived',
  'ideas.processing',
  'ideas.created_at',
  'ideas.updated_at',
] as const;

/** Ids in one question to the database, which bounds how many values a statement may have. */
const BATCH = 500;

export function* batches<T>(list: readonly T[], size = BATCH): Generator<readonly T[]> {
  for (let from = 0; from < list.length; from += size) yield list.slice(from, from + size);
}

/** Ideas as they are shown, in the order of the rows. */
export async function showIdeas(db: Db, rows: readonly IdeaRow[]) {
  const tags = await tagsOf(
    db,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => showIdea(row, tags));
}

/** Those of a page of ids that are there and not in the archive, by id as it is stored. */
export async function liveIdeas(db: Db, ids: readonly string[]) {
  if (ids.length === 0) return new Map<string, ReturnType<typeof showIdea>>();
  const live = db.selectFrom('ideas').select(IDEA_COLUMNS).where('id', 'in', ids).where('is_archived', '=', false);
  const [rows, tags] = await Promise.all([live.execute(), tagsOf(db, ids)]);
  return new Map(rows.map((row) => [row.id, showIdea(row, tags)]));
}

function showIdea(row: IdeaRow, tags: ReadonlyMap<string, string[]>) {
  return {
    ...row,
    id: shown(row.id),
    parent_id: shownOrNull(row.parent_id),
    is_archived: row.is_archived ? (1 as const) : (0 as const),
    tags: tags.get(row.id) ?? [],
  };
}

/** One idea with its links and relations; undefined where there is none of this id (as it is stored). */
export async function showWhole(db: Db, id: string) {
  const one = db.selectFrom('ideas').select(IDEA_COLUMNS).where('id', '=', id);
  const [row, tags, links, relations] = await Promise.all([one.executeTakeFirst(), tagsOf(db, [id]), linksOf(db, id), relationsOf(db, id)]);
  return row === undefined ? undefined : { ...showIdea(row, tags), links: links.map(showLink), relations };
}

export function showLink({ id, url, title, link_type, created_at }: RowOf<typeof ideaLinks>) {
  return { id: shown(id), url, title, link_type, created_at };
}

export function linksOf(db: Db, idea: string) {
  return db.selectFrom('idea_links').selectAll().where('idea_id', '=', idea).orderBy('created_at').orderBy('id').execute();
}

export async function tagsOf(db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, string[]>> {
  const names = new Map<string, string[]>();
  for (const batch of batches(ids)) {
    const rows = await db
      .selectFrom('idea_tags')
      .innerJoin('tags', 'tags.id', 'idea_tags.tag_id')
      .select(['idea_tags.idea_id as idea', 'tags.name as name'])
      .where('idea_tags.idea_id', 'in', batch)
      .orderBy('idea_tags.position')
      .execute();
    for (const { idea, name } of rows) names.set(idea, [...(names.get(idea) ?? []), name]);
  }
  return names;
}

/** Relations on either side, with the name of what is on the other; what is in the archive is left out. */
async function relationsOf(db: Db, idea: string) {
  const side = (mine: 'source_idea_id' | 'target_idea_id', other: 'source_idea_id' | 'target_idea_id') =>
    db
      .selectFrom('idea_relations')
      .innerJoin('ideas', 'ideas.id', `idea_relations.${other}`)
      .selectAll('idea_relations')
      .select(['ideas.title as related_idea_title', 'ideas.number as related_idea_number'])
      .where(`idea_relations.${mine}`, '=', idea)
      .where('ideas.is_archived', '=', false)
      .orderBy('idea_relations.created_at')
      .execute();
  const sides = await Promise.all([side('source_idea_id', 'target_idea_id'), side('target_idea_id', 'source_idea_id')]);
  return sides.flat().map(({ id, source_idea_id, target_idea_id, ...rest }) => ({
    ...rest,
    id: shown(id),
    source_idea_id: shown(source_idea_id),
    target_idea_id: shown(target_idea_id),
  }));
}
