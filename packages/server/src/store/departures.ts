/** What an identity provider says is over. Each verb may be repeated, and a repeat finishes what was cut off before. Times are Unix milliseconds. */
export interface DepartureStore {
  /**
   * Whether a token speaks of what is over: its user, its organisation, or the user's membership there where it was issued before that ended.
   * @param organization the tenant's external id; null where the token names none
   */
  ended(issuer: string, subject: string, organization: string | null, issuedAt: number): Promise<boolean>;
  /** Notes it, for good, before anything else: no token brings the user back. */
  noteUser(issuer: string, subject: string, at: number): Promise<void>;
  noteOrganization(issuer: string, organization: string, at: number): Promise<void>;
  /** Tokens that are issued later bring the membership back. */
  noteMembership(issuer: string, subject: string, organization: string, at: number): Promise<void>;
  /** Revokes the user's keys, ends the memberships, with what was granted under them, and forgets e-mail and name. */
  endUser(user: string, at: number): Promise<void>;
  /** With what was granted under it. */
  endMembership(tenant: string, user: string): Promise<void>;
  /** Revokes the tenant's keys and ends its memberships, with what was granted under them. */
  endTenant(tenant: string, at: number): Promise<void>;
  /** `taken`: another user has the e-mail; the name is changed all the same. */
  changeUser(user: string, to: { readonly email: string | null; readonly name: string | null }): Promise<'done' | 'taken'>;
}
