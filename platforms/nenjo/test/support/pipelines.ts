import { Refusal } from 'gatehouse';
import type { Nenjo } from './app.js';

export interface Made {
  readonly id: string;
  readonly name: string;
}

/** A row as a handler of this user's tenant would insert it, for what these tests need and do not test. */
export async function inserted(app: Nenjo, email: string, table: string, row: Readonly<Record<string, unknown>>): Promise<string> {
  const user = await app.gatehouse.users.findOrCreate(email);
  if (user instanceof Refusal) throw user;
  const { store } = app.gatehouse;
  const id = crypto.randomUUID();
  const db = store.db(user.homeTenant);
  await db
    .insertInto(table as never)
    .values({ id, ...row } as never)
    .execute();
  return id;
}
