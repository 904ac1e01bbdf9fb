import { type Gatehouse, Refusal, refuse } from '../../index.js';
import { UsageError } from '../failure.js';
import type { Given, Option } from './command.js';

export interface Owner {
  readonly tenant: string;
  /** null: the tenant alone. */
  readonly user: string | null;
}

export const ownerOptions: readonly Option[] = [
  { flags: '--user <id|e-mail>', description: 'the user it belongs to' },
  { flags: '--tenant <id>', description: 'the tenant it belongs to' },
];

/** Exactly one of `--user` and `--tenant`. */
export function ownerUsage({ user, tenant }: Given): UsageError | undefined {
  return (user === undefined) === (tenant === undefined) ? new UsageError('Give either --user or --tenant.') : undefined;
}

/** A user's key lives in the user's own space. An e-mail that nobody has makes the user. */
export async function ownerOf({ users, store }: Gatehouse, { user, tenant }: Given): Promise<Owner | Refusal> {
  if (user !== undefined) {
    const found = await userOf(users, user);
    return found instanceof Refusal ? found : { tenant: found.homeTenant, user: found.id };
  }
  const found = await store.tenants.find(tenant ?? '');
  return found === undefined ? unknownTenant() : { tenant: found.id, user: null };
}

/** A user by id, or by e-mail, who is made where nobody has it. */
export async function userOf(users: Gatehouse['users'], idOrEmail: string) {
  const found = await users.findOrCreate(idOrEmail);
  const unknown = found instanceof Refusal && found.failure.code === 'not_found';
  return unknown
    ? refuse('not_found', `There is no user with the id "${idOrEmail}": give one that \`gatehouse user list\` shows, or an e-mail address.`)
    : found;
}

/** The id of a user who is there already. */
export async function knownUser({ store }: Gatehouse, idOrEmail: string): Promise<string | Refusal> {
  const found = idOrEmail.includes('@') ? await store.users.findByEmail(idOrEmail.trim().toLowerCase()) : await store.users.find(idOrEmail);
  return found?.id ?? refuse('not_found', 'There is no such user: `gatehouse user list` shows them all.');
}

export function unknownTenant(): Refusal {
  return refuse('not_found', 'There is no such tenant: `gatehouse tenant list` shows them all.');
}
