import { createHash, randomUUID } from 'node:crypto';
import { Refusal } from '@gatehouse/contract';
import type { Gatehouse } from '../app.js';
import type { UserRecord } from '../domain/records.js';
import type { Input } from './http.js';

/** By the names of operations. */
export type OwnInputs = Readonly<Record<string, Input>>;

export interface Neighbours {
  /** In which the person's session is to act: one that others share, where the platform has such. */
  readonly tenant: string;
  /** Beside the person's own. */
  readonly tenants: readonly string[];
  readonly users: readonly string[];
  /** What cannot be guessed: names and addresses that confirm, and who may be changed how. */
  readonly ownInputs: OwnInputs;
}

const WEEK_MS = 7 * 86_400_000;

/** A tenant of the person's with another owner and a member, an invitation into it, and one to the person. */
export async function moveInWith(
  { platform, users, members, store }: Gatehouse,
  { mark, user, tenant }: { readonly mark: string; readonly user: UserRecord; readonly tenant: string },
  now: number,
): Promise<Neighbours> {
  const { shared, ownerRole, memberRole } = platform.tenancy;
  const ofAll = { gatehouse_me_delete: { email: user.email ?? '' }, gatehouse_grants_revoke: { id: await letIn(store, { mark, user: user.id, tenant }, now) } };
  if (!shared) return { tenant, tenants: [], users: [], ownInputs: ofAll };
  const name = `${mark}shared`;
  const club = given(await members.found(name, user.id));
  const [mate, guest] = [given(await users.create(`${mark}mate@example.com`)), given(await users.create(`${mark}guest@example.com`))];
  await store.tenants.setMember({ tenant: club.id, user: mate.id, role: ownerRole, createdAt: now });
  await store.tenants.setMember({ tenant: club.id, user: guest.id, role: memberRole, createdAt: now });
  const invite = async (of: { tenant: string; email: string; createdBy: string }): Promise<string> => {
    const id = randomUUID();
    const invitation = { ...of, id, role: memberRole, createdAt: now, expiresAt: now + WEEK_MS };
    await store.invitations.create(invitation, createHash('sha256').update(id).digest('hex'), () => true);
    return id;
  };
  const open = await invite({ tenant: club.id, email: `${mark}asked@example.com`, createdBy: user.id });
  const received = await invite({ tenant: guest.homeTenant, email: user.email ?? '', createdBy: guest.id });
  return {
    tenant: club.id,
    tenants: [club.id, mate.homeTenant, guest.homeTenant],
    users: [mate.id, guest.id],
    ownInputs: {
      ...ofAll,
      gatehouse_members_update: { user_id: guest.id, role: memberRole },
      gatehouse_members_remove: { user_id: guest.id },
      gatehouse_members_leave: {},
      gatehouse_invitations_create: { email: `${mark}new@example.com`, role: memberRole },
      gatehouse_invitations_withdraw: { id: open },
      gatehouse_invitations_accept: { id: received },
      gatehouse_sessions_switch: { tenant_id: user.homeTenant },
      gatehouse_tenant_delete: { name },
    },
  };
}

/** A program that the person has let in. */
async function letIn(store: Gatehouse['store'], { mark, user, tenant }: { mark: string; user: string; tenant: string }, now: number): Promise<string> {
  const id = randomUUID();
  const program = { client: `${mark}client`, clientName: `${mark}program`, clientHost: null, scopes: ['*'] };
  await store.grants.create(tenant, { ...program, id, tenant, user, createdAt: now, lastUsedAt: null, revokedAt: null });
  return id;
}

function given<T>(value: T | Refusal): T {
  if (value instanceof Refusal) throw value;
  return value;
}
