import type { Refusal } from '@gatehouse/contract';
import type { Principal } from '../domain/principal.js';
import type { KeyRecord, MemberRecord, TenantRecord, UserRecord } from '../domain/records.js';
import type { GrantRecord } from '../store/grants.js';
import type { MadeToken } from './grants.js';
import type { InvitationRecord, OpenInvitation } from '../store/invitations.js';
import type { SessionRecord } from '../store/sessions.js';
import type { ExportFile } from './tenants/export.js';
import type { Delivery, InvitationName, Member } from './members/views.js';

/** A key as it may be shown: never its hash. */
export type KeyView = Omit<KeyRecord, 'hash'>;

export interface NewKey {
  readonly name: string;
  /** Absent or empty: what the platform's `whenNoScopes` says. */
  readonly scopes?: readonly string[] | undefined;
  /** Unix milliseconds; must be in the future. null or absent: never. */
  readonly expiresAt?: number | null | undefined;
  /** Another member's key, for who administers the tenant. @default the caller's own */
  readonly user?: string | undefined;
}

export interface MintedKey {
  readonly key: KeyView;
  /** The whole key. Show it once and forget it. */
  readonly raw: string;
}

/** Keys within the caller's tenant. What the caller may not touch, or does not exist, is the same refusal. */
export interface KeyAccess {
  /** Newest first, revoked ones left out; those of `user`, by default the caller. */
  list(filter?: { readonly user?: string | undefined }): Promise<readonly KeyView[] | Refusal>;
  get(id: string): Promise<KeyView | Refusal>;
  create(request: NewKey): Promise<MintedKey | Refusal>;
  /** Effective before it settles. */
  revoke(id: string): Promise<undefined | Refusal>;
  setDisabled(id: string, disabled: boolean): Promise<KeyView | Refusal>;
  /** The old key goes on for `overlapSeconds`, which may be 0. */
  rotate(id: string, overlapSeconds: number): Promise<MintedKey | Refusal>;
  /** Takes over a key by the SHA-256 of its raw form. */
  import(request: NewKey & { readonly hash: string; readonly format: 'hex' | 'base64' | 'base64url' }): Promise<KeyView | Refusal>;
}

/** A session as its owner may see it. */
export interface SessionView extends SessionRecord {
  /** Whether it is the one that the call came with. */
  readonly current: boolean;
}

/** The caller's own sessions. Those of others do not exist. */
export interface SessionAccess {
  /** Newest first, without what has ended. */
  list(): Promise<readonly SessionView[] | Refusal>;
  /** Effective before it settles. */
  revoke(id: string): Promise<undefined | Refusal>;
  /** Ends the session that the call came with. */
  signOut(): Promise<undefined | Refusal>;
  /** Ends all of them, and answers how many there were. */
  signOutEverywhere(): Promise<number | Refusal>;
}

/** What the caller allowed programs. What others allowed does not exist. */
export interface GrantAccess {
  /** Newest first, over all tenants, without what has ended. */
  list(): Promise<readonly GrantRecord[] | Refusal>;
  /** With every token of it. Effective before it settles. */
  revoke(id: string): Promise<undefined | Refusal>;
  /** Ends all that this program was granted, and answers how many grants there were. */
  revokeClient(client: string): Promise<number | Refusal>;
  /** A token for a program that knows no OAuth, where the platform has such; for people alone, and within their rights. */
  make(of: { readonly label: string; readonly scopes: readonly string[] }): Promise<MadeToken | Refusal>;
}

/** The members of the caller's tenant, and where the caller is one. Every change is effective before it settles. */
export interface MembershipAccess {
  /** For who administers the tenant, within their own role. */
  update(user: string, role: string): Promise<Member | Refusal>;
  /** With the keys, sessions and grants that the member has there. */
  remove(user: string): Promise<undefined | Refusal>;
  /** The session that the call came with goes on in the caller's own space. */
  leave(): Promise<undefined | Refusal>;
  /** A tenant that the caller owns. */
  createTenant(name: string): Promise<(TenantRecord & { readonly role: string }) | Refusal>;
  /** The session that the call came with acts there from now on. */
  switchTo(tenant: string): Promise<MemberRecord | Refusal>;
}

/** Invitations into the caller's tenant, for who administers it, and those to the caller. */
export interface InvitationAccess {
  create(of: { readonly email: string; readonly role: string }): Promise<(InvitationRecord & { readonly delivery: Delivery }) | Refusal>;
  /** Open ones, newest first. */
  list(): Promise<readonly InvitationRecord[] | Refusal>;
  withdraw(id: string): Promise<undefined | Refusal>;
  /** To the caller's verified e-mail address, newest first. */
  received(): Promise<readonly OpenInvitation[] | Refusal>;
  accept(name: InvitationName): Promise<{ readonly tenant: string; readonly role: string } | Refusal>;
}

/** All that is kept, as files. */
export interface ExportAccess {
  /** For who administers the tenant and holds every scope. */
  tenant(): Promise<ExportFile | Refusal>;
  /** The caller's own, with their own space. */
  me(): Promise<ExportFile | Refusal>;
}

/** Effective before it settles; the rows go after that. */
export interface EndingAccess {
  /** For an owner. @param name the tenant's, to confirm */
  tenant(name: string): Promise<undefined | Refusal>;
  /** The caller. @param email the caller's, to confirm */
  me(email: string): Promise<undefined | Refusal>;
}

/** Gatehouse's own services for a handler, always bounded by who is calling. */
export interface Access {
  readonly keys: KeyAccess;
  readonly sessions: SessionAccess;
  readonly grants: GrantAccess;
  readonly memberships: MembershipAccess;
  readonly invitations: InvitationAccess;
  readonly exports: ExportAccess;
  readonly endings: EndingAccess;
  /** The caller as a user; a refusal for a credential that belongs to a tenant alone. */
  me(): Promise<UserRecord | Refusal>;
  tenant(): Promise<TenantRecord | Refusal>;
  renameTenant(name: string): Promise<TenantRecord | Refusal>;
  /** The tenants that the caller is a member of. */
  tenants(): Promise<readonly (TenantRecord & { readonly role: string })[] | Refusal>;
  members(): Promise<readonly Member[] | Refusal>;
  /** Resolves a credential that came inside an input, such as the token of a verify call. */
  verify(value: string): Promise<Principal | Refusal>;
  user(id: string): Promise<UserRecord | undefined>;
}
