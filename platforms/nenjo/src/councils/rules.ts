export interface Seat {
  readonly role_assignment_id: string;
}

export interface SeatIssue {
  readonly path: string;
  readonly message: string;
}

/** What is wrong with who sits in a council: nobody twice, and the leader not at all. */
export function seatIssues(leader: string, members: readonly Seat[]): readonly SeatIssue[] {
  const seen = new Set<string>();
  return members.flatMap(({ role_assignment_id: id }, i) => {
    const path = `members.${i}.role_assignment_id`;
    if (id === leader) return [{ path, message: 'The leader cannot also be a member' }];
    if (seen.has(id)) return [{ path, message: 'Is a member already' }];
    seen.add(id);
    return [];
  });
}

/** The same where only the leader is new. */
export function leaderIssues(leader: string, members: readonly Seat[]): readonly SeatIssue[] {
  const sits = members.some(({ role_assignment_id }) => role_assignment_id === leader);
  return sits ? [{ path: 'leader_role_assignment_id', message: 'Is a member, which the leader cannot be as well' }] : [];
}

/** Every member with a priority: its place in the list, from 1, where none is given. */
export function ranked<Member extends { readonly priority?: number | undefined }>(members: readonly Member[]) {
  return members.map((member, i) => ({ ...member, priority: member.priority ?? i + 1 }));
}
