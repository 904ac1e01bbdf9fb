import { foldEmail } from '../../domain/email.js';
import type { TenantRecord, UserRecord } from '../../domain/records.js';
import { ConstraintError } from '../constraint-error.js';
import type { UserStore } from '../store.js';
import type { SqlValue } from './driver.js';
import type { Engine } from './engine.js';
import { userRecord } from '../sql/rows.js';
import { insertTenant } from './tenants.js';

const COLUMNS = 'u.id, u.email, u.email_verified, u.name, u.home_tenant, u.created_at';
const INSERT = 'insert into gatehouse_users (id, email, email_verified, name, home_tenant, created_at) values (?, ?, ?, ?, ?, ?)';
const MEMBER = 'insert into gatehouse_members (tenant_id, user_id, role, created_at) values (?, ?, ?, ?)';
const IDENTITY = 'insert into gatehouse_identities (issuer, subject, user_id, created_at) values (?, ?, ?, ?)';

export class SqliteUsers implements UserStore {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  find(id: string): Promise<UserRecord | undefined> {
    return this.#one(`select ${COLUMNS} from gatehouse_users u where u.id = ?`, id);
  }

  findByEmail(email: string): Promise<UserRecord | undefined> {
    return this.#one(`select ${COLUMNS} from gatehouse_users u where u.email = ?`, foldEmail(email));
  }

  findByIdentity(issuer: string, subject: string): Promise<UserRecord | undefined> {
    const sql = `select ${COLUMNS} from gatehouse_identities i join gatehouse_users u on u.id = i.user_id where i.issuer = ? and i.subject = ?`;
    return this.#one(sql, issuer, subject);
  }

  list(): Promise<readonly UserRecord[]> {
    return this.#engine.read((connection) => connection.all(`select ${COLUMNS} from gatehouse_users u order by u.created_at, u.rowid`).map(userRecord));
  }

  async create(
    user: UserRecord,
    home: TenantRecord,
    identity?: { readonly issuer: string; readonly subject: string },
    role = 'owner',
  ): Promise<'created' | 'exists'> {
    if (user.homeTenant !== home.id) throw new Error("The user's home tenant is not the one that is made with it");
    try {
      await this.#engine.write((connection) => {
        insertTenant(connection, home);
        connection.run(
          INSERT,
          user.id,
          user.email === null ? null : foldEmail(user.email),
          user.emailVerified ? 1 : 0,
          user.name,
          user.homeTenant,
          user.createdAt,
        );
        connection.run(MEMBER, home.id, user.id, role, user.createdAt);
        if (identity !== undefined) connection.run(IDENTITY, identity.issuer, identity.subject, user.id, user.createdAt);
      });
      return 'created';
    } catch (error) {
      if (error instanceof ConstraintError && error.violation === 'unique') return 'exists';
      throw error;
    }
  }

  /** An identity that this user already has stays as it is; one that belongs to somebody else is an error. */
  async linkIdentity(user: string, issuer: string, subject: string, at: number): Promise<void> {
    await this.#engine.write((connection) => {
      const holder = connection.get('select user_id from gatehouse_identities where issuer = ? and subject = ?', issuer, subject);
      if (holder?.user_id === user) return;
      connection.run(IDENTITY, issuer, subject, user, at);
    });
  }

  #one(sql: string, ...parameters: SqlValue[]): Promise<UserRecord | undefined> {
    return this.#engine.read((connection) => {
      const row = connection.get(sql, ...parameters);
      return row === undefined ? undefined : userRecord(row);
    });
  }
}
