import { createHash } from 'node:crypto';
import { type Context, type Refusal, refuseField } from 'gatehouse';
import type { Database } from '../tables.js';

type Ctx = Pick<Context<Database>, 'sealed' | 'now' | 'id'>;

/** How long a proposal may be confirmed. */
export const OPEN_MS = 24 * 3_600_000;

/** What a proposal is of: an operation that writes, and its parameters as they were understood, defaults filled in. */
export interface Proposed {
  /** The writing operation's name. */
  readonly operation: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/**
 * A `proposal_id`: nothing is stored for it. It is sealed to the business, the operation and exactly these parameters, and tells its own
 * number, under which a confirmation is remembered, and until when it is open.
 */
export function closeProposal({ sealed, now, id }: Ctx, proposed: Proposed): { readonly proposal_id: string; readonly expires_at: number } {
  const expiresAt = now() + OPEN_MS;
  return { proposal_id: sealed.close(`${id()} ${expiresAt}`, about(proposed)), expires_at: expiresAt };
}

/** The number of the proposal; of others' and of other parameters alike it is only known that it is not of these. */
export function openProposal({ sealed, now }: Ctx, proposed: Proposed, proposalId: string): string | Refusal {
  const [number, expiresAt] = sealed.open(proposalId, about(proposed))?.split(' ') ?? [];
  if (number === undefined)
    return refuseField('proposal_id', 'Is of no proposal with exactly these parameters: send them as they were proposed, or propose these');
  return Number(expiresAt) > now() ? number : refuseField('proposal_id', 'Is of a proposal that has expired: propose it again');
}

function about({ operation, parameters }: Proposed): string {
  return `proposal ${operation} ${createHash('sha256').update(ordered(parameters)).digest('base64url')}`;
}

/** JSON with the members of each object in one order. */
function ordered(value: unknown): string {
  return JSON.stringify(value, (_name, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
