import type { MemberRecord, TenantRecord } from '../../domain/records.js';
import { ConstraintError } from '../constraint-error.js';
import type { TenantStore } from '../store.js';
import type { Connection } from './connection.js';
import type { SqlValue } from './driver.js';
import type { Engine } from './engine.js';
import { memberRecord, tenantRecord, text, textOrNull } from '../sql/rows.js';

const COLUMNS = 't.id, t.name, t.plan, t.external_id, t.created_at';
const MEMBER = 'm.tenant_id, m.user_id, m.role, m.created_at';

export class SqliteTenants implements TenantStore {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  find(id: string): Promise<TenantRecord | undefined> {
    return this.#one(`select ${COLUMNS} from gatehouse_tenants t where t.id = ? and t.deleted_at is null`, id);
  }

  findByExternalId(externalId: string): Promise<TenantRecord | undefined> {
    return this.#one(`select ${COLUMNS} from gatehouse_tenants t where t.external_id = ?`, externalId);
  }

  list(): Promise<readonly TenantRecord[]> {
    return this.#engine.read((connection) =>
      connection.all(`select ${COLUMNS} from gatehouse_tenants t where t.deleted_at is null order by t.created_at, t.rowid`).map(tenantRecord),
    );
  }

  listOf(user: string): Promise<readonly (TenantRecord & { readonly role: string })[]> {
    const sql = `select ${COLUMNS}, m.role from gatehouse_members m join gatehouse_tenants t on t.id = m.tenant_id where m.user_id = ? order by m.created_at, m.rowid`;
    return this.#engine.read((connection) => connection.all(sql, user).map((row) => ({ ...tenantRecord(row), role: text(row.role) })));
  }

  async create(tenant: TenantRecord): Promise<'created' | 'exists'> {
    try {
      await this.#engine.write((connection) => insertTenant(connection, tenant));
      return 'created';
    } catch (error) {
      if (error instanceof ConstraintError && error.violation === 'unique') return 'exists';
      throw error;
    }
  }

  async rename(id: string, name: string): Promise<'done' | 'unknown'> {
    const changed = await this.#engine.write((connection) => connection.run('update gatehouse_tenants set name = ? where id = ?', name, id));
    return changed === 1 ? 'done' : 'unknown';
  }

  async setPlan(id: string, plan: string | null): Promise<'done' | 'unknown'> {
    const changed = await this.#engine.write((connection) => connection.run('update gatehouse_tenants set plan = ? where id = ?', plan, id));
    return changed === 1 ? 'done' : 'unknown';
  }

  member(tenant: string, user: string): Promise<MemberRecord | undefined> {
    return this.#engine.read((connection) => memberOf(connection, tenant, user));
  }

  members(tenant: string): Promise<readonly (MemberRecord & { readonly email: string | null; readonly name: string | null })[]> {
    const sql = `select ${MEMBER}, u.email, u.name from gatehouse_members m join gatehouse_users u on u.id = m.user_id where m.tenant_id = ? order by m.created_at, m.rowid`;
    return this.#engine.read((connection) =>
      connection.all(sql, tenant).map((row) => ({ ...memberRecord(row), email: textOrNull(row.email), name: textOrNull(row.name) })),
    );
  }

  setMember(member: MemberRecord): Promise<'created' | 'changed' | 'same'> {
    return this.#engine.write((connection) => {
      const before = memberOf(connection, member.tenant, member.user);
      if (before?.role === member.role) return 'same';
      if (before !== undefined) {
        connection.run('update gatehouse_members set role = ? where tenant_id = ? and user_id = ?', member.role, member.tenant, member.user);
        return 'changed';
      }
      const { tenant, user, role, createdAt } = member;
      connection.run('insert into gatehouse_members (tenant_id, user_id, role, created_at) values (?, ?, ?, ?)', tenant, user, role, createdAt);
      return 'created';
    });
  }

  #one(sql: string, ...parameters: SqlValue[]): Promise<TenantRecord | undefined> {
    return this.#engine.read((connection) => {
      const row = connection.get(sql, ...parameters);
      return row === undefined ? undefined : tenantRecord(row);
    });
  }
}

/** Throws a `ConstraintError` where the id or the external id is taken. */
export function insertTenant(connection: Connection, tenant: TenantRecord): void {
  const { id, name, plan, externalId, createdAt } = tenant;
  connection.run('insert into gatehouse_tenants (id, name, plan, external_id, created_at) values (?, ?, ?, ?, ?)', id, name, plan, externalId, createdAt);
}

function memberOf(connection: Connection, tenant: string, user: string): MemberRecord | undefined {
  const row = connection.get(`select ${MEMBER} from gatehouse_members m where m.tenant_id = ? and m.user_id = ?`, tenant, user);
  return row === undefined ? undefined : memberRecord(row);
}
