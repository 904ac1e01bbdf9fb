import { type Refusal, type SeedContext, refuse } from 'gatehouse';
import { nextNumber } from '../ideas/store.js';
import { newId } from '../ids.js';
import { embedIdea } from '../similarity/jobs.js';
import type { Database, Db } from '../tables.js';
import { setTags } from '../tags/store.js';
import { type SampleIdea, ideas, relations, tagColors } from './content.js';

const DAY_MS = 86_400_000;

type Context = SeedContext<Database>;

/** What one person has noted in half a year. The same each time, but for ids and for times, which end now. */
export async function seed(context: Context): Promise<Readonly<Record<string, number>> | Refusal> {
  const { user } = context;
  if (user === null) return refuse('invalid_input', 'Ideas belong to a person: give --user.');
  return context.tx(async ({ db }) => {
    const there = await db.selectFrom('ideas').select('title').orderBy('number').limit(1).executeTakeFirst();
    if (there !== undefined)
      return refuse('conflict', `The space has ideas already, such as "${there.title}": only one without any is filled. Give another --user.`);
    const ids = await plantIdeas(db, context);
    const links = await plantLinks(db, ids, context);
    for (const { from, to, ...relation } of relations) {
      const ends = { source_idea_id: idOf(ids, from), target_idea_id: idOf(ids, to) };
      await db
        .insertInto('idea_relations')
        .values({ id: newId(context.id()), ...ends, ...relation, created_at: context.now() })
        .execute();
    }
    for (const [name, color] of Object.entries(tagColors)) await db.updateTable('tags').set({ color }).where('folded', '=', name).execute();
    return { ideas: ideas.length, links, relations: relations.length };
  });
}

const at = ({ now }: Context, { age }: SampleIdea): number => now() - age * DAY_MS;

/** Oldest first, so that numbers go by time; then each under its own. Ids by title. */
async function plantIdeas(db: Db, context: Context): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>();
  for (const idea of [...ideas].sort((a, b) => b.age - a.age)) {
    const id = newId(context.id());
    ids.set(idea.title, id);
    const { title, body, status, source } = idea;
    const time = { created_at: at(context, idea), updated_at: at(context, idea) };
    const row = { id, number: await nextNumber(db, 'ideas'), title, body, status, source, is_archived: idea.archived ?? false, ...time };
    await db.insertInto('ideas').values(row).execute();
    await setTags(db, id, idea.tags, context);
    await context.enqueue(embedIdea, { id, revision: 1 });
  }
  for (const { title, under } of ideas)
    if (under !== undefined)
      await db
        .updateTable('ideas')
        .set({ parent_id: idOf(ids, under) })
        .where('id', '=', idOf(ids, title))
        .execute();
  return ids;
}

async function plantLinks(db: Db, ids: ReadonlyMap<string, string>, context: Context): Promise<number> {
  const rows = ideas.flatMap((idea) =>
    (idea.links ?? []).map((link) => ({ id: newId(context.id()), idea_id: idOf(ids, idea.title), ...link, created_at: at(context, idea) })),
  );
  for (const row of rows) await db.insertInto('idea_links').values(row).execute();
  return rows.length;
}

function idOf(ids: ReadonlyMap<string, string>, title: string): string {
  const id = ids.get(title);
  if (id === undefined) throw new Error(`The sample has no idea "${title}"`);
  return id;
}
