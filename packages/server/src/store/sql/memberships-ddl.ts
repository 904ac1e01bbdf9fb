import type { OwnTypes } from './own-tables.js';

/** `deleted_at`: the tenant has ended, and its rows are being deleted. */
export function membershipsDdl(types: OwnTypes): readonly string[] {
  return [
    `alter table gatehouse_tenants add column deleted_at ${types.integer}`,
    `create table gatehouse_invitations (
  id ${types.text} primary key,
  tenant_id ${types.text} not null references gatehouse_tenants (id) on delete cascade,
  email ${types.text} not null,
  role text not null,
  hash ${types.text} not null,
  created_by ${types.text} not null,
  created_at ${types.integer} not null,
  expires_at ${types.integer} not null
)${types.options}`,
    'create unique index gatehouse_invitations_open on gatehouse_invitations (tenant_id, email)',
    'create unique index gatehouse_invitations_hash on gatehouse_invitations (hash)',
    'create index gatehouse_invitations_email on gatehouse_invitations (email)',
    'create index gatehouse_invitations_expiry on gatehouse_invitations (expires_at)',
    'create index gatehouse_sessions_tenant on gatehouse_sessions (tenant_id, user_id)',
    'create index gatehouse_users_home on gatehouse_users (home_tenant)',
    `create table gatehouse_service_keys (
  id ${types.text} primary key,
  name text not null,
  hash ${types.text} not null,
  prefix text not null,
  created_at ${types.integer} not null,
  created_by text not null,
  expires_at ${types.integer},
  revoked_at ${types.integer}
)${types.options}`,
    'create unique index gatehouse_service_keys_hash on gatehouse_service_keys (hash)',
  ];
}
