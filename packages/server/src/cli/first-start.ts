import { join } from 'node:path';
import { writePrivately } from '../data-folder.js';
import { type Gatehouse, Refusal } from '../index.js';

export const FIRST_OWNER = 'owner@localhost';
const DONE = 'first_start';

export type FirstStart =
  | { readonly is: 'later' }
  /** Nobody is there yet, and a key is not made by itself in production. */
  | { readonly is: 'vacant' }
  | { readonly is: 'made'; readonly raw: string; readonly file: string | undefined };

export interface FirstStartOptions {
  readonly gatehouse: Gatehouse;
  readonly development: boolean;
  readonly folder: string;
  /** Whether somebody reads what is printed; the key goes into a file otherwise. */
  readonly terminal: boolean;
}

/** In an empty folder, in development: makes an owner and a key with full access. */
export async function firstStart({ gatehouse, development, folder, terminal }: FirstStartOptions): Promise<FirstStart> {
  const { store, users, keys } = gatehouse;
  if ((await store.meta.get(DONE)) !== undefined) return { is: 'later' };
  // A start that was cut short may have made the owner already.
  const others = (await users.list()).filter(({ email }) => email !== FIRST_OWNER);
  if (others.length > 0 || (await keys.listAll()).length > 0) {
    await store.meta.settle(DONE, 'yes');
    return { is: 'later' };
  }
  if (!development) return { is: 'vacant' };
  const owner = orThrow(await users.findOrCreate(FIRST_OWNER));
  const { raw } = orThrow(await keys.mint({ tenant: owner.homeTenant, user: owner.id, name: 'first key', scopes: ['*'], createdBy: 'cli' }));
  const file = terminal ? undefined : join(folder, 'first-key');
  if (file !== undefined) writePrivately(file, `${raw}\n`);
  await store.meta.settle(DONE, 'yes');
  return { is: 'made', raw, file };
}

function orThrow<T>(answer: T | Refusal): T {
  if (answer instanceof Refusal) throw answer;
  return answer;
}
