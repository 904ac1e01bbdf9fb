import { type Refusal, refuse, refuseField } from '@gatehouse/contract';
import type { MemberRecord, TenantRecord } from '../../domain/records.js';
import type { Kept, MayChange, NotChanged } from '../../store/memberships.js';
import type { Store } from '../../store/store.js';
import type { Limits } from '../limits/limits.js';
import { type Tenancy, mayGive, roleTag } from '../tenancy.js';
import { atMost } from './at-most.js';
import type { Member } from './views.js';

const DAY_SECONDS = 86_400;
const NAME_LENGTH = 200;

export interface MembersOptions {
  readonly store: Pick<Store, 'memberships' | 'sessions' | 'tenants' | 'changes'>;
  readonly tenancy: Tenancy;
  /** Every scope of the platform. */
  readonly scopes: readonly string[];
  readonly limits: Pick<Limits, 'take'>;
  readonly newId: () => string;
  /** Unix milliseconds. */
  readonly now: () => number;
}

export interface OfMember {
  readonly tenant: string;
  readonly user: string;
  /** The member who asks; null: the operator, who may. */
  readonly by: string | null;
}

/** Who belongs to a tenant, as what. Every change settles after the barrier. */
export class MemberService {
  readonly #options: MembersOptions;

  constructor(options: MembersOptions) {
    this.#options = options;
  }

  /** Nobody gives, or takes, what they do not hold. */
  get allows(): MayChange {
    const { tenancy, scopes } = this.#options;
    return (giver, role) => mayGive(giver, role, tenancy, scopes);
  }

  list(tenant: string): Promise<readonly Member[]> {
    return this.#options.store.tenants.members(tenant);
  }

  /** Bounds every key and grant of the member from the moment it settles. */
  async changeRole(of: OfMember & { readonly role: string }): Promise<Member | Refusal> {
    const { store, tenancy } = this.#options;
    const unknown = this.unknownRole(of.role);
    if (unknown !== undefined) return unknown;
    const allows: MayChange = (giver, target) => this.allows(giver, target) && this.allows(giver, of.role);
    const outcome = await store.memberships.changeRole({ ...of, allows, ownerRole: tenancy.ownerRole });
    // What was stored, but not confirmed by every process, is asked for again: it too ends behind the barrier.
    await store.changes.barrier([roleTag(of.tenant, of.user)]);
    if (outcome !== 'changed' && outcome !== 'same') return refused(outcome);
    return (await this.list(of.tenant)).find(({ user }) => user === of.user) ?? refused('unknown');
  }

  /** Keys, sessions and grants of the member end with the membership, for good. */
  async remove(of: OfMember & { readonly keep?: Kept | undefined }): Promise<undefined | Refusal> {
    const { store, tenancy, now } = this.#options;
    const outcome = await store.memberships.remove({ ...of, allows: this.allows, ownerRole: tenancy.ownerRole, at: now() });
    await store.changes.barrier([roleTag(of.tenant, of.user), ...(of.keep === undefined ? [] : [`session:${of.keep.session}` as const])]);
    return outcome === 'removed' ? undefined : refused(outcome);
  }

  /** A member's own removal, which asks for no right. The session `keep` goes on elsewhere. */
  leave({ tenant, user, keep }: { readonly tenant: string; readonly user: string; readonly keep: Kept | undefined }): Promise<undefined | Refusal> {
    return this.remove({ tenant, user, by: null, keep });
  }

  /** A tenant that this person makes, only so many a day, and owns. */
  async createTenant(name: string, owner: string): Promise<(TenantRecord & { readonly role: string }) | Refusal> {
    const { limits, tenancy, now } = this.#options;
    const bucket = { key: `tenants-by:${owner}`, limit: tenancy.daily.tenants, periodSeconds: DAY_SECONDS };
    return (await atMost(limits, [bucket], now(), 'You have made very many tenants today.')) ?? this.found(name, owner);
  }

  /** A tenant with its owner. */
  async found(name: string, owner: string): Promise<(TenantRecord & { readonly role: string }) | Refusal> {
    const { store, tenancy, newId, now } = this.#options;
    const trimmed = name.trim();
    if (trimmed === '' || trimmed.length > NAME_LENGTH) return refuseField('name', `must have 1 to ${NAME_LENGTH} characters`);
    const createdAt = now();
    const tenant: TenantRecord = { id: newId(), name: trimmed, plan: null, externalId: null, createdAt };
    await store.memberships.found(tenant, { tenant: tenant.id, user: owner, role: tenancy.ownerRole, createdAt });
    return { ...tenant, role: tenancy.ownerRole };
  }

  /** The session acts in another tenant of its user's, from the moment it settles. */
  async switchSession(user: string, session: string, tenant: string): Promise<MemberRecord | Refusal> {
    const { store } = this.#options;
    const outcome = await store.sessions.switchTo(user, session, tenant);
    await store.changes.barrier([`session:${session}`]);
    const member = outcome === 'switched' ? await store.tenants.member(tenant, user) : undefined;
    return member ?? refuse('not_found', 'You are no member of such a tenant.');
  }

  unknownRole(role: string): Refusal | undefined {
    const { roles } = this.#options.tenancy;
    return Object.hasOwn(roles, role) ? undefined : refuseField('role', `there is no such role; there are ${Object.keys(roles).join(', ')}`);
  }
}

/** In words. Members of other tenants do not exist. */
export function refused(why: NotChanged): Refusal {
  switch (why) {
    case 'unknown':
      return refuse('not_found', 'There is no such member.');
    case 'forbidden':
      return refuse('forbidden', 'That is beyond your own role.', { next: 'Ask an owner of the tenant.' });
    case 'last_owner':
      return refuse('conflict', 'This is the last owner of the tenant.', { next: 'Make another member an owner first.' });
    case 'home':
      return refuse('conflict', 'This is the own space of that person, who stays its owner.', { next: 'Share another tenant instead.' });
    case 'managed':
      return refuse('conflict', 'An identity provider says who the members of this tenant are.', { next: 'Change it there.' });
  }
}
