import type { Context } from 'gatehouse';
import type { Database, Db } from '../tables.js';
import type { Embedder } from './embedder.js';
import { embedIdea, embedTag, renewVectors } from './jobs.js';

type Kind = 'ideas' | 'tags';

const DAY_MS = 86_400_000;
/** So long a job is tried: what waits for longer has been given up. */
const PATIENCE_MS = 2 * DAY_MS;
/** Rows that one step asks for. */
const STEP = 100;

/** Asks for new vectors where there are some of another embedder, or some were given up: once a day at most. */
export async function askRenewal(kind: Kind, embedder: Embedder, { db, now, enqueue }: Pick<Context<Database>, 'db' | 'now' | 'enqueue'>): Promise<void> {
  if (!(await (kind === 'ideas' ? hasStaleIdeas : hasStaleTags)(db, embedder, now() - PATIENCE_MS))) return;
  const id = `renewal/${kind}/${embedder.id}`;
  const asked = await db.selectFrom('counters').select('value').where('id', '=', id).executeTakeFirst();
  if (asked !== undefined && asked.value > now() - DAY_MS) return;
  const values = { value: now() };
  await db
    .insertInto('counters')
    .values({ id, ...values })
    .onConflict((on) => on.column('id').doUpdateSet(values))
    .execute();
  await enqueue(renewVectors, { kind, after: '' });
}

async function hasStaleIdeas(db: Db, { id }: Embedder, before: number): Promise<boolean> {
  // Two looks into an index, where one for what is unequal would read all.
  for (const beside of ['<', '>'] as const) {
    if ((await db.selectFrom('idea_vectors').select('id').where('embedder', beside, id).limit(1).executeTakeFirst()) !== undefined) return true;
  }
  const given = db.selectFrom('ideas').select('id').where('processing', '=', true).where('is_archived', '=', false).where('updated_at', '<', before);
  return (await given.limit(1).executeTakeFirst()) !== undefined;
}

async function hasStaleTags(db: Db, { id }: Embedder, before: number): Promise<boolean> {
  for (const beside of ['<', '>'] as const) {
    if ((await db.selectFrom('tags').select('id').where('embedder', beside, id).limit(1).executeTakeFirst()) !== undefined) return true;
  }
  return (await db.selectFrom('tags').select('id').where('embedder', 'is', null).where('created_at', '<', before).limit(1).executeTakeFirst()) !== undefined;
}

type Asking = Pick<Context<Database>, 'now' | 'enqueue'>;

/** One step, inside a unit of work: asks for some, then for the next step. */
export async function renewStep(db: Db, kind: Kind, after: string, embedder: Embedder, { now, enqueue }: Asking): Promise<void> {
  const ids = kind === 'ideas' ? await renewIdeas(db, after, embedder, { now, enqueue }) : await renewTags(db, after, embedder, enqueue);
  const last = ids.at(-1);
  if (last !== undefined && ids.length === STEP) await enqueue(renewVectors, { kind, after: last });
}

async function renewIdeas(db: Db, after: string, embedder: Embedder, { now, enqueue }: Asking): Promise<readonly string[]> {
  const before = now() - PATIENCE_MS;
  const stale = await db
    .selectFrom('ideas')
    .leftJoin('idea_vectors', 'idea_vectors.id', 'ideas.id')
    .select(['ideas.id as id', 'ideas.revision as revision'])
    .where('ideas.is_archived', '=', false)
    .where('ideas.id', '>', after)
    .where((eb) => eb.or([eb('ideas.processing', '=', false), eb('ideas.updated_at', '<', before)]))
    .where((eb) => eb.or([eb('idea_vectors.id', 'is', null), eb('idea_vectors.embedder', '!=', embedder.id), eb('ideas.processing', '=', true)]))
    .orderBy('ideas.id')
    .limit(STEP)
    .execute();
  for (const { id, revision } of stale) await enqueue(embedIdea, { id, revision });
  const ids = stale.map(({ id }) => id);
  if (ids.length > 0) await db.updateTable('ideas').set({ processing: true }).where('id', 'in', ids).execute();
  return ids;
}

async function renewTags(db: Db, after: string, embedder: Embedder, enqueue: Asking['enqueue']): Promise<readonly string[]> {
  const stale = await db
    .selectFrom('tags')
    .select('id')
    .where('id', '>', after)
    .where((eb) => eb.or([eb('embedder', 'is', null), eb('embedder', '!=', embedder.id)]))
    .orderBy('id')
    .limit(STEP)
    .execute();
  for (const { id } of stale) await enqueue(embedTag, { id });
  return stale.map(({ id }) => id);
}
