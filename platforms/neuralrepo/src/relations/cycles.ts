import { type Refusal, refuse } from 'gatehouse';
import { batches } from '../ideas/show.js';
import type { RelationType } from '../ideas/values.js';
import type { Db } from '../tables.js';

export interface Edge {
  readonly source_idea_id: string;
  readonly target_idea_id: string;
  readonly relation_type: RelationType;
}

/** Types that lead somewhere, and whether a person may close a cycle of them after all. */
const CYCLES: Readonly<Partial<Record<RelationType, 'never' | 'forced'>>> = { blocks: 'never', parent: 'forced', supersedes: 'forced', inspires: 'forced' };

/** Why this relation cannot be. Inside a unit that holds the relations. */
export async function closesCycle(db: Db, edge: Edge, force: boolean): Promise<Refusal | undefined> {
  const rule = CYCLES[edge.relation_type];
  if (rule === undefined || (rule === 'forced' && force)) return undefined;
  const way = await wayBetween(db, edge.relation_type, edge.target_idea_id, edge.source_idea_id);
  if (way === undefined) return undefined;
  const chain = await named(db, [edge.source_idea_id, ...way]);
  if (rule === 'never')
    return refuse('conflict', `This would make a circular blocking chain: ${chain}.`, {
      next: 'Take one of these relations away first; no idea can wait for itself.',
    });
  return refuse('conflict', `This would close a cycle of ${edge.relation_type} relations: ${chain}.`, {
    next: 'Take one of these relations away first, or repeat the call with force=true if the cycle is meant.',
  });
}

/** The ideas from one to another along relations of one type, both included; breadth first, each idea once. */
async function wayBetween(db: Db, type: RelationType, from: string, to: string): Promise<readonly string[] | undefined> {
  const reachedFrom = new Map<string, string | undefined>([[from, undefined]]);
  let frontier = [from];
  while (frontier.length > 0) {
    const next: string[] = [];
    for (const batch of batches(frontier)) {
      const rows = await db
        .selectFrom('idea_relations')
        .select(['source_idea_id as source', 'target_idea_id as target'])
        .where('relation_type', '=', type)
        .where('source_idea_id', 'in', batch)
        .execute();
      for (const { source, target } of rows) {
        if (reachedFrom.has(target)) continue;
        reachedFrom.set(target, source);
        next.push(target);
      }
    }
    if (reachedFrom.has(to)) return back(reachedFrom, to);
    frontier = next;
  }
  return undefined;
}

function back(reachedFrom: ReadonlyMap<string, string | undefined>, to: string): readonly string[] {
  const way: string[] = [];
  for (let at: string | undefined = to; at !== undefined; at = reachedFrom.get(at)) way.unshift(at);
  return way;
}

/** Ideas of a way that are told by their numbers. */
const MOST_NAMED = 10;

/** `#3 → #1 → #3` */
async function named(db: Db, way: readonly string[]): Promise<string> {
  const told = way.length <= MOST_NAMED ? way : [...way.slice(0, MOST_NAMED - 1), ...way.slice(-1)];
  const rows = await db.selectFrom('ideas').select(['id', 'number']).where('id', 'in', told).execute();
  const numbers = new Map(rows.map(({ id, number }) => [id, `#${number}`]));
  const parts = told.map((id) => numbers.get(id) ?? '');
  if (way.length > MOST_NAMED) parts.splice(-1, 0, '…');
  return parts.join(' → ');
}
