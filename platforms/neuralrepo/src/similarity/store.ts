import type { Context } from 'gatehouse';
import { nextNumber } from '../ideas/store.js';
import type { Database, Db } from '../tables.js';
import type { Embedder } from './embedder.js';
import type { Found, Hit, Question } from './scanner.js';
import { type Place, type Source, forget, nearest } from './spaces.js';
import { askRenewal } from './renewal.js';
import { bytesOf } from './vectors.js';

/** What calls and jobs both have. */
export type Means = Pick<Context<Database>, 'db' | 'settings' | 'now' | 'enqueue'>;

export type Kind = 'ideas' | 'tags';

/** Ideas or tags of one tenant that are like a vector of this embedder, the most alike first. Rows that are gone may be among them. */
export function alike(kind: Kind, tenant: string, embedder: Embedder, means: Means, question: Question | Promise<Question>): Promise<Found> {
  return nearest(placeOf(kind, tenant, embedder, means), question);
}

/** These were found, and are gone. */
export function gone(kind: Kind, tenant: string, embedder: Embedder, means: Means, hits: readonly Hit[]): void {
  if (hits.length > 0) forget(placeOf(kind, tenant, embedder, means), hits);
}

function placeOf(kind: Kind, tenant: string, embedder: Embedder, means: Means): Place {
  const source = kind === 'ideas' ? ideasFor(embedder) : tagsFor(embedder);
  return { tenant, kind, embedder: embedder.id, db: means.db, settings: means.settings, source, opened: () => askRenewal(kind, embedder, means) };
}

/** What is in the archive, or of another embedder, is passed over. */
const ideasFor =
  (embedder: Embedder): Source =>
  async (db, after, limit) => {
    const rows = await db
      .selectFrom('idea_vectors')
      .select(['id', 'version', 'embedder', 'vector'])
      .where('version', '>', after)
      .orderBy('version')
      .limit(limit)
      .execute();
    if (rows.length === 0) return [];
    const ids = rows.map(({ id }) => id);
    const archived = await db.selectFrom('ideas').select('id').where('id', 'in', ids).where('is_archived', '=', true).execute();
    const passed = new Set(archived.map(({ id }) => id));
    return rows.map(({ id, version, vector, ...row }) => ({ id, version, vector: passed.has(id) || row.embedder !== embedder.id ? null : vector }));
  };

const tagsFor =
  (embedder: Embedder): Source =>
  async (db, after, limit) => {
    const rows = await db
      .selectFrom('tags')
      .select(['id', 'version', 'embedder', 'vector'])
      .where('version', '>', after)
      .orderBy('version')
      .limit(limit)
      .execute();
    return rows.map(({ id, version, vector, ...row }) => ({ id, version: version ?? 0, vector: row.embedder === embedder.id ? vector : null }));
  };

/** Inside a unit of work. */
export async function storeIdeaVector(db: Db, id: string, revision: number, embedder: Embedder, vector: Float32Array): Promise<void> {
  const values = { embedder: embedder.id, revision, version: await nextNumber(db, 'vectors'), vector: bytesOf(vector) };
  await db
    .insertInto('idea_vectors')
    .values({ id, ...values })
    .onConflict((on) => on.column('id').doUpdateSet(values))
    .execute();
}

/** Inside a unit of work. Nothing, where the tag has another name by now. */
export async function storeTagVector(db: Db, id: string, name: string, embedder: Embedder, vector: Float32Array): Promise<void> {
  const version = await nextNumber(db, 'tag_vectors');
  await db
    .updateTable('tags')
    .set({ embedder: embedder.id, version, vector: bytesOf(vector) })
    .where('id', '=', id)
    .where('name', '=', name)
    .execute();
}

/** Whether the idea is still this one, and not in the archive; then it stays so until the unit ends. */
export async function heldAt(db: Db, id: string, revision: number): Promise<boolean> {
  const held = await db
    .updateTable('ideas')
    .set({ revision })
    .where('id', '=', id)
    .where('revision', '=', revision)
    .where('is_archived', '=', false)
    .returning('id')
    .executeTakeFirst();
  return held !== undefined;
}

/** All that follows from this revision is done. */
export async function processed(db: Db, id: string, revision: number): Promise<void> {
  await db.updateTable('ideas').set({ processing: false }).where('id', '=', id).where('revision', '=', revision).execute();
}
