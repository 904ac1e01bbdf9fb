import type { MemberRecord } from '../../domain/records.js';

export type Member = MemberRecord & { readonly email: string | null; readonly name: string | null };

/** Where a link went. `none`: this server sends no mail, or could not. */
export type Delivery = 'mail' | 'terminal' | 'none';

/** What is said of an invitation to whom it is for: `token` as it stands in the link, or `id` as the list of those received shows it. */
export type InvitationName = { readonly token: string } | { readonly id: string };
