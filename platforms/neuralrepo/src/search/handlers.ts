import { refuse } from 'gatehouse';
import { liveIdeas } from '../ideas/show.js';
import type { Ctx } from '../ideas/store.js';
import type { Embedder } from '../similarity/embedder.js';
import type { Hit } from '../similarity/scanner.js';
import { askRenewal } from '../similarity/renewal.js';
import { embedderOf } from '../similarity/settings.js';
import { vectorOf } from '../similarity/vectors.js';
import { type Db, bind } from '../tables.js';
import { folded, withCounts } from '../tags/store.js';
import { withWords } from './keyword.js';
import * as operations from './operations.js';
import { type Page, likeText, living } from './semantic.js';

export const searchBindings = [
  bind(operations.searchIdeas, async ({ q, mode, ...page }, context) => {
    if (mode === 'keyword') return { query: q, ...(await keyword(context, q, page)) };
    const embedder = embedderOf(context);
    const found = await likeText(context, embedder, q, page);
    if (mode === 'semantic' && found === undefined)
      return refuse('unavailable', 'The embedder does not answer, so that nothing can be searched by likeness.', {
        next: 'Search with mode=keyword, or repeat the call later.',
      });
    if (mode === undefined && found?.any !== true) return { query: q, ...(await keyword(context, q, page)) };
    return { query: q, search_type: 'semantic' as const, embedder: embedder.name, results: found?.page ?? [] };
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
    const { hits, rows } = await living('tags', context, embedder, question, (all) => tagsWith(db, embedder, all));
    const counted = new Map((await withCounts(db, [...rows.values()])).map((one) => [String(one.id), one]));
    const similar = hits.flatMap(({ id, score }) => {
      const one = counted.get(id);
      return one === undefined ? [] : [{ name: one.name, idea_count: one.idea_count, similarity: score }];
    });
    return { similar };
  }),
];

async function keyword(context: Ctx, text: string, { limit, offset }: Page) {
  const ids = (await withWords(context, text)).slice(offset, offset + limit);
  const ideas = await liveIdeas(context.db, ids);
  const results = ids.flatMap((id) => {
    const idea = ideas.get(id);
    return idea === undefined ? [] : [{ ...idea, score: null }];
  });
  return { search_type: 'fts' as const, results };
}

/** Those whose vector is of this embedder, by id. */
async function tagsWith(db: Db, { id: embedder }: Embedder, hits: readonly Hit[]) {
  if (hits.length === 0) return new Map<string, never>();
  const ids = hits.map(({ id }) => id);
  const rows = await db.selectFrom('tags').select(['id', 'name', 'color']).where('id', 'in', ids).where('embedder', '=', embedder).execute();
  return new Map(rows.map((row) => [row.id, row]));
}
