import type { Engine } from './engine.js';

/** How many marks one commit may take in, so that nobody's row is locked for long. */
const CHUNK = 500;

/** Batched `last_used_at` of the rows of a table, by their ids. Marks only ever move on. */
export async function mark(engine: Engine, table: 'gatehouse_keys' | 'gatehouse_grants', seen: ReadonlyMap<string, number>): Promise<void> {
  const text = `update ${table} k set last_used_at = m.at from unnest($1::text[], $2::bigint[]) as m (id, at)
where k.id = m.id and (k.last_used_at is null or k.last_used_at < m.at)`;
  // In one order in every process. Where two wait for each other all the same, the one that is undone tries again.
  const ids = [...seen.keys()].sort();
  // One after another: marks are never worth a second connection.
  for (let start = 0; start < ids.length; start += CHUNK) {
    const chunk = ids.slice(start, start + CHUNK);
    await engine.own({ text, values: [chunk, chunk.map((id) => seen.get(id))], name: `${table}_mark` }, { upkeep: true });
  }
}
