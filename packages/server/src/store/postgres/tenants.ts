import type { MemberRecord, TenantRecord } from '../../domain/records.js';
import { ConstraintError } from '../constraint-error.js';
import type { TenantStore } from '../store.js';
import type { Engine } from './engine.js';
import { memberRecord, tenantRecord, text, textOrNull } from '../sql/rows.js';

const COLUMNS = 't.id, t.name, t.plan, t.external_id, t.created_at';
const MEMBER = 'm.tenant_id, m.user_id, m.role, m.created_at';
const ONE = `select ${COLUMNS} from gatehouse_tenants t where`;
const INSERT = 'insert into gatehouse_tenants (id, name, plan, external_id, created_at) values ($1, $2, $3, $4, $5)';
const LIST_OF = `select ${COLUMNS}, m.role from gatehouse_members m join gatehouse_tenants t on t.id = m.tenant_id where m.user_id = $1 order by m.created_at, m.seq`;
const MEMBERS = `select ${MEMBER}, u.email, u.name from gatehouse_members m join gatehouse_users u on u.id = m.user_id where m.tenant_id = $1 order by m.created_at, m.seq`;
/** No row comes back where the role is the same. A row that was inserted, and not updated, has no `xmax`. */
const SET_MEMBER = `insert into gatehouse_members as m (tenant_id, user_id, role, created_at) values ($1, $2, $3, $4)
on conflict (tenant_id, user_id) do update set role = excluded.role where m.role <> excluded.role
returning m.xmax = 0 as created`;

export class PostgresTenants implements TenantStore {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  find(id: string): Promise<TenantRecord | undefined> {
    return this.#one('t.id = $1 and t.deleted_at is null', id, 'gatehouse_tenant_find');
  }

  findByExternalId(externalId: string): Promise<TenantRecord | undefined> {
    return this.#one('t.external_id = $1', externalId, 'gatehouse_tenant_external');
  }

  async list(): Promise<readonly TenantRecord[]> {
    const { rows } = await this.#engine.own({
      text: `select ${COLUMNS} from gatehouse_tenants t where t.deleted_at is null order by t.created_at, t.seq`,
      values: [],
    });
    return rows.map(tenantRecord);
  }

  async listOf(user: string): Promise<readonly (TenantRecord & { readonly role: string })[]> {
    const { rows } = await this.#engine.own({ text: LIST_OF, values: [user], name: 'gatehouse_tenant_list_of' });
    return rows.map((row) => ({ ...tenantRecord(row), role: text(row.role) }));
  }

  async create({ id, name, plan, externalId, createdAt }: TenantRecord): Promise<'created' | 'exists'> {
    try {
      await this.#engine.own({ text: INSERT, values: [id, name, plan, externalId, createdAt] });
      return 'created';
    } catch (error) {
      if (error instanceof ConstraintError && error.violation === 'unique') return 'exists';
      throw error;
    }
  }

  async rename(id: string, name: string): Promise<'done' | 'unknown'> {
    const { rowCount } = await this.#engine.own({ text: 'update gatehouse_tenants set name = $2 where id = $1', values: [id, name] });
    return rowCount === 1 ? 'done' : 'unknown';
  }

  async setPlan(id: string, plan: string | null): Promise<'done' | 'unknown'> {
    const { rowCount } = await this.#engine.own({ text: 'update gatehouse_tenants set plan = $2 where id = $1', values: [id, plan] });
    return rowCount === 1 ? 'done' : 'unknown';
  }

  async member(tenant: string, user: string): Promise<MemberRecord | undefined> {
    const sql = `select ${MEMBER} from gatehouse_members m where m.tenant_id = $1 and m.user_id = $2`;
    const { rows } = await this.#engine.own({ text: sql, values: [tenant, user], name: 'gatehouse_member' });
    return rows[0] === undefined ? undefined : memberRecord(rows[0]);
  }

  async members(tenant: string): Promise<readonly (MemberRecord & { readonly email: string | null; readonly name: string | null })[]> {
    const { rows } = await this.#engine.own({ text: MEMBERS, values: [tenant] });
    return rows.map((row) => ({ ...memberRecord(row), email: textOrNull(row.email), name: textOrNull(row.name) }));
  }

  async setMember({ tenant, user, role, createdAt }: MemberRecord): Promise<'created' | 'changed' | 'same'> {
    const { rows } = await this.#engine.own({ text: SET_MEMBER, values: [tenant, user, role, createdAt] }, { queue: tenant });
    if (rows[0] === undefined) return 'same';
    return rows[0].created === true ? 'created' : 'changed';
  }

  async #one(where: string, value: string, name: string): Promise<TenantRecord | undefined> {
    const { rows } = await this.#engine.own({ text: `${ONE} ${where}`, values: [value], name });
    return rows[0] === undefined ? undefined : tenantRecord(rows[0]);
  }
}
