import type { MayChange, NotChanged } from './memberships.js';

/** An invitation into a tenant, for whoever has shown that this address is theirs. Times are Unix milliseconds. */
export interface InvitationRecord {
  readonly id: string;
  readonly tenant: string;
  /** Folded: as users are found by. */
  readonly email: string;
  readonly role: string;
  /** The member who invited. */
  readonly createdBy: string;
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** With what the invited person reads first. */
export interface OpenInvitation extends InvitationRecord {
  readonly tenantName: string;
}

/** How an invitation is asked for: by its id, or by the SHA-256 of its token, lower-case hex. */
export type InvitationRef = { readonly id: string } | { readonly hash: string };

export type Accepted = { readonly is: 'joined' | 'member'; readonly tenant: string; readonly role: string } | { readonly is: 'unknown' };

/** Invitations into tenants. What reads before it writes is one unit of work, in turn with others of its tenant over all processes. */
export interface InvitationStore {
  /** One that is open for each address. `member`: who has the address is in already. */
  create(invitation: InvitationRecord, hash: string, allows: MayChange): Promise<'created' | 'exists' | 'member' | NotChanged>;
  /** Of a tenant, newest first, without those whose time is over. */
  list(tenant: string, now: number): Promise<readonly InvitationRecord[]>;
  /** For this address, over all tenants, newest first. */
  listFor(email: string, now: number): Promise<readonly OpenInvitation[]>;
  find(ref: InvitationRef, now: number): Promise<OpenInvitation | undefined>;
  withdraw(tenant: string, id: string, now: number): Promise<'withdrawn' | 'unknown'>;
  /**
   * Of all who accept one at once, one is let in. Who is a member already stays what they are. Whoever was one before finds nothing of that:
   * what is left of it ends here. `unknown`: there is none for this address, or whoever invited may not invite to that role any more.
   */
  accept(of: { readonly id: string; readonly user: string; readonly email: string; readonly at: number; readonly allows: MayChange }): Promise<Accepted>;
  /** Forgets what expired before, at most some hundreds at once. Answers whether there may be more. */
  forget(before: number): Promise<boolean>;
}
