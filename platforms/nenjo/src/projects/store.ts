import type { Db } from '../tables.js';

export async function isProject(db: Db, id: string): Promise<boolean> {
  return (await db.selectFrom('projects').select('id').where('id', '=', id).executeTakeFirst()) !== undefined;
}
