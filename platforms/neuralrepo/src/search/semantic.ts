import type { Ctx } from '../ideas/store.js';
import { batches, liveIdeas } from '../ideas/show.js';
import { type Embedder, EmbedderError } from '../similarity/embedder.js';
import type { Hit, Question } from '../similarity/scanner.js';
import { type Kind, alike, gone } from '../similarity/store.js';
import { textOf } from '../similarity/text.js';
import { thresholdsOf } from '../similarity/thresholds.js';
import type { Db } from '../tables.js';

/** Where a person's vectors are. @throws where the operation needs a tenant and the caller has none: none gets this far */
function spaceOf({ principal: { tenant } }: Ctx): string {
  if (tenant === null) throw new Error('Ideas are always somebody’s');
  return tenant;
}

export interface Page {
  readonly limit: number;
  readonly offset: number;
}

/** A page of the ideas that are like a text, the most alike first, and whether there are any up to its end; undefined: the embedder does not answer. */
export async function likeText(context: Ctx, embedder: Embedder, text: string, { limit, offset }: Page) {
  const { db, principal, signal } = context;
  const question = Promise.all([embedder.embed(textOf(text), signal), thresholdsOf(db, principal.user)]).then(
    ([vector, { search = embedder.searchThreshold }]): Question => ({ vector, least: search, most: offset + limit }),
  );
  try {
    const { hits, rows } = await living('ideas', context, embedder, question, (all) => ideasOn(db, all, offset));
    const page = hits.slice(offset).flatMap(({ id, score }) => {
      const idea = rows.get(id);
      return idea === undefined || idea === null ? [] : [{ ...idea, score }];
    });
    return { any: hits.length > 0, page };
  } catch (error) {
    if (!(error instanceof EmbedderError)) throw error;
    context.log({ event: 'embedder_failed', reason: error.message });
    return undefined;
  }
}

/** With the rows of all that is there, by id. What is gone is let go of when it is first met. */
export async function living<Row>(
  kind: Kind,
  context: Ctx,
  embedder: Embedder,
  question: Question | Promise<Question>,
  rowsOf: (hits: readonly Hit[]) => Promise<ReadonlyMap<string, Row>>,
): Promise<{ readonly hits: readonly Hit[]; readonly rows: ReadonlyMap<string, Row> }> {
  const tenant = spaceOf(context);
  for (;;) {
    const { hits } = await alike(kind, tenant, embedder, context, question);
    const rows = await rowsOf(hits);
    const dead = hits.filter(({ id }) => !rows.has(id));
    if (dead.length === 0) return { hits, rows };
    gone(kind, tenant, embedder, context, dead);
  }
}

/** Ideas from a place on; null for what comes before it, which is not shown, but would make place for others if it were gone. */
async function ideasOn(db: Db, hits: readonly Hit[], offset: number) {
  const ids = hits.map(({ id }) => id);
  const [before, page] = await Promise.all([liveIds(db, ids.slice(0, offset)), liveIdeas(db, ids.slice(offset))]);
  return new Map([...before.map((id) => [id, null] as const), ...page]);
}

async function liveIds(db: Db, ids: readonly string[]): Promise<readonly string[]> {
  const rows = [];
  for (const batch of batches(ids))
    rows.push(...(await db.selectFrom('ideas').select('id').where('id', 'in', batch).where('is_archived', '=', false).execute()));
  return rows.map(({ id }) => id);
}
