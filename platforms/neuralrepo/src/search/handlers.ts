import { refuse } from 'gatehouse';
import { IDEA_COLUMNS, batches, showIdeas } from '../ideas/show.js';
import type { Ctx } from '../ideas/store.js';
import type { Embedder } from '../similarity/embedder.js';
import type { Hit } from '../similarity/scanner.js';
import { askRenewal } from '../similarity/renewal.js';
import { embedderOf } from '../similarity/settings.js';
import { thresholdsOf } from '../similarity/thresholds.js';
import { vectorOf } from '../similarity/vectors.js';
import { type Db, bind } from '../tables.js';
import { folded, withCounts } from '../tags/store.js';
import { withWords } from './keyword.js';
import * as operations from './operations.js';
import { likeText, living } from './semantic.js';

interface Page {
  readonly limit: number;
  readonly offset: number;
}

export const searchBindings = [
  bind(operations.searchIdeas, async ({ q, mode, ...page }, context) => {
    if (mode === 'keyword') return { query: q, ...(await keyword(context, q, page)) };
    const embedder = embedderOf(context);
    const hits = await semantic(context, embedder, q, page);
    if (mode === 'semantic' && hits === undefined)
      return refuse('unavailable', 'The embedder does not answer, so that nothing can be searched by likeness.', {
        next: 'Search with mode=keyword, or repeat the call later.',
      });
    if (mode === undefined && (hits ?? []).length === 0) return { query: q, ...(await keyword(context, q, page)) };
    const results = await shownHits(context.db, (hits ?? []).slice(page.offset, page.offset + page.limit));
    return { query: q, search_type: 'semantic' as const, embedder: embedder.name, results };
  }),
  bind(operations.similarTags, async ({ tag: name, limit }, context) => {
    const { db } = context;
    const embedder = embedderOf(context);
    const tag = await db.selectFrom('tags').select(['id', 'vector', 'embedder']).where('folded', '=', folded(name)).executeTakeFirst();
    if (tag === undefined) return refuse('not_found', 'Tag not found');
    if (tag.vector === null || tag.embedder !== embedder.id) {
      await askRenewal('tags', embedder, context);
      return { similar: [], message: 'Tag has no embedding yet' };
    }
    const question = { vector: vectorOf(tag.vector), least: embedder.searchThreshold, most: limit, without: tag.id };
    return { similar: await shownTags(db, await living('tags', context, embedder, question)) };
  }),
];

/** All that are like it up to the end of the page, for whether there are any decides what else is looked for. */
async function semantic(context: Ctx, embedder: Embedder, text: string, { limit, offset }: Page): Promise<readonly Hit[] | undefined> {
  const { search } = await thresholdsOf(context.db, context.principal.user);
  return await likeText(context, embedder, text, { least: search ?? embedder.searchThreshold, most: offset + limit });
}

async function keyword(context: Ctx, text: string, { limit, offset }: Page) {
  const ids = (await withWords(context, text)).slice(offset, offset + limit);
  return {
    search_type: 'fts' as const,
    results: await shownHits(
      context.db,
      ids.map((id) => ({ id, score: null })),
    ),
  };
}

/** In the order of the hits. */
async function shownHits(db: Db, hits: readonly { readonly id: string; readonly score: number | null }[]) {
  const rows = [];
  for (const batch of batches(hits.map(({ id }) => id))) rows.push(...(await db.selectFrom('ideas').select(IDEA_COLUMNS).where('id', 'in', batch).execute()));
  const byId = new Map(rows.map((row) => [row.id, row]));
  const found = hits.flatMap(({ id, score }) => {
    const row = byId.get(id);
    return row === undefined ? [] : [{ row, score }];
  });
  const ideas = await showIdeas(
    db,
    found.map(({ row }) => row),
  );
  return ideas.map((idea, n) => ({ ...idea, score: found[n]?.score ?? null }));
}

async function shownTags(db: Db, hits: readonly Hit[]) {
  if (hits.length === 0) return [];
  const ids = hits.map(({ id }) => id);
  const counted = await withCounts(db, await db.selectFrom('tags').select(['id', 'name', 'color']).where('id', 'in', ids).execute());
  const byId = new Map(counted.map((tag) => [String(tag.id), tag]));
  return hits.flatMap(({ id, score }) => {
    const tag = byId.get(id);
    return tag === undefined ? [] : [{ name: tag.name, idea_count: tag.idea_count, similarity: score }];
  });
}
