import { foldEmail } from '../../domain/email.js';
import type { TenantRecord, UserRecord } from '../../domain/records.js';
import { ConstraintError } from '../constraint-error.js';
import type { UserStore } from '../store.js';
import type { Engine } from './engine.js';
import { userRecord } from '../sql/rows.js';

const COLUMNS = 'u.id, u.email, u.email_verified, u.name, u.home_tenant, u.created_at';
const BY_IDENTITY = `select ${COLUMNS} from gatehouse_identities i join gatehouse_users u on u.id = i.user_id where i.issuer = $1 and i.subject = $2`;
/** References are checked when the whole statement is done. Where there is no identity, its issuer is null. */
const CREATE = `with home as (
  insert into gatehouse_tenants (id, name, plan, external_id, created_at) values ($1, $2, $3, $4, $5)
), person as (
  insert into gatehouse_users (id, email, email_verified, name, home_tenant, created_at) values ($6, $7, $8, $9, $1, $10)
), owner as (
  insert into gatehouse_members (tenant_id, user_id, role, created_at) values ($1, $6, $11, $10)
)
insert into gatehouse_identities (issuer, subject, user_id, created_at) select $12::text, $13::text, $6, $10 where $12 is not null`;
/** No row is changed where somebody else has it. */
const LINK = `insert into gatehouse_identities as i (issuer, subject, user_id, created_at) values ($1, $2, $3, $4)
on conflict (issuer, subject) do update set user_id = excluded.user_id where i.user_id = excluded.user_id`;

export class PostgresUsers implements UserStore {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  find(id: string): Promise<UserRecord | undefined> {
    return this.#one(`select ${COLUMNS} from gatehouse_users u where u.id = $1`, [id], 'gatehouse_user_find');
  }

  findByEmail(email: string): Promise<UserRecord | undefined> {
    return this.#one(`select ${COLUMNS} from gatehouse_users u where u.email = $1`, [foldEmail(email)], 'gatehouse_user_email');
  }

  findByIdentity(issuer: string, subject: string): Promise<UserRecord | undefined> {
    return this.#one(BY_IDENTITY, [issuer, subject], 'gatehouse_user_identity');
  }

  async list(): Promise<readonly UserRecord[]> {
    const { rows } = await this.#engine.own({ text: `select ${COLUMNS} from gatehouse_users u order by u.created_at, u.seq`, values: [] });
    return rows.map(userRecord);
  }

  async create(
    user: UserRecord,
    home: TenantRecord,
    identity?: { readonly issuer: string; readonly subject: string },
    role = 'owner',
  ): Promise<'created' | 'exists'> {
    if (user.homeTenant !== home.id) throw new Error("The user's home tenant is not the one that is made with it");
    const email = user.email === null ? null : foldEmail(user.email);
    const values = [
      ...[home.id, home.name, home.plan, home.externalId, home.createdAt],
      ...[user.id, email, user.emailVerified, user.name, user.createdAt, role, identity?.issuer ?? null, identity?.subject ?? null],
    ];
    try {
      await this.#engine.own({ text: CREATE, values });
      return 'created';
    } catch (error) {
      if (error instanceof ConstraintError && error.violation === 'unique') return 'exists';
      throw error;
    }
  }

  /** An identity that this user already has stays as it is; one that belongs to somebody else is an error. */
  async linkIdentity(user: string, issuer: string, subject: string, at: number): Promise<void> {
    const { rowCount } = await this.#engine.own({ text: LINK, values: [issuer, subject, user, at] });
    if (rowCount === 1) return;
    throw new ConstraintError('unique', 'The identity belongs to another user', { table: 'gatehouse_identities', columns: ['issuer', 'subject'] });
  }

  async #one(sql: string, values: readonly string[], name: string): Promise<UserRecord | undefined> {
    const { rows } = await this.#engine.own({ text: sql, values, name });
    return rows[0] === undefined ? undefined : userRecord(rows[0]);
  }
}
