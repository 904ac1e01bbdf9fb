import type { KeyGrant, KeyRecord } from '../../domain/records.js';
import { ConstraintError } from '../constraint-error.js';
import type { KeyStore } from '../store.js';
import type { Statement } from './acting.js';
import type { Aside } from './aside.js';
import type { Engine } from './engine.js';
import { Lookups } from './lookups.js';
import { mark } from './marks.js';
import { headIn, headOf } from '../sql/key-head.js';
import { type Row, grantedKey, keyRecord, text, textOrNull } from '../sql/rows.js';

const COLUMNS = 'id, tenant_id, user_id, name, hash, prefix, scopes, created_at, created_by, expires_at, last_used_at, disabled_at, revoked_at, rotated_to';
const GRANTED = 'id, tenant_id, user_id, hash, scopes, expires_at, last_used_at, disabled_at, revoked_at, rotated_to';
const BY_HASH = `select ${GRANTED.replace(/\w+/g, 'k.$&')}, m.role as role, t.plan as plan
from gatehouse_keys k
join gatehouse_tenants t on t.id = k.tenant_id
left join gatehouse_members m on m.tenant_id = k.tenant_id and m.user_id = k.user_id
where ${headIn.postgres('k.hash')} = any($1::bigint[])`;
const LISTED = `select ${COLUMNS} from gatehouse_keys where revoked_at is null`;
const NEWEST = 'order by created_at desc, seq desc';
const VALUES =
  '$1::text, $2::text, $3::text, $4::text, $5::text, $6::text, $7::text, $8::bigint, $9::text, $10::bigint, $11::bigint, $12::bigint, $13::bigint, $14::text';
const INSERT = `insert into gatehouse_keys (${COLUMNS}) values (${VALUES})`;
/** Whether the owner, $2 and $3, has fewer good ones. Counts no further. */
const hasRoom = (user: string | null, now: string, most: string): string => {
  const good = `select 1 from gatehouse_keys where tenant_id = $2 and user_id ${user === null ? 'is null' : '= $3'} and revoked_at is null`;
  const upTo = (which: string): string => `(select count(*) from (${good} and ${which} limit ${most}::bigint) as good)`;
  return `${upTo('expires_at is null')} + ${upTo(`expires_at > ${now}::bigint`)} < ${most}::bigint`;
};
/** A key that was rotated once is unknown to a second rotation: its successor is the one to rotate. */
const rotation = (room: string): string => `with old as (
  update gatehouse_keys set rotated_to = $1,
    expires_at = case when $17::bigint > $16::bigint then least(coalesce(expires_at, $17), $17) else expires_at end,
    revoked_at = case when $17 > $16 then null else $16 end
  where id = $15 and tenant_id = $2 and revoked_at is null and rotated_to is null ${room}
  returning 1
)
insert into gatehouse_keys (${COLUMNS}) select ${VALUES} from old`;
const ROTATE = rotation('');

export class PostgresKeys implements KeyStore {
  readonly #engine: Engine;
  readonly #byHash: Lookups<KeyGrant>;

  /** @param aside answers look-ups by hash, so that no unit of work keeps them waiting */
  constructor(engine: Engine, aside: Aside) {
    this.#engine = engine;
    this.#byHash = new Lookups(aside, BY_HASH, { column: 'hash', name: 'gatehouse_key_by_hash', by: headOf, read: grantOf });
  }

  /** Committed state only, also inside a unit of work: nobody gets in on what may yet be undone. */
  findByHash(hash: string): Promise<KeyGrant | undefined> {
    return this.#byHash.find(hash);
  }

  async find(tenant: string, id: string): Promise<KeyRecord | undefined> {
    const sql = `select ${COLUMNS} from gatehouse_keys where id = $1 and tenant_id = $2`;
    const { rows } = await this.#engine.own({ text: sql, values: [id, tenant], name: 'gatehouse_key_find' });
    return rows[0] === undefined ? undefined : keyRecord(rows[0]);
  }

  async list(tenant: string, by: { readonly user?: string }): Promise<readonly KeyRecord[]> {
    const mine = by.user === undefined ? '' : 'and user_id = $2';
    const values = by.user === undefined ? [tenant] : [tenant, by.user];
    return (await this.#engine.own({ text: `${LISTED} and tenant_id = $1 ${mine} ${NEWEST}`, values })).rows.map(keyRecord);
  }

  async listAll(): Promise<readonly KeyRecord[]> {
    return (await this.#engine.own({ text: `${LISTED} ${NEWEST}`, values: [] })).rows.map(keyRecord);
  }

  async tenantOf(id: string): Promise<string | undefined> {
    const { rows } = await this.#engine.own({ text: 'select tenant_id from gatehouse_keys where id = $1', values: [id] });
    return rows[0] === undefined ? undefined : text(rows[0].tenant_id);
  }

  async create(tenant: string, key: KeyRecord, most?: number): Promise<'created' | 'exists' | 'full'> {
    const values = valuesOf(tenant, key);
    try {
      if (most === undefined) {
        await this.#engine.own({ text: INSERT, values, name: 'gatehouse_key_create' }, { queue: tenant });
        return 'created';
      }
      const text = `insert into gatehouse_keys (${COLUMNS}) select ${VALUES} where ${hasRoom(key.user, '$8', '$15')}`;
      return (await this.#inTurn(key, { text, values: [...values, most], name: 'gatehouse_key_create_within' })) === 1 ? 'created' : 'full';
    } catch (error) {
      if (error instanceof ConstraintError && error.violation === 'unique') return 'exists';
      throw error;
    }
  }

  async revoke(tenant: string, id: string, at: number): Promise<'revoked' | 'unknown'> {
    return (await this.#change('revoked_at', tenant, id, at)) === 1 ? 'revoked' : 'unknown';
  }

  async setDisabled(tenant: string, id: string, at: number | null): Promise<'done' | 'unknown'> {
    return (await this.#change('disabled_at', tenant, id, at)) === 1 ? 'done' : 'unknown';
  }

  async rotate(tenant: string, id: string, next: KeyRecord, at: number, overlapUntil: number, most?: number): Promise<'rotated' | 'unknown' | 'full'> {
    const values = [...valuesOf(tenant, next), id, at, overlapUntil];
    if (most === undefined || overlapUntil <= at) {
      const { rowCount } = await this.#engine.own({ text: ROTATE, values, name: 'gatehouse_key_rotate' }, { queue: tenant });
      return rowCount === 1 ? 'rotated' : 'unknown';
    }
    const text = rotation(`and ${hasRoom(next.user, '$16', '$18')}`);
    if ((await this.#inTurn(next, { text, values: [...values, most], name: 'gatehouse_key_rotate_within' })) === 1) return 'rotated';
    const old = await this.find(tenant, id);
    return old === undefined || old.revokedAt !== null || old.rotatedTo !== null ? 'unknown' : 'full';
  }

  touch(seen: ReadonlyMap<string, number>): Promise<void> {
    return mark(this.#engine, 'gatehouse_keys', seen);
  }

  /** After those before it of the same owner, in whatever process: otherwise several would each see the last place. */
  async #inTurn({ tenant, user }: KeyRecord, { text, values, name }: Required<Statement>): Promise<number> {
    const statement = { text, values, name: user === null ? `${name}_of_tenant` : name };
    return (await this.#engine.inTurn(`gatehouse keys ${tenant} ${user ?? ''}`, statement)).rowCount;
  }

  async #change(column: 'revoked_at' | 'disabled_at', tenant: string, id: string, at: number | null): Promise<number> {
    const sql = `update gatehouse_keys set ${column} = $3 where id = $1 and tenant_id = $2 and revoked_at is null`;
    return (await this.#engine.own({ text: sql, values: [id, tenant, at], name: `gatehouse_key_${column}` }, { queue: tenant })).rowCount;
  }
}

function grantOf(row: Row): KeyGrant {
  return { key: grantedKey(row), role: textOrNull(row.role), plan: textOrNull(row.plan) };
}

function valuesOf(tenant: string, key: KeyRecord): readonly unknown[] {
  if (key.tenant !== tenant) throw new Error('A key can only be stored in its own tenant');
  return [
    ...[key.id, key.tenant, key.user, key.name, key.hash, key.prefix, JSON.stringify(key.scopes), key.createdAt, key.createdBy],
    ...[key.expiresAt, key.lastUsedAt, key.disabledAt, key.revokedAt, key.rotatedTo],
  ];
}
