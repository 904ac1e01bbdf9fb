/** Gatehouse's own tables. Times are Unix milliseconds; lists are JSON text. */
export const foundation = `
create table gatehouse_meta (
  name text primary key,
  value text not null
) strict;

create table gatehouse_tables (
  name text primary key,
  declaration text not null
) strict;

create table gatehouse_tenants (
  id text primary key,
  name text not null,
  plan text,
  external_id text,
  created_at integer not null
) strict;
create unique index gatehouse_tenants_external_id on gatehouse_tenants (external_id);

create table gatehouse_users (
  id text primary key,
  email text,
  email_verified integer not null check (email_verified in (0, 1)),
  name text,
  home_tenant text not null references gatehouse_tenants (id),
  created_at integer not null
) strict;
create unique index gatehouse_users_email on gatehouse_users (email);

create table gatehouse_identities (
  issuer text not null,
  subject text not null,
  user_id text not null references gatehouse_users (id),
  created_at integer not null,
  primary key (issuer, subject)
) strict;
create index gatehouse_identities_user on gatehouse_identities (user_id);

create table gatehouse_members (
  tenant_id text not null references gatehouse_tenants (id),
  user_id text not null references gatehouse_users (id),
  role text not null,
  created_at integer not null,
  primary key (tenant_id, user_id)
) strict;
create index gatehouse_members_user on gatehouse_members (user_id);

create table gatehouse_keys (
  id text primary key,
  tenant_id text not null references gatehouse_tenants (id),
  user_id text references gatehouse_users (id),
  name text not null,
  hash text not null,
  prefix text not null,
  scopes text not null,
  created_at integer not null,
  created_by text not null,
  expires_at integer,
  last_used_at integer,
  disabled_at integer,
  revoked_at integer,
  rotated_to text
) strict;
create unique index gatehouse_keys_hash on gatehouse_keys (hash);
create index gatehouse_keys_owner on gatehouse_keys (tenant_id, user_id, created_at);

create table gatehouse_ledger (
  bucket text primary key,
  arrival real not null
) strict;
create index gatehouse_ledger_arrival on gatehouse_ledger (arrival);
`;
