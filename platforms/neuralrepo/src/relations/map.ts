import { tagsOf } from '../ideas/show.js';
import { shown } from '../ids.js';
import type { Db } from '../tables.js';

/** Rows that are read at once. */
const PAGE = 500;

/** All ideas that are not in the archive, oldest first, and every relation between them. */
export async function mapOf(db: Db) {
  const ideas = await everyIdea(db);
  const live = new Set(ideas.map(({ id }) => id));
  const tags = await tagsOf(
    db,
    ideas.map(({ id }) => id),
  );
  const edges = (await everyRelation(db)).filter(({ source, target }) => live.has(source) && live.has(target));
  return {
    nodes: ideas.map(({ id, title, status }) => ({ id: shown(id), title, status, tags: tags.get(id) ?? [] })),
    edges: edges.map(({ id, source, target, ...rest }) => ({ id: shown(id), source: shown(source), target: shown(target), ...rest })),
  };
}

async function everyIdea(db: Db) {
  const page = (after: number) =>
    db
      .selectFrom('ideas')
      .select(['id', 'number', 'title', 'status'])
      .where('number', '>', after)
      .where('is_archived', '=', false)
      .orderBy('number')
      .limit(PAGE)
      .execute();
  let rows = await page(0);
  const all = [...rows];
  while (rows.length === PAGE) {
    rows = await page(rows.at(-1)?.number ?? 0);
    all.push(...rows);
  }
  return all;
}

async function everyRelation(db: Db) {
  const page = (after: string) =>
    db
      .selectFrom('idea_relations')
      .select(['id', 'source_idea_id as source', 'target_idea_id as target', 'relation_type', 'note'])
      .where('id', '>', after)
      .orderBy('id')
      .limit(PAGE)
      .execute();
  let rows = await page('');
  const all = [...rows];
  while (rows.length === PAGE) {
    rows = await page(rows.at(-1)?.id ?? '');
    all.push(...rows);
  }
  return all;
}
