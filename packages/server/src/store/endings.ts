import type { Kept, MayChange, NotChanged } from './memberships.js';

export type PersonEnded =
  /** `erase`: tenants in which nobody is left, ended with the person. `memberships`: all tenants that the person was in. */
  | { readonly is: 'ended'; readonly erase: readonly string[]; readonly memberships: readonly string[] }
  /** By the names of the tenants. */
  | { readonly is: 'needed'; readonly in: readonly string[] }
  | { readonly is: 'unknown' };

/** The end of tenants and of people. Each verb is one unit of work; inside another unit it is a part of that. Times are Unix milliseconds. */
export interface EndingStore {
  /** Nobody can act in it any more, nor find it. Its rows are still to be deleted. */
  endTenant(of: {
    readonly tenant: string;
    readonly at: number;
    /** The member who asks; null: the operator, who may. */
    readonly by: string | null;
    readonly allows: MayChange;
    readonly keep?: Kept | undefined;
  }): Promise<'ended' | NotChanged>;
  /**
   * The person is gone, with identities, sessions, keys, grants and links. Refused where others would be left in a tenant without an owner, or
   * in the person's own space.
   */
  endPerson(of: { readonly user: string; readonly at: number; readonly ownerRole: string }): Promise<PersonEnded>;
  /** Whether it has ended and is not erased yet. */
  hasEnded(tenant: string): Promise<boolean>;
  /** Deletes Gatehouse's own rows of a tenant that has ended, at most some hundreds. Answers whether there may be more. */
  eraseRows(tenant: string): Promise<boolean>;
  /** The last of a tenant that has ended: itself, and every job of it. */
  erase(tenant: string): Promise<void>;
}
