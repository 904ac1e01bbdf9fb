import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { writePrivately } from '../durable-file.js';
import { type Gatehouse, Refusal } from '../index.js';

export const FIRST_OWNER = 'owner@localhost';
const DONE = 'first_start';
const CLAIM = 'first_start_claim';
/** How long to wait for the process that makes the first key, before it is taken for dead. */
const CLAIM_TRIES = 20;
const CLAIM_PAUSE_MS = 100;

export type FirstStart =
  | { readonly is: 'later' }
  /** Nobody is there yet, and a key is not made by itself in production. */
  | { readonly is: 'vacant' }
  | { readonly is: 'made'; readonly raw: string; readonly file: string | undefined };

export interface FirstStartOptions {
  readonly gatehouse: Gatehouse;
  readonly development: boolean;
  /** The data folder; undefined where other processes may serve the same database. */
  readonly folder?: string;
  /** Whether somebody reads what is printed; the key goes into a file otherwise. */
  readonly terminal: boolean;
}

/** In an empty database, in development: makes an owner and a key with full access, however many processes start at once. */
export async function firstStart({ gatehouse, development, folder, terminal }: FirstStartOptions): Promise<FirstStart> {
  const { store, users, keys } = gatehouse;
  if ((await store.meta.get(DONE)) !== undefined) return { is: 'later' };
  // A start that was cut short may have made the owner already.
  const others = (await users.list()).filter(({ email }) => email !== FIRST_OWNER);
  if (others.length > 0 || (await keys.listAll()).length > 0) {
    await store.meta.settle(DONE, 'yes');
    return { is: 'later' };
  }
  if (!development || (folder === undefined && !terminal)) return { is: 'vacant' };
  if (folder === undefined && !(await claimed(gatehouse))) return (await doneByAnother(gatehouse)) ? { is: 'later' } : { is: 'vacant' };
  const owner = orThrow(await users.findOrCreate(FIRST_OWNER));
  const { raw } = orThrow(await keys.mint({ tenant: owner.homeTenant, user: owner.id, name: 'first key', scopes: ['*'], createdBy: 'cli' }));
  const file = terminal || folder === undefined ? undefined : join(folder, 'first-key');
  if (file !== undefined) writePrivately(file, `${raw}\n`);
  await store.meta.settle(DONE, 'yes');
  return { is: 'made', raw, file };
}

async function claimed({ store }: Gatehouse): Promise<boolean> {
  const mine = randomUUID();
  return (await store.meta.settle(CLAIM, mine)) === mine;
}

async function doneByAnother({ store }: Gatehouse): Promise<boolean> {
  for (let tries = 0; tries < CLAIM_TRIES; tries += 1) {
    if ((await store.meta.get(DONE)) !== undefined) return true;
    await setTimeout(CLAIM_PAUSE_MS);
  }
  return false;
}

function orThrow<T>(answer: T | Refusal): T {
  if (answer instanceof Refusal) throw answer;
  return answer;
}
