import type { TableDef } from '../../domain/tables.js';
import { IsolationError } from '../layers.js';
import { planTables, type Step } from '../sql/evolve.js';
import { canary } from './canary.js';
import { checkRelations } from './check-relations.js';
import { checkShape } from './check-shape.js';
import { relationsOf } from './catalog.js';
import { SCHEMA } from './migrate.js';
import type { Roles } from './roles.js';
import type { Session } from './session.js';

const MIGRATE = '`gatehouse migrate --database-admin <url>`';
const START_WITH_SERVING = `run ${MIGRATE} with the URL of the database's owner, and start with the URL that it prints`;

/** Who is connected, and what is there. */
interface Facts {
  readonly role: string;
  readonly database: string;
  readonly superuser: boolean;
  readonly bypasses: boolean;
  /** Roles that it may become and that go past row-level security. */
  readonly unboundRoles: readonly string[];
  readonly ownsDatabase: boolean;
  /** Our tables that it owns, or a role that it may become. */
  readonly owned: readonly string[];
  readonly version: number;
  readonly spoken: string;
  readonly migrated: boolean;
  readonly reads: boolean;
}

interface TenantRole {
  readonly unbound: boolean;
  readonly login: boolean;
  readonly owns: boolean;
  readonly memberOf: readonly string[];
  /** Whether it may make tables, and so own them. */
  readonly makes: boolean;
  readonly schema: string;
  readonly reachable: boolean;
  readonly inherited: boolean;
}

/**
 * Whether a process may serve this database with this role: all that can be read off the catalogs, in a few statements.
 * Nothing is changed. Ask before the first call is served.
 * @throws {IsolationError} where tenants would not be kept apart; an `Error` where the database is not what this version needs
 */
export async function checkServing(session: Session, tables: readonly TableDef[]): Promise<Roles> {
  const facts = await factsOf(session, tables);
  checkWho(facts);
  checkMigrated(facts);
  const roles = await checkStored(session, facts, tables);
  const all = [canary, ...tables];
  const [tenantRole, relations] = await Promise.all([
    tenantRoleOf(session, roles),
    relationsOf(
      session,
      all.map(({ name }) => name),
      roles,
    ),
    checkShape(session, all),
  ]);
  checkTenantRole(roles, tenantRole);
  checkRelations(relations, all, roles);
  return roles;
}

async function factsOf(session: Session, tables: readonly TableDef[]): Promise<Facts> {
  const { rows } = await session.query(
    `select current_user::text as role, current_database()::text as database, r.rolsuper as superuser, r.rolbypassrls as bypasses,
  (select coalesce(json_agg(o.rolname order by o.rolname), '[]') from pg_roles o
    where (o.rolsuper or o.rolbypassrls) and o.rolname <> current_user and pg_has_role(o.oid, 'MEMBER')) as "unboundRoles",
  pg_has_role(d.datdba, 'MEMBER') as "ownsDatabase",
  (select coalesce(json_agg(c.relname order by c.relname), '[]') from pg_class c where c.relnamespace = n.oid and c.relkind in ('r', 'p')
    and (starts_with(c.relname, 'gatehouse_') or c.relname = any ($1)) and pg_has_role(c.relowner, 'MEMBER')) as owned,
  current_setting('server_version_num')::integer as version, current_setting('server_version') as spoken,
  m.oid is not null as migrated, coalesce(has_table_privilege(m.oid, 'SELECT'), false) as reads
from pg_roles r join pg_database d on d.datname = current_database()
  left join pg_namespace n on n.nspname = current_schema()
  left join pg_class m on m.relnamespace = n.oid and m.relname = 'gatehouse_migrations'
where r.rolname = current_user`,
    [tables.map(({ name }) => name)],
  );
  return rows[0] as unknown as Facts;
}

function checkWho({ role, version, spoken, superuser, bypasses, unboundRoles, owned, ownsDatabase, database }: Facts): void {
  const who = `The database user "${role}"`;
  if (version < 150_000) throw new Error(`Gatehouse needs PostgreSQL 15 or later, and this is ${spoken}`);
  if (superuser) throw new IsolationError(`${who} is a superuser, whom row-level security does not hold: ${START_WITH_SERVING}`);
  if (bypasses) throw new IsolationError(`${who} has BYPASSRLS, so that row-level security does not hold it: ${START_WITH_SERVING}`);
  if (unboundRoles[0] !== undefined) {
    throw new IsolationError(
      `${who} is a member of "${unboundRoles[0]}", which row-level security does not hold: take BYPASSRLS or SUPERUSER from that, or this membership`,
    );
  }
  if (owned[0] !== undefined) throw new IsolationError(`${who} owns the table "${owned[0]}" and could turn its row-level security off: ${START_WITH_SERVING}`);
  if (ownsDatabase) throw new IsolationError(`${who} owns the database "${database}": ${START_WITH_SERVING}`);
}

function checkMigrated({ role, migrated, reads }: Facts): void {
  if (!migrated) throw new Error(`The database has not been migrated: ${START_WITH_SERVING}`);
  if (!reads) throw new Error(`The database user "${role}" is not the one that Gatehouse serves with: ${START_WITH_SERVING}`);
}

async function checkStored(session: Session, { role }: Facts, tables: readonly TableDef[]): Promise<Roles> {
  const [migrations, declarations, names] = await Promise.all([
    session.query('select coalesce(max(version), 0) as version from gatehouse_migrations'),
    session.query('select name, declaration from gatehouse_tables'),
    session.query("select value as tenant from gatehouse_meta where name = 'postgres.tenant_role'"),
  ]);
  const at = Number(migrations.rows[0]?.version);
  if (at > SCHEMA) throw new Error(`The database is of a newer Gatehouse (schema ${at}, this one knows ${SCHEMA}): start that version`);
  if (at < SCHEMA) throw new Error(`The database is behind this version (schema ${at}, this one needs ${SCHEMA}): run ${MIGRATE}`);
  const steps = planTables(new Map(declarations.rows.map((row) => [String(row.name), String(row.declaration)])), tables);
  if (steps[0] !== undefined) throw new Error(`The database is behind what the platform declares (${described(steps[0])} and so on): run ${MIGRATE}`);
  return { serving: role, tenant: String(names.rows[0]?.tenant) };
}

function described(step: Step): string {
  switch (step.do) {
    case 'create table':
      return `the table "${step.table.name}" is missing`;
    case 'add column':
      return `the column "${step.column}" of "${step.table.name}" is missing`;
    case 'create search':
    case 'drop search':
      return `${step.do} on "${step.table.name}"`;
    default:
      return `${step.do} on "${step.table}" (${step.columns.join(', ')})`;
  }
}

async function tenantRoleOf(session: Session, { tenant }: Roles): Promise<TenantRole | undefined> {
  const { rows } = await session.query(
    `select t.rolsuper or t.rolbypassrls as unbound, t.rolcanlogin as login,
  exists (select from pg_shdepend d where d.refclassid = 'pg_authid'::regclass and d.refobjid = t.oid and d.deptype = 'o') as owns,
  (select coalesce(json_agg(o.rolname order by o.rolname), '[]') from pg_auth_members m join pg_roles o on o.oid = m.roleid where m.member = t.oid) as "memberOf",
  has_schema_privilege(t.oid, current_schema(), 'CREATE') as makes, current_schema()::text as schema,
  pg_has_role(t.oid, 'MEMBER') as reachable, pg_has_role(t.oid, 'USAGE') as inherited
from pg_roles t where t.rolname = $1`,
    [tenant],
  );
  return rows[0] as unknown as TenantRole | undefined;
}

function checkTenantRole({ serving, tenant }: Roles, role: TenantRole | undefined): void {
  const which = `The tenant role "${tenant}"`;
  if (role === undefined) throw new IsolationError(`${which} is missing: run ${MIGRATE}`);
  if (role.unbound) throw new IsolationError(`${which} is a superuser or has BYPASSRLS, so that row-level security does not hold it: take that from it`);
  if (role.login) throw new IsolationError(`${which} may log in: run ${MIGRATE}, which takes that from it`);
  if (role.owns) throw new IsolationError(`${which} owns something, and an owner can turn row-level security off: give that to another`);
  if (role.makes) {
    const revoke = `revoke create on schema "${role.schema}" from public`;
    throw new IsolationError(`${which} may make tables in the schema "${role.schema}", and would own them: as the owner, run \`${revoke}\``);
  }
  if (role.memberOf[0] !== undefined) throw new IsolationError(`${which} is a member of "${role.memberOf[0]}" and has its rights: revoke that`);
  if (!role.reachable) throw new Error(`The database user "${serving}" is not the one that Gatehouse serves with: ${START_WITH_SERVING}`);
  if (role.inherited)
    throw new IsolationError(`The database user "${serving}" has the rights of "${tenant}" without becoming it: run ${MIGRATE}, which sets NOINHERIT`);
}
