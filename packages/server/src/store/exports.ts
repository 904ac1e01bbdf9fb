/** What is ours to tell of a tenant or of a person, by kind. Nothing of it is a secret, or finds one. */
export type ExportKind = 'members' | 'invitations' | 'keys' | 'sessions' | 'grants' | 'identities';

/** Whose rows. Identities are of people alone, invitations of tenants alone. */
export type ExportOf = { readonly tenant: string } | { readonly user: string };

/** Columns by their names in the database; times are Unix milliseconds, lists are lists. */
export type ExportedRow = Readonly<Record<string, string | number | null | readonly string[]>>;

export interface ExportStore {
  /**
   * One portion, in a fixed order.
   * @param after what the portion before ended with; null for the first one
   * @returns the rows, and what to go on after; null: there are no more
   */
  page(kind: ExportKind, of: ExportOf, after: string | null, most: number): Promise<{ readonly rows: readonly ExportedRow[]; readonly after: string | null }>;
}
