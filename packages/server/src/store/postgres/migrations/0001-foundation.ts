import { postgresDdl } from '../../sql/ddl-postgres.js';
import { CANARY_ID, canary, canaryTenants } from '../canary.js';

/**
 * Gatehouse's own tables. Times are Unix milliseconds; lists are JSON text. `seq` is the order of insertion. Text compares
 * byte by byte, whatever the database's own language is.
 */
const tables: readonly string[] = [
  `create table gatehouse_meta (
  name text collate "C" primary key,
  value text not null
)`,

  `create table gatehouse_tables (
  name text collate "C" primary key,
  declaration text not null
)`,

  `create table gatehouse_tenants (
  id text collate "C" primary key,
  seq bigint generated always as identity,
  name text not null,
  plan text,
  external_id text collate "C",
  created_at bigint not null
)`,
  'create unique index gatehouse_tenants_external_id on gatehouse_tenants (external_id)',

  `create table gatehouse_users (
  id text collate "C" primary key,
  seq bigint generated always as identity,
  email text collate "C",
  email_verified boolean not null,
  name text,
  home_tenant text collate "C" not null references gatehouse_tenants (id),
  created_at bigint not null
)`,
  'create unique index gatehouse_users_email on gatehouse_users (email)',

  `create table gatehouse_identities (
  issuer text collate "C" not null,
  subject text collate "C" not null,
  user_id text collate "C" not null references gatehouse_users (id),
  created_at bigint not null,
  primary key (issuer, subject)
)`,
  'create index gatehouse_identities_user on gatehouse_identities (user_id)',

  `create table gatehouse_members (
  tenant_id text collate "C" not null references gatehouse_tenants (id),
  user_id text collate "C" not null references gatehouse_users (id),
  seq bigint generated always as identity,
  role text not null,
  created_at bigint not null,
  primary key (tenant_id, user_id)
)`,
  'create index gatehouse_members_user on gatehouse_members (user_id)',

  `create table gatehouse_keys (
  id text collate "C" primary key,
  seq bigint generated always as identity,
  tenant_id text collate "C" not null references gatehouse_tenants (id),
  user_id text collate "C" references gatehouse_users (id),
  name text not null,
  hash text collate "C" not null,
  prefix text not null,
  scopes text not null,
  created_at bigint not null,
  created_by text not null,
  expires_at bigint,
  last_used_at bigint,
  disabled_at bigint,
  revoked_at bigint,
  rotated_to text
)`,
  'create unique index gatehouse_keys_hash on gatehouse_keys (hash)',
  'create index gatehouse_keys_owner on gatehouse_keys (tenant_id, user_id, created_at)',

  /**
   * Where the limits of all processes are kept: bucket to theoretical arrival time, and where the slice that was cut last begins.
   * No index on either: every cut changes them, and an update that touches no index costs half.
   */
  `create table gatehouse_ledger (
  bucket text collate "C" primary key,
  arrival double precision not null,
  cut_from double precision not null
) with (fillfactor = 70)`,

  /** The processes that serve, each of which beats: store/fleet. */
  `create table gatehouse_processes (
  id text collate "C" primary key,
  beat bigint not null
) with (fillfactor = 50)`,
];

/** Why a check of its own: a cast refuses what is no JSON with its text, and `is json` came with PostgreSQL 16. Null passes. */
const isJson = (version: number): string =>
  version >= 160_000
    ? `create function gatehouse_is_json(value text) returns boolean language sql immutable parallel safe as 'select value is json'`
    : `create function gatehouse_is_json(value text) returns boolean language plpgsql immutable parallel safe as $$
begin
  return value is null or value::json is not null;
exception when data_exception then
  return false;
end $$`;

/**
 * What a cached principal depends on is told in the transaction that changes it, whoever changes it: a process that ends
 * before its own barrier, or an administrator's shell. When a key was last used is no such change.
 */
const tell = `create function gatehouse_tell(tag text) returns void language sql as $$
  select pg_catalog.pg_notify('gatehouse', case when pg_catalog.octet_length(tag) > 3500 then '{"is":"changed","tags":"everything"}'
    else pg_catalog.json_build_object('is', 'changed', 'tags', pg_catalog.json_build_array(tag))::text end)
$$`;

interface Told {
  readonly table: string;
  /** The tag of a row, `old` or `new`. */
  readonly tag: (row: string) => string;
  /** Where only changes of these columns are told. */
  readonly columns: readonly string[];
  readonly inserts: boolean;
  /** Which deletions are told, as a condition on `old`. @default all */
  readonly gone?: string;
}

const told: readonly Told[] = [
  {
    table: 'gatehouse_keys',
    tag: (row) => `'key:' || ${row}.id`,
    columns: ['id', 'tenant_id', 'user_id', 'hash', 'scopes', 'expires_at', 'disabled_at', 'revoked_at'],
    inserts: false,
  },
  {
    table: 'gatehouse_members',
    tag: (row) => `'role:' || ${row}.tenant_id || ':' || ${row}.user_id`,
    columns: ['tenant_id', 'user_id', 'role'],
    inserts: true,
  },
  { table: 'gatehouse_tenants', tag: (row) => `'tenant:' || ${row}.id`, columns: ['id', 'plan'], inserts: false },
  { table: 'gatehouse_identities', tag: (row) => `'user:' || ${row}.user_id`, columns: ['issuer', 'subject', 'user_id'], inserts: false },
];

/** @param schema where the tables are: a function does not ask who calls it where to look */
export function triggers({ table, tag, columns, inserts, gone }: Told, schema: string): readonly string[] {
  const on = (row: string): string => `${schema}.gatehouse_tell(${tag(row)})`;
  const list = (row: string): string => columns.map((column) => `${row}.${column}`).join(', ');
  return [
    `create or replace function ${table}_changed() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' then perform ${on('old')}; end if;
  if tg_op <> 'DELETE' then perform ${on('new')}; end if;
  return null;
end $$`,
    `create trigger gatehouse_changed after ${inserts ? 'insert or delete' : 'delete'} on ${table} for each row ${gone === undefined ? '' : `when (${gone}) `}execute function ${table}_changed()`,
    `create trigger gatehouse_changed_in after update on ${table} for each row when ((${list('old')}) is distinct from (${list('new')})) execute function ${table}_changed()`,
    `create trigger gatehouse_emptied after truncate on ${table} for each statement execute function gatehouse_emptied()`,
  ];
}

const emptied = `create function gatehouse_emptied() returns trigger language plpgsql as $$
begin
  perform pg_catalog.pg_notify('gatehouse', '{"is":"changed","tags":"everything"}');
  return null;
end $$`;

/** One row each, filled in before row-level security is on. */
const canaries: readonly string[] = [
  ...postgresDdl([{ do: 'create table', table: canary }]),
  ...canaryTenants.map((tenant) => `insert into gatehouse_canary (tenant_id, id, note) values ('${tenant}', '${CANARY_ID}', '${tenant}')`),
];

/** @param schema quoted @param version `server_version_num` */
export function foundation(schema: string, version: number): readonly string[] {
  return [...tables, isJson(version), tell, emptied, ...told.flatMap((table) => triggers(table, schema)), ...canaries];
}
