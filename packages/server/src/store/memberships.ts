import type { MemberRecord, TenantRecord } from '../domain/records.js';

/** Who acts on whom, by the roles that both have at that moment. `actor` is undefined where that one is no member any more. */
export type MayChange = (actor: string | undefined, target: string) => boolean;

/** A session that goes on in another tenant, where it would end with the one it acts in. */
export interface Kept {
  readonly session: string;
  readonly tenant: string;
}

/** What was asked of one member. */
export interface OnMember {
  readonly tenant: string;
  readonly user: string;
  /** The member who asks; null: the operator, who may. */
  readonly by: string | null;
  readonly allows: MayChange;
  /** The role of which one must be left. */
  readonly ownerRole: string;
}

/**
 * Why nothing was changed. `last_owner`: the tenant would be left without one. `home`: it is the person's own space, and stays so.
 * `managed`: an identity provider says who its members are.
 */
export type NotChanged = 'unknown' | 'forbidden' | 'last_owner' | 'home' | 'managed';

/**
 * Who belongs to a tenant, as what. Each verb is one unit of work, in turn with others of its tenant over all processes; inside another
 * unit it is a part of that. Times are Unix milliseconds.
 */
export interface MembershipStore {
  /** A tenant with its first member. */
  found(tenant: TenantRecord, member: MemberRecord): Promise<void>;
  changeRole(of: OnMember & { readonly role: string }): Promise<'changed' | 'same' | NotChanged>;
  /** With the keys, sessions and grants that the person has there, for good, and the invitations that wait in that person's name. */
  remove(of: OnMember & { readonly at: number; readonly keep?: Kept | undefined }): Promise<'removed' | NotChanged>;
}
