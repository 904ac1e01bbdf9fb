import type { GrantedKey, KeyRecord, MemberRecord, TenantRecord, UserRecord } from '../../domain/records.js';

/** A row of Gatehouse's own tables, as either database hands it back: SQLite has 0 and 1 for false and true. */
export type Row = Readonly<Record<string, unknown>>;

export function keyRecord(row: Row): KeyRecord {
  return {
    ...grantedKey(row),
    name: text(row.name),
    hash: text(row.hash),
    prefix: text(row.prefix),
    createdAt: integer(row.created_at),
    createdBy: text(row.created_by),
  };
}

export function grantedKey(row: Row): GrantedKey {
  return {
    id: text(row.id),
    tenant: text(row.tenant_id),
    user: textOrNull(row.user_id),
    scopes: listed(text(row.scopes)),
    expiresAt: integerOrNull(row.expires_at),
    lastUsedAt: integerOrNull(row.last_used_at),
    disabledAt: integerOrNull(row.disabled_at),
    revokedAt: integerOrNull(row.revoked_at),
    rotatedTo: textOrNull(row.rotated_to),
  };
}

/** Distinct lists of scopes kept read; those in use are few. */
const LISTS = 1024;
const lists = new Map<string, readonly string[]>();

/** Rows with the same scopes share one list. */
export function listed(json: string): readonly string[] {
  const known = lists.get(json);
  if (known !== undefined) return known;
  if (lists.size >= LISTS) lists.clear();
  const list = Object.freeze(JSON.parse(json) as string[]);
  lists.set(json, list);
  return list;
}

export function userRecord(row: Row): UserRecord {
  return {
    id: text(row.id),
    email: textOrNull(row.email),
    emailVerified: row.email_verified === true || row.email_verified === 1,
    name: textOrNull(row.name),
    homeTenant: text(row.home_tenant),
    createdAt: integer(row.created_at),
  };
}

export function tenantRecord(row: Row): TenantRecord {
  return {
    id: text(row.id),
    name: text(row.name),
    plan: textOrNull(row.plan),
    externalId: textOrNull(row.external_id),
    createdAt: integer(row.created_at),
  };
}

export function memberRecord(row: Row): MemberRecord {
  return { tenant: text(row.tenant_id), user: text(row.user_id), role: text(row.role), createdAt: integer(row.created_at) };
}

export function text(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new TypeError(`Text was expected from the database, not ${typeof value}`);
}

export function textOrNull(value: unknown): string | null {
  return value === null ? null : text(value);
}

export function integer(value: unknown): number {
  if (typeof value === 'number') return value;
  throw new TypeError(`A number was expected from the database, not ${typeof value}`);
}

export function integerOrNull(value: unknown): number | null {
  return value === null ? null : integer(value);
}
