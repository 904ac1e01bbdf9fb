import type { MemberRecord, TenantRecord } from '../../domain/records.js';
import type { Kept, MembershipStore, NotChanged, OnMember } from '../memberships.js';
import type { OwnStatements, Together } from './own-tables.js';
import { integer, text } from './rows.js';

export interface MembershipStatements extends OwnStatements {
  readonly together: Together;
}

/** What the two databases say differently. */
export interface MembershipDialect {
  readonly place: (n: number) => string;
  /** Behind a selection of rows that nobody else is to change until the unit ends. Who only refers to one is not held up. */
  readonly hold: string;
}

/** The same statements for both databases; each place stands for one value, in order. */
function statementsOf({ place, hold }: MembershipDialect) {
  const places = (count: number): string => Array.from({ length: count }, (_, index) => place(index + 1)).join(', ');
  const there = `tenant_id = ${place(1)} and user_id = ${place(2)}`;
  return {
    tenant: `insert into gatehouse_tenants (id, name, plan, external_id, created_at) values (${places(5)}) returning 1 as one`,
    member: `insert into gatehouse_members (tenant_id, user_id, role, created_at) values (${places(4)}) on conflict (tenant_id, user_id) do nothing returning 1 as one`,
    hold: `select external_id from gatehouse_tenants where id = ${place(1)} and deleted_at is null${hold}`,
    role: `select role from gatehouse_members where ${there}`,
    home: `select 1 as one from gatehouse_users where home_tenant = ${place(1)} and id = ${place(2)}`,
    others: `select count(*) as n from gatehouse_members where tenant_id = ${place(1)} and user_id <> ${place(2)} and role = ${place(3)}`,
    change: `update gatehouse_members set role = ${place(1)} where tenant_id = ${place(2)} and user_id = ${place(3)} returning 1 as one`,
    remove: `delete from gatehouse_members where ${there} returning 1 as one`,
    revokeKeys: `update gatehouse_keys set revoked_at = ${place(1)} where tenant_id = ${place(2)} and user_id = ${place(3)} and revoked_at is null returning 1 as one`,
    move: `update gatehouse_sessions set tenant_id = ${place(1)} where id = ${place(2)} and revoked_at is null returning 1 as one`,
    revokeSessions: `update gatehouse_sessions set revoked_at = ${place(1)} where tenant_id = ${place(2)} and user_id = ${place(3)} and revoked_at is null returning 1 as one`,
    uninvite: `delete from gatehouse_invitations where tenant_id = ${place(1)} and created_by = ${place(2)} returning 1 as one`,
  };
}

/** What is done to a tenant's members, in the unit of work that is open. */
export class MemberSteps {
  readonly #run: OwnStatements;
  readonly #sql: ReturnType<typeof statementsOf>;

  constructor(run: OwnStatements, dialect: MembershipDialect) {
    this.#run = run;
    this.#sql = statementsOf(dialect);
  }

  async insertTenant({ id, name, plan, externalId, createdAt }: TenantRecord): Promise<void> {
    await this.#run.write(this.#sql.tenant, [id, name, plan, externalId, createdAt], 'gatehouse_membership_tenant');
  }

  /** Whether there was none. */
  async insert({ tenant, user, role, createdAt }: MemberRecord): Promise<boolean> {
    return (await this.#run.write(this.#sql.member, [tenant, user, role, createdAt], 'gatehouse_membership_insert')).length === 1;
  }

  /** Nobody else changes the tenant's members until the unit ends. */
  async hold(tenant: string): Promise<'own' | 'managed' | 'unknown'> {
    const [row] = await this.#run.write(this.#sql.hold, [tenant], 'gatehouse_membership_hold');
    if (row === undefined) return 'unknown';
    return row.external_id === null ? 'own' : 'managed';
  }

  async roleOf(tenant: string, user: string): Promise<string | undefined> {
    const [row] = await this.#run.read(this.#sql.role, [tenant, user], 'gatehouse_membership_role');
    return row === undefined ? undefined : text(row.role);
  }

  async isHome(tenant: string, user: string): Promise<boolean> {
    return (await this.#run.read(this.#sql.home, [tenant, user], 'gatehouse_membership_home')).length > 0;
  }

  /** How many others have this role. */
  async others(tenant: string, user: string, role: string): Promise<number> {
    const [row] = await this.#run.read(this.#sql.others, [tenant, user, role], 'gatehouse_membership_others');
    return row === undefined ? 0 : integer(row.n);
  }

  async changeRole(tenant: string, user: string, role: string): Promise<void> {
    await this.#run.write(this.#sql.change, [role, tenant, user], 'gatehouse_membership_change');
  }

  /** The membership first: what somebody adds to it meanwhile waits for that, and is worth nothing without it. */
  async remove(tenant: string, user: string, at: number, keep: Kept | undefined): Promise<void> {
    await this.#run.write(this.#sql.remove, [tenant, user], 'gatehouse_membership_remove');
    if (keep !== undefined) await this.move(keep);
    await this.endWhatIsLeft(tenant, user, at);
    await this.#run.write(this.#sql.uninvite, [tenant, user], 'gatehouse_membership_uninvite');
  }

  async move({ session, tenant }: Kept): Promise<void> {
    await this.#run.write(this.#sql.move, [tenant, session], 'gatehouse_membership_move');
  }

  async endWhatIsLeft(tenant: string, user: string, at: number): Promise<void> {
    await this.#run.write(this.#sql.revokeKeys, [at, tenant, user], 'gatehouse_membership_keys');
    await this.#run.write(this.#sql.revokeSessions, [at, tenant, user], 'gatehouse_membership_sessions');
  }
}

/** Those of one tenant are done one after another. */
export const unitOf = (tenant: string): string => `members ${tenant}`;

/** The port over either database. */
export class SqlMemberships implements MembershipStore {
  readonly #together: Together;
  readonly #steps: MemberSteps;

  constructor(run: MembershipStatements, dialect: MembershipDialect) {
    this.#together = run.together;
    this.#steps = new MemberSteps(run, dialect);
  }

  async found(tenant: TenantRecord, member: MemberRecord): Promise<void> {
    if (member.tenant !== tenant.id) throw new Error('The first member of a tenant is one of that tenant');
    await this.#together(unitOf(tenant.id), async () => {
      await this.#steps.insertTenant(tenant);
      await this.#steps.insert(member);
    });
  }

  changeRole(of: OnMember & { readonly role: string }): Promise<'changed' | 'same' | NotChanged> {
    const { tenant, user, role, ownerRole } = of;
    return this.#onMember(of, async (current) => {
      if (current === role) return 'same';
      if (current === ownerRole && (await this.#steps.isHome(tenant, user))) return 'home';
      if (current === ownerRole && (await this.#steps.others(tenant, user, ownerRole)) === 0) return 'last_owner';
      await this.#steps.changeRole(tenant, user, role);
      return 'changed';
    });
  }

  remove(of: OnMember & { readonly at: number; readonly keep?: Kept | undefined }): Promise<'removed' | NotChanged> {
    const { tenant, user, ownerRole, at, keep } = of;
    return this.#onMember(of, async (current) => {
      if (await this.#steps.isHome(tenant, user)) return 'home';
      if (current === ownerRole && (await this.#steps.others(tenant, user, ownerRole)) === 0) return 'last_owner';
      await this.#steps.remove(tenant, user, at, keep);
      return 'removed';
    });
  }

  #onMember<T>({ tenant, user, by, allows }: OnMember, work: (role: string) => Promise<T>): Promise<T | NotChanged> {
    return this.#together(unitOf(tenant), async (): Promise<T | NotChanged> => {
      const held = await this.#steps.hold(tenant);
      if (held !== 'own') return held;
      const role = await this.#steps.roleOf(tenant, user);
      if (role === undefined) return 'unknown';
      if (by !== null && !allows(await this.#steps.roleOf(tenant, by), role)) return 'forbidden';
      return work(role);
    });
  }
}
