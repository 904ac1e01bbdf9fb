import { Refusal, management, refuseField } from '@gatehouse/contract';
import type { KeyView, MintedKey, NewKey, SessionView } from '../services/access.js';
import type { Member } from '../services/members/views.js';
import type { Tenancy } from '../services/tenancy.js';
import type { GrantRecord } from '../store/grants.js';
import type { InvitationRecord, OpenInvitation } from '../store/invitations.js';
import { bindTo } from './bind.js';
import type { Binding } from './types.js';

const bind = bindTo([]);

const forAll: readonly Binding[] = [
  bind(management.listKeys, async ({ user_id }, { access }) => each(await access.keys.list({ user: user_id }), keyShown)),
  bind(management.getKey, async ({ id }, { access }) => one(await access.keys.get(id), keyShown)),
  bind(management.createKey, async (input, { access }) => one(await access.keys.create(requested(input)), shownOnce)),
  bind(management.importKey, async ({ hash, format, ...input }, { access }) => one(await access.keys.import({ ...requested(input), hash, format }), keyShown)),
  bind(management.revokeKey, async ({ id }, { access }) => (await access.keys.revoke(id)) ?? {}),
  bind(management.disableKey, async ({ id }, { access }) => one(await access.keys.setDisabled(id, true), keyShown)),
  bind(management.enableKey, async ({ id }, { access }) => one(await access.keys.setDisabled(id, false), keyShown)),
  bind(management.rotateKey, async ({ id, overlap_seconds }, { access }) => one(await access.keys.rotate(id, overlap_seconds), shownOnce)),
  bind(management.getMe, async (_input, { access, principal }) =>
    one(await access.me(), (user) => ({ ...dated(user), tenant_id: principal.tenant ?? '', role: principal.role ?? '' })),
  ),
  bind(management.getTenant, async (_input, { access }) => one(await access.tenant(), dated)),
  bind(management.renameTenant, async ({ name }, { access }) => one(await access.renameTenant(name), dated)),
  bind(management.listTenants, async (_input, { access }) => each(await access.tenants(), dated)),
  bind(management.listMembers, async (_input, { access }) => each(await access.members(), memberShown)),
  bind(management.listSessions, async (_input, { access }) => each(await access.sessions.list(), sessionShown)),
  bind(management.revokeSession, async ({ id }, { access }) => (await access.sessions.revoke(id)) ?? {}),
  bind(management.signOut, async (_input, { access }) => (await access.sessions.signOut()) ?? {}),
  bind(management.signOutEverywhere, async (_input, { access }) => one(await access.sessions.signOutEverywhere(), (ended) => ({ ended }))),
  bind(management.listGrants, async (_input, { access }) => each(await access.grants.list(), grantShown)),
  bind(management.revokeGrant, async ({ id }, { access }) => (await access.grants.revoke(id)) ?? {}),
  bind(management.exportTenant, (_input, { access }) => access.exports.tenant()),
  bind(management.exportMe, (_input, { access }) => access.exports.me()),
  bind(management.deleteMe, async ({ email }, { access }) => (await access.endings.me(email)) ?? {}),
  bind(management.revokeClientGrants, async ({ client_id }, { access }) => one(await access.grants.revokeClient(client_id), (ended) => ({ ended }))),
];

/** Where a space may have several members. */
const forSharing: readonly Binding[] = [
  bind(management.updateMember, async ({ user_id, role }, { access }) => one(await access.memberships.update(user_id, role), memberShown)),
  bind(management.removeMember, async ({ user_id }, { access }) => (await access.memberships.remove(user_id)) ?? {}),
  bind(management.leaveTenant, async (_input, { access }) => (await access.memberships.leave()) ?? {}),
  bind(management.createInvitation, async (input, { access }) =>
    one(await access.invitations.create(input), (made) => ({ ...invitationShown(made), delivery: made.delivery })),
  ),
  bind(management.listInvitations, async (_input, { access }) => each(await access.invitations.list(), invitationShown)),
  bind(management.withdrawInvitation, async ({ id }, { access }) => (await access.invitations.withdraw(id)) ?? {}),
  bind(management.listReceivedInvitations, async (_input, { access }) => each(await access.invitations.received(), receivedShown)),
  bind(management.acceptInvitation, async ({ token, id }, { access }) => {
    if ((token === undefined) === (id === undefined)) return refuseField('token', 'give either the token or the id');
    return one(await access.invitations.accept(token === undefined ? { id: id ?? '' } : { token }), placeShown);
  }),
  bind(management.createTenant, async ({ name }, { access }) => one(await access.memberships.createTenant(name), dated)),
  bind(management.deleteTenant, async ({ name }, { access }) => (await access.endings.tenant(name)) ?? {}),
  bind(management.switchSession, async ({ tenant_id }, { access }) => one(await access.memberships.switchTo(tenant_id), placeShown)),
];

/** Gatehouse's own operations, served in one canonical shape on every platform whose spaces may have several members. */
const managementBindings: readonly Binding[] = [...forAll, ...forSharing];

/** Those that this platform serves. */
export function managementOf({ shared }: Pick<Tenancy, 'shared'>): readonly Binding[] {
  return shared ? managementBindings : forAll;
}

/** What a create call asks for, from the wire's words to the service's. */
export function requested(input: {
  name: string;
  scopes?: readonly string[] | undefined;
  expires_at?: string | null | undefined;
  user_id?: string | undefined;
}): NewKey {
  const { name, scopes, expires_at, user_id } = input;
  return { name, scopes, expiresAt: typeof expires_at === 'string' ? Date.parse(expires_at) : null, user: user_id };
}

/** The canonical key object; times still in Unix milliseconds. */
export function keyShown(key: KeyView) {
  return {
    id: key.id,
    name: key.name,
    key_prefix: key.prefix,
    tenant_id: key.tenant,
    user_id: key.user,
    scopes: [...key.scopes],
    expires_at: key.expiresAt,
    last_used_at: key.lastUsedAt,
    disabled_at: key.disabledAt,
    created_at: key.createdAt,
  };
}

function sessionShown(session: SessionView) {
  return {
    id: session.id,
    tenant_id: session.tenant,
    user_agent: session.userAgent,
    created_at: session.createdAt,
    refreshed_at: session.refreshedAt,
    expires_at: session.expiresAt,
    ends_at: session.endsAt,
    current: session.current,
  };
}

function grantShown(grant: GrantRecord) {
  return {
    id: grant.id,
    client_id: grant.client,
    client_name: grant.clientName,
    client_host: grant.clientHost,
    tenant_id: grant.tenant,
    scopes: [...grant.scopes],
    created_at: grant.createdAt,
    last_used_at: grant.lastUsedAt,
  };
}

function invitationShown({ id, email, role, createdBy, createdAt, expiresAt }: InvitationRecord) {
  return { id, email, role, invited_by: createdBy, created_at: createdAt, expires_at: expiresAt };
}

function receivedShown({ id, tenant, tenantName, role, createdAt, expiresAt }: OpenInvitation) {
  return { id, tenant_id: tenant, tenant_name: tenantName, role, created_at: createdAt, expires_at: expiresAt };
}

const memberShown = (member: Member) => ({ ...dated(member), user_id: member.user });
const placeShown = ({ tenant, role }: { readonly tenant: string; readonly role: string }) => ({ tenant_id: tenant, role });
const shownOnce = ({ key, raw }: MintedKey) => ({ ...keyShown(key), raw_key: raw });
const dated = <T extends { readonly createdAt: number }>(record: T) => ({ ...record, created_at: record.createdAt });

function one<T, R>(answer: T | Refusal, show: (value: T) => R): R | Refusal {
  return answer instanceof Refusal ? answer : show(answer);
}

function each<T, R>(answer: readonly T[] | Refusal, show: (value: T) => R): R[] | Refusal {
  return answer instanceof Refusal ? answer : answer.map(show);
}
