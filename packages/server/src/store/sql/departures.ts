import { foldEmail } from '../../domain/email.js';
import { ConstraintError } from '../constraint-error.js';
import type { DepartureStore } from '../departures.js';
import type { OwnStatements, OwnTypes } from './own-tables.js';

/** An empty subject stands for everybody in the organisation, an empty organisation for the user everywhere. */
export function departuresDdl(types: OwnTypes): readonly string[] {
  return [
    `create table gatehouse_departures (
  issuer ${types.text} not null,
  subject ${types.text} not null,
  organization ${types.text} not null,
  ended_at ${types.integer} not null,
  primary key (issuer, subject, organization)
)${types.options}`,
  ];
}

/** The same statements for both databases; each place stands for one value, in order. */
function statementsOf(place: (n: number) => string) {
  return {
    note: `insert into gatehouse_departures (issuer, subject, organization, ended_at) values (${[1, 2, 3, 4].map(place).join(', ')})
on conflict (issuer, subject, organization) do update set ended_at = excluded.ended_at where gatehouse_departures.ended_at < excluded.ended_at
returning 1 as one`,
    ended: `select 1 as one from gatehouse_departures where issuer = ${place(1)} and (
  subject = ${place(2)} and organization = '' or subject = '' and organization = ${place(3)}
  or subject = ${place(4)} and organization = ${place(5)} and ended_at >= ${place(6)}) limit 1`,
    revokeOfUser: `update gatehouse_keys set revoked_at = ${place(1)} where user_id = ${place(2)} and revoked_at is null returning 1 as one`,
    revokeOfTenant: `update gatehouse_keys set revoked_at = ${place(1)} where tenant_id = ${place(2)} and revoked_at is null returning 1 as one`,
    removeUser: `delete from gatehouse_members where user_id = ${place(1)} returning 1 as one`,
    removeTenant: `delete from gatehouse_members where tenant_id = ${place(1)} returning 1 as one`,
    removeMember: `delete from gatehouse_members where tenant_id = ${place(1)} and user_id = ${place(2)} returning 1 as one`,
    name: `update gatehouse_users set name = ${place(1)} where id = ${place(2)} returning 1 as one`,
    email: `update gatehouse_users set email = ${place(1)}, email_verified = (1 = 1) where id = ${place(2)} returning 1 as one`,
    noEmail: `update gatehouse_users set email = null, email_verified = (1 = 0) where id = ${place(1)} returning 1 as one`,
  };
}

/** The port over either database. */
export class SqlDepartures implements DepartureStore {
  readonly #run: OwnStatements;
  readonly #sql: ReturnType<typeof statementsOf>;

  constructor(run: OwnStatements, place: (n: number) => string) {
    this.#run = run;
    this.#sql = statementsOf(place);
  }

  async ended(issuer: string, subject: string, organization: string | null, issuedAt: number): Promise<boolean> {
    const place = organization ?? '';
    const rows = await this.#run.read(this.#sql.ended, [issuer, subject, place, subject, place, issuedAt], 'gatehouse_departures_ended');
    return rows.length > 0;
  }

  noteUser(issuer: string, subject: string, at: number): Promise<void> {
    return this.#note(issuer, subject, '', at);
  }

  noteOrganization(issuer: string, organization: string, at: number): Promise<void> {
    return this.#note(issuer, '', organization, at);
  }

  noteMembership(issuer: string, subject: string, organization: string, at: number): Promise<void> {
    return this.#note(issuer, subject, organization, at);
  }

  async endUser(user: string, at: number): Promise<void> {
    await this.#run.write(this.#sql.revokeOfUser, [at, user], 'gatehouse_departures_user_keys');
    await this.#run.write(this.#sql.removeUser, [user], 'gatehouse_departures_user_members');
    await this.changeUser(user, { email: null, name: null });
  }

  async endMembership(tenant: string, user: string): Promise<void> {
    await this.#run.write(this.#sql.removeMember, [tenant, user], 'gatehouse_departures_member');
  }

  async endTenant(tenant: string, at: number): Promise<void> {
    await this.#run.write(this.#sql.revokeOfTenant, [at, tenant], 'gatehouse_departures_tenant_keys');
    await this.#run.write(this.#sql.removeTenant, [tenant], 'gatehouse_departures_tenant_members');
  }

  async changeUser(user: string, { email, name }: { readonly email: string | null; readonly name: string | null }): Promise<'done' | 'taken'> {
    await this.#run.write(this.#sql.name, [name, user], 'gatehouse_departures_name');
    if (email === null) {
      await this.#run.write(this.#sql.noEmail, [user], 'gatehouse_departures_no_email');
      return 'done';
    }
    try {
      await this.#run.write(this.#sql.email, [foldEmail(email), user], 'gatehouse_departures_email');
      return 'done';
    } catch (error) {
      if (error instanceof ConstraintError && error.violation === 'unique') return 'taken';
      throw error;
    }
  }

  async #note(issuer: string, subject: string, organization: string, at: number): Promise<void> {
    await this.#run.write(this.#sql.note, [issuer, subject, organization, at], 'gatehouse_departures_note');
  }
}
