import type { TableDef } from '../../domain/tables.js';
import { canary } from './canary.js';
import { quotedName, type Roles } from './roles.js';
import type { Session } from './session.js';

const READ = ['SELECT'];
const READ_AND_ADD = ['INSERT', 'SELECT'];
const ALL = ['DELETE', 'INSERT', 'SELECT', 'UPDATE'];

/** What the serving role may do with Gatehouse's own tables. It has no rights on any other. */
const servingRights: Readonly<Record<string, readonly string[]>> = {
  gatehouse_migrations: READ,
  gatehouse_tables: READ,
  gatehouse_meta: READ_AND_ADD,
  gatehouse_tenants: ALL,
  gatehouse_users: ALL,
  gatehouse_identities: ALL,
  gatehouse_members: ALL,
  gatehouse_keys: ALL,
  gatehouse_ledger: ALL,
  gatehouse_processes: ALL,
  gatehouse_idempotency: ALL,
  gatehouse_departures: ALL,
  gatehouse_sessions: ALL,
  gatehouse_session_tokens: ALL,
  gatehouse_clients: ALL,
  gatehouse_grants: ALL,
  gatehouse_access_tokens: ALL,
  gatehouse_refresh_tokens: ALL,
  gatehouse_artifacts: ALL,
  gatehouse_signing_keys: ALL,
  gatehouse_links: ALL,
  gatehouse_jobs: ALL,
  gatehouse_invitations: ALL,
  gatehouse_service_keys: ALL,
  gatehouse_public_ids: READ_AND_ADD,
  gatehouse_search: READ,
};

/** Everybody, as the database writes it. */
const PUBLIC = '';

/** The rights that two roles and the public have, table by table, as they are written down. */
const RIGHTS = `
select c.relname::text as table, coalesce(r.rolname::text, '') as role, string_agg(a.privilege_type, ' ' order by a.privilege_type collate "C") as rights
from pg_class c, aclexplode(c.relacl) a left join pg_roles r on r.oid = a.grantee
where c.relnamespace = (select oid from pg_namespace where nspname = current_schema()) and c.relkind in ('r', 'p') and c.relname = any ($1)
  and (a.grantee = 0 or r.rolname in ($2, $3))
group by 1, 2`;

/** Gives each role exactly the rights that it needs, and takes every other. What is so already is not touched. */
export async function ensureRights(
  session: Session,
  place: { readonly database: string; readonly schema: string },
  roles: Roles,
  tables: readonly TableDef[],
): Promise<void> {
  const wanted = new Map<string, readonly [serving: readonly string[], tenant: readonly string[]]>([
    ...Object.entries(servingRights).map(([table, rights]) => [table, [rights, []]] as const),
    ...[canary, ...tables].map(({ name }) => [name, [[], ALL]] as const),
  ]);
  const { rows } = await session.query(RIGHTS, [[...wanted.keys()], roles.serving, roles.tenant]);
  const had = new Map(rows.map((row) => [`${String(row.table)} ${String(row.role)}`, String(row.rights)]));
  for (const [table, [serving, tenant]] of wanted) {
    for (const [role, rights] of [
      [PUBLIC, []],
      [roles.serving, serving],
      [roles.tenant, tenant],
    ] as const) {
      const before = had.get(`${table} ${role}`) ?? '';
      const grantee = role === PUBLIC ? 'public' : quotedName(role);
      if (before === rights.join(' ')) continue;
      if (before !== '') await session.query(`revoke all on "${table}" from ${grantee}`);
      if (rights.length > 0) await session.query(`grant ${rights.join(', ')} on "${table}" to ${grantee}`);
    }
  }
  await ensureEntry(session, place, roles);
}

/** Mostly everybody has these already; an administrator may have taken them. */
async function ensureEntry(session: Session, place: { readonly database: string; readonly schema: string }, roles: Roles): Promise<void> {
  const entries = [
    [roles.serving, `has_database_privilege($1::name, current_database(), 'CONNECT')`, `connect on database ${quotedName(place.database)}`],
    ...[roles.serving, roles.tenant].map(
      (role) => [role, `has_schema_privilege($1::name, current_schema(), 'USAGE')`, `usage on schema ${place.schema}`] as const,
    ),
    [roles.tenant, `has_function_privilege($1::name, 'gatehouse_is_json(text)', 'EXECUTE')`, 'execute on function gatehouse_is_json(text)'],
    [roles.serving, `has_function_privilege($1::name, 'gatehouse_tell(text)', 'EXECUTE')`, 'execute on function gatehouse_tell(text)'],
  ] as const;
  for (const [role, question, right] of entries) {
    const { rows } = await session.query(`select ${question} as has`, [role]);
    if (rows[0]?.has !== true) await session.query(`grant ${right} to ${quotedName(role)}`);
  }
}
