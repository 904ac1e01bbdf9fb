import { type Refusal, type RowOf, refuse } from 'gatehouse';
import { summaries, summariesOf } from '../roles/assignments.js';
import type { Db, Reads } from '../tables.js';
import { type Seat, seatIssues } from './rules.js';
import type { councils } from './tables.js';

export type CouncilRow = RowOf<typeof councils>;

export interface Member extends Seat {
  readonly priority: number;
  readonly config: Record<string, unknown>;
}

export function unknownCouncil(): Refusal {
  return refuse('not_found', 'There is no council with this id.');
}

export async function findCouncil(db: Reads, id: string) {
  const [council] = await seated(db, await db.selectFrom('councils').selectAll().where('id', '=', id).execute());
  return council;
}

/** Adds to councils, of at most one page, who sits in them: at the moment, or in the unit of work, in which they were read. */
export async function seated(db: Reads, rows: readonly CouncilRow[]) {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const members = await membersOf(db, ids);
  const leaders = await summariesOf(
    db,
    rows.map((row) => row.leader_role_assignment_id),
  );
  return rows.flatMap((row) => {
    const leader = leaders.get(row.leader_role_assignment_id);
    return leader === undefined ? [] : [{ ...row, leader, members: members.filter(({ council_id }) => council_id === row.id) }];
  });
}

/** By priority. */
async function membersOf(db: Reads, councils: readonly string[]) {
  const rows = await summaries(db)
    .innerJoin('council_members', 'council_members.role_assignment_id', 'agent_role_assignments.id')
    .select([
      'council_members.id as member_id',
      'council_members.council_id',
      'council_members.priority',
      'council_members.config',
      'council_members.created_at',
    ])
    .where('council_members.council_id', 'in', councils)
    .orderBy('council_members.priority')
    .orderBy('council_members.id')
    .execute();
  return rows.map(({ member_id: id, council_id, priority, config, created_at, ...role_assignment }) => ({
    ...{ id, council_id, role_assignment_id: role_assignment.id, role_assignment },
    ...{ priority, config, created_at },
  }));
}

const assignmentOf = ({ role_assignment_id }: Seat) => role_assignment_id;

/** Why these cannot sit in a council together. What is unknown is told before what does not fit. */
export async function unseatable(db: Db, leader: string, members: readonly Seat[], issuesOf = seatIssues): Promise<Refusal | undefined> {
  const known = await summariesOf(db, [leader, ...members.map(assignmentOf)]);
  const message = 'There is no role assignment with this id';
  const unknown = [
    ...(known.has(leader) ? [] : [{ path: 'leader_role_assignment_id', message }]),
    ...members.flatMap(({ role_assignment_id: id }, i) => (known.has(id) ? [] : [{ path: `members.${i}.role_assignment_id`, message }])),
  ];
  if (unknown.length > 0) return refuse('not_found', `${message}.`, { fields: unknown });
  const fields = issuesOf(leader, members);
  return fields.length === 0 ? undefined : refuse('invalid_input', fields.map(({ path, message }) => `${path}: ${message}`).join('; '), { fields });
}

/** Makes exactly these the council's members. Who stays keeps id and time. */
export async function setMembers(db: Db, council: string, members: readonly Member[], at: number, newId: () => string): Promise<void> {
  const before = await db.deleteFrom('council_members').where('council_id', '=', council).returning(['id', 'role_assignment_id', 'created_at']).execute();
  const stays = new Map(before.map(({ role_assignment_id, ...rest }) => [role_assignment_id, rest]));
  const rows = members.map((member) => ({ id: newId(), created_at: at, ...stays.get(member.role_assignment_id), ...member, council_id: council }));
  await db.insertInto('council_members').values(rows).execute();
}
