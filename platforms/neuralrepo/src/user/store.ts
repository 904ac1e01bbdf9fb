import type { Db } from '../tables.js';

/** What this user says of themselves; undefined: nothing yet. */
export function profileOf(db: Db, user: string) {
  return db.selectFrom('profiles').selectAll().where('id', '=', user).executeTakeFirst();
}

/** Inside a unit of work. */
export async function setProfile(
  db: Db,
  user: string,
  changes: { readonly display_name?: string | undefined; readonly settings_json?: string | undefined },
  at: number,
): Promise<void> {
  const before = await profileOf(db, user);
  if (before === undefined)
    await db
      .insertInto('profiles')
      .values({ id: user, created_at: at, updated_at: at, ...changes })
      .execute();
  else
    await db
      .updateTable('profiles')
      .set({ ...changes, updated_at: at })
      .where('id', '=', user)
      .execute();
}
