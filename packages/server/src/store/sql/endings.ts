import type { EndingStore, PersonEnded } from '../endings.js';
import type { NotChanged } from '../memberships.js';
import { MemberSteps, type MembershipDialect, type MembershipStatements, unitOf } from './memberships.js';
import { type Row, integer, text, textOrNull } from './rows.js';

const AT_ONCE = 500;

/** Tables of ours that hold rows of a tenant, and by what they are told apart; what refers to their rows goes with them. */
const OWN_ROWS = { gatehouse_keys: 'id', gatehouse_sessions: 'id', gatehouse_access_tokens: 'hash', gatehouse_idempotency: 'id' };

/** The same statements for both databases; each place stands for one value, in order. */
function statementsOf({ place, hold }: MembershipDialect) {
  const inTenant = `tenant_id = ${place(1)}`;
  const gone = (table: string, where: string): string => `delete from ${table} where ${where} returning 1 as one`;
  return {
    end: `update gatehouse_tenants set deleted_at = ${place(1)}, external_id = null where id = ${place(2)} and deleted_at is null returning 1 as one`,
    homes: `select 1 as one from gatehouse_users where home_tenant = ${place(1)} limit 1`,
    revokeKeys: `update gatehouse_keys set revoked_at = ${place(1)} where tenant_id = ${place(2)} and revoked_at is null returning 1 as one`,
    revokeSessions: `update gatehouse_sessions set revoked_at = ${place(1)} where tenant_id = ${place(2)} and revoked_at is null returning 1 as one`,
    removeMembers: gone('gatehouse_members', inTenant),
    removeInvitations: gone('gatehouse_invitations', inTenant),
    removeJobs: gone('gatehouse_jobs', inTenant),
    hasEnded: `select 1 as one from gatehouse_tenants where id = ${place(1)} and deleted_at is not null`,
    erase: `delete from gatehouse_tenants where id = ${place(1)} and deleted_at is not null returning 1 as one`,
    eraseRows: Object.entries(OWN_ROWS).map(([table, key]) => ({
      name: `${table}_erase`,
      text: `delete from ${table} where tenant_id = ${place(1)} and ${key} in (select ${key} from ${table} where tenant_id = ${place(2)} limit ${AT_ONCE}) returning 1 as one`,
    })),
    person: `select email, home_tenant from gatehouse_users where id = ${place(1)}`,
    holdAll: `select id, name from gatehouse_tenants where id in
  (select tenant_id from gatehouse_members where user_id = ${place(1)} union all select home_tenant from gatehouse_users where id = ${place(2)}) order by id${hold}`,
    members: `select count(*) as n from gatehouse_members where ${inTenant} and user_id <> ${place(2)}`,
    person_members: gone('gatehouse_members', `user_id = ${place(1)}`),
    person_keys: gone('gatehouse_keys', `user_id = ${place(1)}`),
    person_sessions: gone('gatehouse_sessions', `user_id = ${place(1)}`),
    person_identities: gone('gatehouse_identities', `user_id = ${place(1)}`),
    person_invited: gone('gatehouse_invitations', `created_by = ${place(1)}`),
    person_itself: gone('gatehouse_users', `id = ${place(1)}`),
    email_links: gone('gatehouse_links', `email = ${place(1)}`),
    email_invitations: gone('gatehouse_invitations', `email = ${place(1)}`),
  };
}

/** In this order: what is referred to goes last. */
const OF_PERSON = ['person_members', 'person_keys', 'person_sessions', 'person_identities', 'person_invited', 'person_itself'] as const;
const OF_EMAIL = ['email_links', 'email_invitations'] as const;

/** The port over either database. */
export class SqlEndings implements EndingStore {
  readonly #run: MembershipStatements;
  readonly #sql: ReturnType<typeof statementsOf>;
  readonly #steps: MemberSteps;

  constructor(run: MembershipStatements, dialect: MembershipDialect) {
    this.#run = run;
    this.#sql = statementsOf(dialect);
    this.#steps = new MemberSteps(run, dialect);
  }

  endTenant({ tenant, at, by, allows, keep }: Parameters<EndingStore['endTenant']>[0]): Promise<'ended' | NotChanged> {
    return this.#run.together(unitOf(tenant), async () => {
      const held = await this.#steps.hold(tenant);
      if (held === 'unknown') return 'unknown';
      if (by !== null) {
        const role = await this.#steps.roleOf(tenant, by);
        if (role === undefined || !allows(role, role)) return 'forbidden';
        if (held === 'managed') return 'managed';
      }
      if ((await this.#run.read(this.#sql.homes, [tenant], 'gatehouse_ending_homes')).length > 0) return 'home';
      if (keep !== undefined) await this.#steps.move(keep);
      await this.#end(tenant, at);
      return 'ended';
    });
  }

  endPerson({ user, at, ownerRole }: Parameters<EndingStore['endPerson']>[0]): Promise<PersonEnded> {
    return this.#run.together(`person ${user}`, async (): Promise<PersonEnded> => {
      const held = await this.#run.write(this.#sql.holdAll, [user, user], 'gatehouse_ending_hold_all');
      const [person] = await this.#run.read(this.#sql.person, [user], 'gatehouse_ending_person');
      if (person === undefined) return { is: 'unknown' };
      const tenants = await Promise.all(held.map((row) => this.#placeIn(row, user, text(person.home_tenant), ownerRole)));
      const needed = tenants.filter((one) => one.needed);
      if (needed.length > 0) return { is: 'needed', in: needed.map(({ name }) => name) };
      const erase = tenants.filter(({ alone }) => alone).map(({ id }) => id);
      for (const tenant of erase) await this.#end(tenant, at);
      const email = textOrNull(person.email);
      if (email !== null) for (const step of OF_EMAIL) await this.#run.write(this.#sql[step], [email], `gatehouse_ending_${step}`);
      for (const step of OF_PERSON) await this.#run.write(this.#sql[step], [user], `gatehouse_ending_${step}`);
      return { is: 'ended', erase, memberships: tenants.map(({ id }) => id) };
    });
  }

  async hasEnded(tenant: string): Promise<boolean> {
    return (await this.#run.read(this.#sql.hasEnded, [tenant], 'gatehouse_ending_has_ended')).length > 0;
  }

  async eraseRows(tenant: string): Promise<boolean> {
    let more = false;
    for (const { text: sql, name } of this.#sql.eraseRows) more = (await this.#run.write(sql, [tenant, tenant], name)).length === AT_ONCE || more;
    return more;
  }

  async erase(tenant: string): Promise<void> {
    await this.#run.write(this.#sql.erase, [tenant], 'gatehouse_ending_erase');
  }

  /** What the person leaves behind in a tenant. */
  async #placeIn(row: Row, user: string, home: string, ownerRole: string) {
    const id = text(row.id);
    const [counted] = await this.#run.read(this.#sql.members, [id, user], 'gatehouse_ending_members');
    const alone = counted === undefined || integer(counted.n) === 0;
    const owns = (await this.#steps.roleOf(id, user)) === ownerRole;
    const needed = !alone && (id === home || (owns && (await this.#steps.others(id, user, ownerRole)) === 0));
    return { id, name: text(row.name), alone, needed };
  }

  async #end(tenant: string, at: number): Promise<void> {
    await this.#run.write(this.#sql.revokeKeys, [at, tenant], 'gatehouse_ending_keys');
    await this.#run.write(this.#sql.revokeSessions, [at, tenant], 'gatehouse_ending_sessions');
    await this.#run.write(this.#sql.removeMembers, [tenant], 'gatehouse_ending_remove_members');
    await this.#run.write(this.#sql.removeInvitations, [tenant], 'gatehouse_ending_invitations');
    await this.#run.write(this.#sql.removeJobs, [tenant], 'gatehouse_ending_jobs');
    await this.#run.write(this.#sql.end, [at, tenant], 'gatehouse_ending_end');
  }
}
