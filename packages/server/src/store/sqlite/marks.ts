import type { Engine } from './engine.js';

/** How many marks one commit may take in, so that others get their turn in between. */
const CHUNK = 500;

/** Batched `last_used_at` of the rows of a table, by their ids. Marks only ever move on. */
export async function mark(engine: Engine, table: 'gatehouse_keys' | 'gatehouse_grants', seen: ReadonlyMap<string, number>): Promise<void> {
  const entries = [...seen];
  const sql = `update ${table} set last_used_at = ? where id = ? and (last_used_at is null or last_used_at < ?)`;
  const chunks: Promise<void>[] = [];
  for (let start = 0; start < entries.length; start += CHUNK) {
    const chunk = entries.slice(start, start + CHUNK);
    chunks.push(
      engine.writeAside((connection) => {
        for (const [id, at] of chunk) connection.run(sql, at, id, at);
      }),
    );
  }
  await Promise.all(chunks);
}
