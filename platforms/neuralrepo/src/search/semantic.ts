import type { Ctx } from '../ideas/store.js';
import { batches } from '../ideas/show.js';
import { type Embedder, EmbedderError } from '../similarity/embedder.js';
import type { Hit, Question } from '../similarity/scanner.js';
import { type Kind, alike, gone } from '../similarity/store.js';
import { textOf } from '../similarity/text.js';
import type { Db } from '../tables.js';

/** Where a person's vectors are. @throws where the operation needs a tenant and the caller has none: none gets this far */
export function spaceOf({ principal: { tenant } }: Ctx): string {
  if (tenant === null) throw new Error('Ideas are always somebody’s');
  return tenant;
}

/** Ideas that are like a text, the most alike first; undefined: the embedder does not answer. */
export async function likeText(context: Ctx, embedder: Embedder, text: string, question: Omit<Question, 'vector'>): Promise<readonly Hit[] | undefined> {
  try {
    const vector = await embedder.embed(textOf(text), context.signal);
    return await living('ideas', context, embedder, { ...question, vector });
  } catch (error) {
    if (!(error instanceof EmbedderError)) throw error;
    context.log({ event: 'embedder_failed', reason: error.message });
    return undefined;
  }
}

/** Without those that are gone or in the archive: each is let go of when it is first met. */
export async function living(kind: Kind, context: Ctx, embedder: Embedder, question: Question): Promise<readonly Hit[]> {
  const tenant = spaceOf(context);
  for (;;) {
    const { hits } = await alike(kind, tenant, embedder, context, question);
    const live = await (kind === 'ideas' ? liveIdeas : liveTags)(context.db, embedder, hits);
    const dead = hits.filter(({ id }) => !live.has(id));
    if (dead.length === 0) return hits;
    gone(kind, tenant, embedder, context, dead);
  }
}

async function liveIdeas(db: Db, _embedder: Embedder, hits: readonly Hit[]): Promise<ReadonlySet<string>> {
  const live = new Set<string>();
  for (const batch of batches(hits.map(({ id }) => id))) {
    const rows = await db.selectFrom('ideas').select('id').where('id', 'in', batch).where('is_archived', '=', false).execute();
    for (const { id } of rows) live.add(id);
  }
  return live;
}

async function liveTags(db: Db, embedder: Embedder, hits: readonly Hit[]): Promise<ReadonlySet<string>> {
  const live = new Set<string>();
  for (const batch of batches(hits.map(({ id }) => id))) {
    const rows = await db.selectFrom('tags').select('id').where('id', 'in', batch).where('embedder', '=', embedder.id).execute();
    for (const { id } of rows) live.add(id);
  }
  return live;
}
