import type { KeyGrant, KeyRecord } from '../../domain/records.js';
import { ConstraintError } from '../constraint-error.js';
import type { KeyStore } from '../store.js';
import type { Connection } from './connection.js';
import type { Engine } from './engine.js';
import { mark } from './marks.js';
import { headIn, headOf } from '../sql/key-head.js';
import { grantedKey, keyRecord, text, textOrNull } from '../sql/rows.js';

const COLUMNS = 'id, tenant_id, user_id, name, hash, prefix, scopes, created_at, created_by, expires_at, last_used_at, disabled_at, revoked_at, rotated_to';
const GRANTED = 'id, tenant_id, user_id, scopes, expires_at, last_used_at, disabled_at, revoked_at, rotated_to';
const BY_HASH = `select ${GRANTED.replace(/\w+/g, 'k.$&')}, m.role as role, t.plan as plan
from gatehouse_keys k
join gatehouse_tenants t on t.id = k.tenant_id
left join gatehouse_members m on m.tenant_id = k.tenant_id and m.user_id = k.user_id
where ${headIn.sqlite('k.hash')} = ? and k.hash = ?`;
const LISTED = `select ${COLUMNS} from gatehouse_keys where revoked_at is null`;
const NEWEST = 'order by created_at desc, rowid desc';
const GOOD = 'select 1 from gatehouse_keys where tenant_id = ? and user_id is ? and revoked_at is null';
const INSERT = `insert into gatehouse_keys (${COLUMNS}) values (${COLUMNS.replace(/[a-z_]+/g, '?')})`;

export class SqliteKeys implements KeyStore {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Committed state only, also inside a unit of work: nobody gets in on what may yet be undone. */
  findByHash(hash: string): KeyGrant | undefined {
    const row = this.#engine.reader.get(BY_HASH, headOf(hash), hash);
    return row === undefined ? undefined : { key: grantedKey(row), role: textOrNull(row.role), plan: textOrNull(row.plan) };
  }

  find(tenant: string, id: string): Promise<KeyRecord | undefined> {
    return this.#engine.read((connection) => {
      const row = connection.get(`select ${COLUMNS} from gatehouse_keys where id = ? and tenant_id = ?`, id, tenant);
      return row === undefined ? undefined : keyRecord(row);
    });
  }

  list(tenant: string, by: { readonly user?: string }): Promise<readonly KeyRecord[]> {
    return this.#engine.read((connection) =>
      by.user === undefined
        ? connection.all(`${LISTED} and tenant_id = ? ${NEWEST}`, tenant).map(keyRecord)
        : connection.all(`${LISTED} and tenant_id = ? and user_id = ? ${NEWEST}`, tenant, by.user).map(keyRecord),
    );
  }

  listAll(): Promise<readonly KeyRecord[]> {
    return this.#engine.read((connection) => connection.all(`${LISTED} ${NEWEST}`).map(keyRecord));
  }

  tenantOf(id: string): Promise<string | undefined> {
    return this.#engine.read((connection) => {
      const row = connection.get('select tenant_id from gatehouse_keys where id = ?', id);
      return row === undefined ? undefined : text(row.tenant_id);
    });
  }

  async create(tenant: string, key: KeyRecord, most?: number): Promise<'created' | 'exists' | 'full'> {
    try {
      return await this.#engine.write((connection) => {
        if (isFull(connection, key, most)) return 'full';
        insert(connection, tenant, key);
        return 'created';
      });
    } catch (error) {
      if (error instanceof ConstraintError && error.violation === 'unique') return 'exists';
      throw error;
    }
  }

  async revoke(tenant: string, id: string, at: number): Promise<'revoked' | 'unknown'> {
    const changed = await this.#engine.write((connection) =>
      connection.run('update gatehouse_keys set revoked_at = ? where id = ? and tenant_id = ? and revoked_at is null', at, id, tenant),
    );
    return changed === 1 ? 'revoked' : 'unknown';
  }

  async setDisabled(tenant: string, id: string, at: number | null): Promise<'done' | 'unknown'> {
    const changed = await this.#engine.write((connection) =>
      connection.run('update gatehouse_keys set disabled_at = ? where id = ? and tenant_id = ? and revoked_at is null', at, id, tenant),
    );
    return changed === 1 ? 'done' : 'unknown';
  }

  /** A key that was rotated once is unknown to a second rotation: its successor is the one to rotate. */
  rotate(tenant: string, id: string, next: KeyRecord, at: number, overlapUntil: number, most?: number): Promise<'rotated' | 'unknown' | 'full'> {
    return this.#engine.write((connection) => {
      const overlaps = overlapUntil > at;
      if (overlaps && isFull(connection, next, most)) return 'full';
      const changed = connection.run(
        `update gatehouse_keys set rotated_to = ?,
           expires_at = case when ? then min(coalesce(expires_at, ?), ?) else expires_at end,
           revoked_at = case when ? then null else ? end
         where id = ? and tenant_id = ? and revoked_at is null and rotated_to is null`,
        ...[next.id, overlaps ? 1 : 0, overlapUntil, overlapUntil, overlaps ? 1 : 0, at, id, tenant],
      );
      if (changed !== 1) return 'unknown';
      insert(connection, tenant, next);
      return 'rotated';
    });
  }

  touch(seen: ReadonlyMap<string, number>): Promise<void> {
    return mark(this.#engine, 'gatehouse_keys', seen);
  }
}

/** Whether the key's owner has as many good ones when it is made. Counts no further. */
function isFull(connection: Connection, { tenant, user, createdAt }: KeyRecord, most: number | undefined): boolean {
  if (most === undefined) return false;
  const lasting = connection.all(`${GOOD} and expires_at is null limit ?`, tenant, user, most).length;
  return lasting + connection.all(`${GOOD} and expires_at > ? limit ?`, tenant, user, createdAt, most - lasting).length >= most;
}

function insert(connection: Connection, tenant: string, key: KeyRecord): void {
  if (key.tenant !== tenant) throw new Error('A key can only be stored in its own tenant');
  connection.run(
    INSERT,
    ...[key.id, key.tenant, key.user, key.name, key.hash, key.prefix, JSON.stringify(key.scopes), key.createdAt, key.createdBy],
    ...[key.expiresAt, key.lastUsedAt, key.disabledAt, key.revokedAt, key.rotatedTo],
  );
}
