import type { Reads } from '../tables.js';

export async function isProject(db: Reads, id: string): Promise<boolean> {
  return (await db.selectFrom('projects').select('id').where('id', '=', id).executeTakeFirst()) !== undefined;
}
