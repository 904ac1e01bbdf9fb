import { type Refusal, refuse } from 'gatehouse';
import type { Db, Reads } from '../tables.js';

export async function findAgent(db: Reads, id: string) {
  const [agent] = await withTags(db, await db.selectFrom('agents').selectAll().where('id', '=', id).execute());
  return agent;
}

export function unknownAgent(): Refusal {
  return refuse('not_found', 'There is no agent with this id.');
}

/** Makes these the agent's tags, in this order, each once. */
export async function setTags(db: Db, agent: string, tags: readonly string[], newId: () => string): Promise<void> {
  await db.deleteFrom('agent_tags').where('agent_id', '=', agent).execute();
  const rows = [...new Set(tags)].map((tag, position) => ({ id: newId(), agent_id: agent, tag, position }));
  if (rows.length > 0) await db.insertInto('agent_tags').values(rows).execute();
}

/** Adds to agents, of at most one page, the tags that lie in a table of their own. */
export async function withTags<Row extends { readonly id: string }>(db: Reads, rows: readonly Row[]) {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const found = await db.selectFrom('agent_tags').select(['agent_id', 'tag']).where('agent_id', 'in', ids).orderBy('position').execute();
  const tags = new Map<string, string[]>(ids.map((id) => [id, []]));
  for (const { agent_id, tag } of found) tags.get(agent_id)?.push(tag);
  return rows.map((row) => ({ ...row, tags: tags.get(row.id) ?? [] }));
}

/** Agents with any of these tags: most matches first, then by name, each with the tags that matched, in the order asked for. */
export async function matching(db: Reads, wanted: readonly string[], { limit, offset }: { readonly limit: number; readonly offset: number }) {
  const ranked = await db
    .selectFrom('agent_tags')
    .innerJoin('agents', 'agents.id', 'agent_tags.agent_id')
    .select((eb) => ['agents.id', eb.fn.count<number>('agent_tags.id').as('matches')])
    .where('agent_tags.tag', 'in', wanted)
    .groupBy(['agents.id', 'agents.name'])
    .orderBy('matches', 'desc')
    .orderBy('agents.name')
    .limit(limit)
    .offset(offset)
    .execute();
  if (ranked.length === 0) return [];
  const ids = ranked.map(({ id }) => id);
  const agents = await withTags(db, await db.selectFrom('agents').selectAll().where('id', 'in', ids).execute());
  return agents
    .sort((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id))
    .map((agent) => ({ ...agent, matched_tags: wanted.filter((tag) => agent.tags.includes(tag)) }));
}
