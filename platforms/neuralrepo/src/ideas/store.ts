import { type Context, type Refusal, refuse } from 'gatehouse';

import { MOST_IDEAS } from '../plans.js';
import { embedIdea } from '../similarity/jobs.js';
import type { Database, Db } from '../tables.js';
import type { IdeaSource } from './values.js';

export type Ctx = Context<Database>;

export function unknownIdea(): Refusal {
  return refuse('not_found', 'Idea not found');
}

/** The next of a sequence without gaps. Inside a unit of work, which holds it until it ends. */
export async function nextNumber(db: Db, sequence: string): Promise<number> {
  const { value } = await db
    .insertInto('counters')
    .values({ id: sequence, value: 1 })
    .onConflict((on) => on.column('id').doUpdateSet((eb) => ({ value: eb('counters.value', '+', 1) })))
    .returning('value')
    .executeTakeFirstOrThrow();
  return value;
}

/** Why there is no room for another idea on this plan. Inside the unit that adds it. */
export async function withoutRoom(db: Db, plan: string | undefined): Promise<Refusal | undefined> {
  const most = MOST_IDEAS[plan ?? ''];
  if (most === undefined) return undefined;
  const { count } = await db
    .selectFrom('ideas')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('is_archived', '=', false)
    .executeTakeFirstOrThrow();
  if (Number(count) < most) return undefined;
  return refuse('plan_limit', `The ${plan} plan holds ${most} ideas, and all are taken.`, {
    next: 'Archive ideas that you no longer need, or move to the pro plan.',
  });
}

/** Where an idea came from, where its maker does not say. */
export function sourceOf({ surface, principal }: Pick<Ctx, 'surface' | 'principal'>, given: IdeaSource | undefined): IdeaSource {
  if (surface === 'mcp') return 'claude-mcp';
  return given ?? (principal.credential.kind === 'session' ? 'web' : 'api');
}

/** Why this idea cannot lie under that one. Ids as stored; inside a unit of work. */
export async function misplaced(db: Db, idea: string | undefined, parent: string): Promise<Refusal | undefined> {
  const seen = new Set<string>();
  for (let at: string | null = parent; at !== null && !seen.has(at); ) {
    if (at === idea) return refuse('conflict', 'An idea cannot lie under itself, not even over others.');
    seen.add(at);
    const above: { parent_id: string | null } | undefined = await db.selectFrom('ideas').select('parent_id').where('id', '=', at).executeTakeFirst();
    if (above === undefined) return at === parent ? unknownIdea() : undefined;
    at = above.parent_id;
  }
  return undefined;
}

/** Notes that title or body are others now, and asks for what follows from it. Inside the unit that changes them. */
export async function revise(db: Db, id: string, enqueue: Ctx['enqueue']): Promise<void> {
  const { revision } = await db
    .updateTable('ideas')
    .set((eb) => ({ revision: eb('revision', '+', 1), processing: true }))
    .where('id', '=', id)
    .returning('revision')
    .executeTakeFirstOrThrow();
  await enqueue(embedIdea, { id, revision });
}
