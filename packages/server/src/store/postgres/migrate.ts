import { setTimeout } from 'node:timers/promises';
import type { TableDef } from '../../domain/tables.js';
import { locksFor, POLICY, policyDdl, postgresDdl } from '../sql/ddl-postgres.js';
import { declarationOf, planTables } from '../sql/evolve.js';
import { schemaOf } from '../sql/schema.js';
import { UnavailableError } from '../../domain/unavailable-error.js';
import { canary } from './canary.js';
import { keepsApart, type Relation, relationsOf } from './catalog.js';
import { ensureRights } from './grants.js';
import { foundation } from './migrations/0001-foundation.js';
import { idempotency } from './migrations/0002-idempotency.js';
import { roomForMarks } from './migrations/0003-room-for-marks.js';
import { departures } from './migrations/0004-departures.js';
import { sessions } from './migrations/0005-sessions.js';
import { oauth } from './migrations/0006-oauth.js';
import { jobs } from './migrations/0007-jobs.js';
import { search } from './migrations/0008-search.js';
import { memberships } from './migrations/0009-memberships.js';
import { publicIds } from './migrations/0010-public-ids.js';
import { keyHeads } from './migrations/0011-key-heads.js';
import { searchBound } from './migrations/0012-search-bound.js';
import { goodKeys } from './migrations/0013-good-keys.js';
import { StatementError } from './pg-error.js';
import { adminUrlOf, ensureRoles, type Roles, rolesOf, servingUrl } from './roles.js';
import { Session } from './session.js';

export interface MigrateOptions {
  /** Of a user who owns the database, or may make tables in it, and may make roles where they are not there yet. */
  readonly adminUrl: string;
  readonly tables: readonly TableDef[];
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly log?: (event: object) => void;
  /** Gives the serving role a new password. Sessions that are open go on. @default false */
  readonly resetPassword?: boolean;
}

export interface Migrated {
  readonly servingRole: string;
  readonly tenantRole: string;
  /** With the password, where that was made now: it is stored nowhere, and shown here only. */
  readonly url: string | null;
  /** The number of Gatehouse's own newest migration before and after; 0 for none. */
  readonly schemaBefore: number;
  readonly schema: number;
  readonly tablesAdded: readonly string[];
}

/** Forward only: an entry is never changed once it has been released, and new ones go to the end. */
const migrations: readonly ((schema: string, version: number) => readonly string[])[] = [
  foundation,
  idempotency,
  roomForMarks,
  departures,
  sessions,
  oauth,
  jobs,
  search,
  memberships,
  publicIds,
  keyHeads,
  searchBound,
  goodKeys,
];
/** What this version needs. */
export const SCHEMA = migrations.length;

const OLDEST_VERSION = 150_000;
/** Held by whoever migrates this database. Any number, but for ever the same. */
const MIGRATION_LOCK = 7_104_893_221;
/** An index on a large table takes its time. */
const STATEMENT_SECONDS = 3600;
/**
 * How long a table is waited for, while new statements on it wait too: less than the second after which the database looks for
 * transactions that wait for each other, so that it is never a server's that has to give way. Then everybody else has a turn.
 */
const LOCK_MS = 700;
const PAUSE_MS = 100;
/** Half a minute in all: several times what a unit of work may last. */
const ATTEMPTS = 40;

interface Place {
  readonly database: string;
  readonly schema: string;
  readonly version: number;
}

/**
 * Brings a database to what this version and the declared tables need: tables, roles, rights and policies; all of it or
 * nothing. Safe from several processes at once, and beside servers that serve.
 */
export async function migratePostgres(options: MigrateOptions): Promise<Migrated> {
  schemaOf(options.tables);
  adminUrlOf(options.adminUrl);
  const session = await Session.open({ url: options.adminUrl, applicationName: 'gatehouse migrate', statementTimeoutSeconds: STATEMENT_SECONDS });
  try {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await inTransaction(session, () => migrated(session, options));
      } catch (error) {
        if (!isContended(error)) throw error;
        if (attempt === 1) options.log?.({ event: 'store.migration_waits' });
        if (attempt === ATTEMPTS) throw new UnavailableError('Transactions that do not end hold the tables: nothing was changed', { cause: error });
        await setTimeout(PAUSE_MS);
      }
    }
  } finally {
    await session.close();
  }
}

async function inTransaction<T>(session: Session, work: () => Promise<T>): Promise<T> {
  await session.query('begin');
  try {
    const value = await work();
    await session.query('commit');
    return value;
  } catch (error) {
    if (session.alive) await session.query('rollback');
    throw error;
  }
}

/** Somebody else had a lock for too long, or wanted ours while we wanted theirs. */
function isContended(error: unknown): boolean {
  return error instanceof UnavailableError && error.cause instanceof StatementError && /^(55P03|40P01)$/.test(error.cause.code);
}

async function migrated(session: Session, { adminUrl, tables, now, resetPassword = false }: MigrateOptions): Promise<Migrated> {
  const place = await placeOf(session);
  await session.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
  await session.query(`set local lock_timeout = '${LOCK_MS}ms'`);
  const schemaBefore = await migrateOwn(session, place, now);
  const tablesAdded = await migrateDeclared(session, tables);
  const roles = rolesOf(place.database);
  const password = await ensureRoles(session, roles, resetPassword);
  await ensureRights(session, place, roles, tables);
  await ensurePolicies(session, [canary, ...tables], roles);
  await remember(session, roles);
  return {
    ...{ servingRole: roles.serving, tenantRole: roles.tenant, schemaBefore, schema: SCHEMA, tablesAdded },
    url: password === null ? null : servingUrl(adminUrl, place.database, roles.serving, password),
  };
}

/** At once and in order. Where one is refused, those behind it are too, and the first says why. */
async function runAll(session: Session, statements: readonly string[]): Promise<void> {
  await Promise.all(statements.map((sql) => session.query(sql)));
}

async function placeOf(session: Session): Promise<Place> {
  const { rows } = await session.query(
    `select current_database()::text as database, quote_ident(current_schema()) as schema, current_setting('server_version_num')::integer as version,
       current_setting('server_version') as spoken, has_schema_privilege(current_schema(), 'CREATE') as makes`,
  );
  const { database, schema, version, spoken, makes } = rows[0] ?? {};
  if (Number(version) < OLDEST_VERSION) throw new Error(`Gatehouse needs PostgreSQL 15 or later, and this is ${String(spoken)}`);
  if (schema === null) throw new Error('The database has no schema in which tables would be made: create the schema "public", or give the user a search_path');
  if (makes !== true) throw new Error(`This user may not make tables in the schema ${String(schema)}: migrate as the owner of the database`);
  return { database: String(database), schema: String(schema), version: Number(version) };
}

async function migrateOwn(session: Session, { schema, version }: Place, now: () => number): Promise<number> {
  await session.query('create table if not exists gatehouse_migrations (version integer primary key, applied_at bigint not null)');
  const { rows } = await session.query('select coalesce(max(version), 0) as version from gatehouse_migrations');
  const at = Number(rows[0]?.version);
  if (at > SCHEMA) throw new Error(`The database is of a newer Gatehouse (schema ${at}, this one knows ${SCHEMA}): use that version`);
  for (const [index, statements] of migrations.slice(at).entries()) {
    await runAll(session, statements(schema, version));
    await session.query('insert into gatehouse_migrations (version, applied_at) values ($1, $2)', [at + index + 1, now()]);
  }
  return at;
}

async function migrateDeclared(session: Session, tables: readonly TableDef[]): Promise<readonly string[]> {
  const { rows } = await session.query('select name, declaration from gatehouse_tables');
  const stored = new Map(rows.map((row) => [String(row.name), String(row.declaration)]));
  const steps = planTables(stored, tables);
  await runAll(session, [...locksFor(steps), ...postgresDdl(steps)]);
  const changed = tables.filter((table) => stored.get(table.name) !== declarationOf(table));
  for (const table of changed) {
    await session.query(
      'insert into gatehouse_tables (name, declaration) values ($1, $2) on conflict (name) do update set declaration = excluded.declaration',
      [table.name, declarationOf(table)],
    );
  }
  return changed.filter(({ name }) => !stored.has(name)).map(({ name }) => name);
}

/** Only what is not so already: each of these locks its table. A policy that somebody has altered is made anew. */
async function ensurePolicies(session: Session, tables: readonly TableDef[], roles: Roles): Promise<void> {
  const found = await relationsOf(
    session,
    tables.map(({ name }) => name),
    roles,
  );
  const relations = new Map(found.filter(({ mine }) => mine).map((relation) => [relation.name, relation]));
  await runAll(
    session,
    tables.flatMap(({ name }) => missing(name, relations.get(name))),
  );
}

function missing(name: string, relation: Relation | undefined): readonly string[] {
  const statements: string[] = [];
  if (relation?.rowSecurity !== true) statements.push(policyDdl.enable(name));
  if (relation?.forced !== true) statements.push(policyDdl.force(name));
  const policy = relation?.policies.find((one) => one.name === POLICY);
  if (policy !== undefined && keepsApart(policy)) return statements;
  return [...statements, ...(policy === undefined ? [] : [policyDdl.drop(name)]), policyDdl.create(name)];
}

/** For who serves, and for who looks. A database that was copied under another name has other roles. */
async function remember(session: Session, roles: Roles): Promise<void> {
  for (const [name, value] of [
    ['postgres.serving_role', roles.serving],
    ['postgres.tenant_role', roles.tenant],
  ] as const) {
    await session.query(
      'insert into gatehouse_meta (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value where gatehouse_meta.value <> excluded.value',
      [name, value],
    );
  }
}
