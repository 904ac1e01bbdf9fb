import type { Accepted, InvitationRecord, InvitationRef, InvitationStore, OpenInvitation } from '../invitations.js';
import type { MayChange, NotChanged } from '../memberships.js';
import { MemberSteps, type MembershipDialect, type MembershipStatements, unitOf } from './memberships.js';
import { type Row, integer, text } from './rows.js';

const FORGOTTEN_AT_ONCE = 500;
const COLUMNS = 'id, tenant_id, email, role, created_by, created_at, expires_at';
const OPEN = `select ${COLUMNS.replace(/\w+/g, 'i.$&')}, t.name as tenant_name
from gatehouse_invitations i join gatehouse_tenants t on t.id = i.tenant_id`;

/** The same statements for both databases; each place stands for one value, in order. */
function statementsOf(place: (n: number) => string) {
  const places = Array.from({ length: 8 }, (_, index) => place(index + 1)).join(', ');
  const table = 'gatehouse_invitations';
  const newest = 'order by created_at desc, id desc';
  return {
    create: `insert into ${table} (${COLUMNS}, hash) values (${places}) on conflict (tenant_id, email) do nothing returning 1 as one`,
    makeRoom: `delete from ${table} where tenant_id = ${place(1)} and email = ${place(2)} and expires_at <= ${place(3)} returning 1 as one`,
    memberBy: `select 1 as one from gatehouse_members m join gatehouse_users u on u.id = m.user_id where m.tenant_id = ${place(1)} and u.email = ${place(2)}`,
    list: `select ${COLUMNS} from ${table} where tenant_id = ${place(1)} and expires_at > ${place(2)} ${newest}`,
    listFor: `${OPEN} where i.email = ${place(1)} and i.expires_at > ${place(2)} order by i.created_at desc, i.id desc`,
    byId: `${OPEN} where i.id = ${place(1)} and i.expires_at > ${place(2)}`,
    byHash: `${OPEN} where i.hash = ${place(1)} and i.expires_at > ${place(2)}`,
    withdraw: `delete from ${table} where tenant_id = ${place(1)} and id = ${place(2)} returning expires_at`,
    redeem: `delete from ${table} where id = ${place(1)} and email = ${place(2)} and expires_at > ${place(3)} returning role, created_by`,
    forget: `delete from ${table} where id in
  (select id from ${table} where expires_at < ${place(1)} order by expires_at limit ${FORGOTTEN_AT_ONCE}) returning 1 as one`,
  };
}

/** The port over either database. */
export class SqlInvitations implements InvitationStore {
  readonly #run: MembershipStatements;
  readonly #sql: ReturnType<typeof statementsOf>;
  readonly #steps: MemberSteps;

  constructor(run: MembershipStatements, dialect: MembershipDialect) {
    this.#run = run;
    this.#sql = statementsOf(dialect.place);
    this.#steps = new MemberSteps(run, dialect);
  }

  create(invitation: InvitationRecord, hash: string, allows: MayChange): Promise<'created' | 'exists' | 'member' | NotChanged> {
    const { id, tenant, email, role, createdBy, createdAt, expiresAt } = invitation;
    return this.#run.together(unitOf(tenant), async () => {
      const held = await this.#steps.hold(tenant);
      if (held !== 'own') return held;
      if (!allows(await this.#steps.roleOf(tenant, createdBy), role)) return 'forbidden';
      if ((await this.#run.read(this.#sql.memberBy, [tenant, email], 'gatehouse_invitation_member')).length > 0) return 'member';
      await this.#run.write(this.#sql.makeRoom, [tenant, email, createdAt], 'gatehouse_invitation_room');
      const values = [id, tenant, email, role, createdBy, createdAt, expiresAt, hash];
      return (await this.#run.write(this.#sql.create, values, 'gatehouse_invitation_create')).length === 1 ? 'created' : 'exists';
    });
  }

  async list(tenant: string, now: number): Promise<readonly InvitationRecord[]> {
    return (await this.#run.read(this.#sql.list, [tenant, now], 'gatehouse_invitation_list')).map(invitationRecord);
  }

  async listFor(email: string, now: number): Promise<readonly OpenInvitation[]> {
    return (await this.#run.read(this.#sql.listFor, [email, now], 'gatehouse_invitation_list_for')).map(openInvitation);
  }

  async find(ref: InvitationRef, now: number): Promise<OpenInvitation | undefined> {
    const [row] =
      'id' in ref
        ? await this.#run.read(this.#sql.byId, [ref.id, now], 'gatehouse_invitation_by_id')
        : await this.#run.read(this.#sql.byHash, [ref.hash, now], 'gatehouse_invitation_by_hash');
    return row === undefined ? undefined : openInvitation(row);
  }

  async withdraw(tenant: string, id: string, now: number): Promise<'withdrawn' | 'unknown'> {
    const [row] = await this.#run.write(this.#sql.withdraw, [tenant, id], 'gatehouse_invitation_withdraw');
    return row !== undefined && integer(row.expires_at) > now ? 'withdrawn' : 'unknown';
  }

  async accept({ id, user, email, at, allows }: Parameters<InvitationStore['accept']>[0]): Promise<Accepted> {
    const tenant = (await this.find({ id }, at))?.tenant;
    if (tenant === undefined) return { is: 'unknown' };
    return this.#run.together(unitOf(tenant), async (): Promise<Accepted> => {
      if ((await this.#steps.hold(tenant)) !== 'own') return { is: 'unknown' };
      const [row] = await this.#run.write(this.#sql.redeem, [id, email, at], 'gatehouse_invitation_redeem');
      if (row === undefined) return { is: 'unknown' };
      const current = await this.#steps.roleOf(tenant, user);
      if (current !== undefined) return { is: 'member', tenant, role: current };
      const role = text(row.role);
      if (!allows(await this.#steps.roleOf(tenant, text(row.created_by)), role)) return { is: 'unknown' };
      await this.#steps.endWhatIsLeft(tenant, user, at);
      await this.#steps.insert({ tenant, user, role, createdAt: at });
      return { is: 'joined', tenant, role };
    });
  }

  async forget(before: number): Promise<boolean> {
    return (await this.#run.write(this.#sql.forget, [before], 'gatehouse_invitation_forget')).length === FORGOTTEN_AT_ONCE;
  }
}

function invitationRecord(row: Row): InvitationRecord {
  return {
    id: text(row.id),
    tenant: text(row.tenant_id),
    email: text(row.email),
    role: text(row.role),
    createdBy: text(row.created_by),
    createdAt: integer(row.created_at),
    expiresAt: integer(row.expires_at),
  };
}

function openInvitation(row: Row): OpenInvitation {
  return { ...invitationRecord(row), tenantName: text(row.tenant_name) };
}
