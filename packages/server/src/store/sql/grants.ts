import { BY_HAND, type GrantRecord, type GrantStore } from '../grants.js';
import type { InTurn, OwnStatements, OwnTypes } from './own-tables.js';
import { type Row, integer, integerOrNull, listed, text, textOrNull } from './rows.js';

/**
 * A grant goes with the membership that it was given under, in one stroke with it, whoever ends that: it never comes back with it.
 * `expires_at` is when the last of its tokens does.
 */
export function grantsDdl(types: OwnTypes): readonly string[] {
  return [
    `create table gatehouse_grants (
  id ${types.text} primary key,
  tenant_id ${types.text} not null,
  user_id ${types.text} not null,
  client_id ${types.text} not null,
  client_name text not null,
  client_host text,
  scopes text not null,
  created_at ${types.integer} not null,
  expires_at ${types.integer} not null,
  last_used_at ${types.integer},
  revoked_at ${types.integer},
  foreign key (tenant_id, user_id) references gatehouse_members (tenant_id, user_id) on delete cascade
)${types.options}`,
    'create index gatehouse_grants_user on gatehouse_grants (user_id, tenant_id, created_at)',
    'create index gatehouse_grants_client on gatehouse_grants (client_id)',
    'create index gatehouse_grants_expiry on gatehouse_grants (expires_at)',
    'create index gatehouse_grants_revoked on gatehouse_grants (revoked_at) where revoked_at is not null',
  ];
}

const FORGOTTEN_AT_ONCE = 500;
const COLUMNS = 'id, tenant_id, user_id, client_id, client_name, client_host, scopes, created_at, last_used_at, revoked_at';

/** The same statements for both databases; each place stands for one value, in order. */
function statementsOf(place: (n: number) => string) {
  const places = Array.from({ length: 11 }, (_, index) => place(index + 1)).join(', ');
  // The moment twice: a row that is prolonged meanwhile is looked at again by the outer condition alone.
  const forget = (column: string): string => `delete from gatehouse_grants where id in
  (select id from gatehouse_grants where ${column} < ${place(1)} order by ${column} limit ${FORGOTTEN_AT_ONCE}) and ${column} < ${place(2)} returning 1 as one`;
  return {
    create: `insert into gatehouse_grants (${COLUMNS}, expires_at) values (${places}) returning 1 as one`,
    createByHand: `insert into gatehouse_grants (${COLUMNS}, expires_at) select ${places}
where (select count(*) from gatehouse_grants where user_id = ${place(12)} and tenant_id = ${place(13)} and revoked_at is null
  and substr(client_id, 1, ${BY_HAND.length}) = '${BY_HAND}') < ${place(14)} returning 1 as one`,
    find: `select ${COLUMNS} from gatehouse_grants where id = ${place(1)}`,
    list: `select ${COLUMNS} from gatehouse_grants where user_id = ${place(1)} and revoked_at is null order by created_at desc, id desc`,
    revoke: `update gatehouse_grants set revoked_at = ${place(1)} where id = ${place(2)} and user_id = ${place(3)} and revoked_at is null returning 1 as one`,
    revokeClient: `update gatehouse_grants set revoked_at = ${place(1)} where user_id = ${place(2)} and client_id = ${place(3)} and revoked_at is null returning id`,
    forgetExpired: forget('expires_at'),
    forgetRevoked: forget('revoked_at'),
  };
}

export interface GrantStatements extends OwnStatements {
  readonly inTurn: InTurn;
  readonly touch: (seen: ReadonlyMap<string, number>) => Promise<void>;
}

/** The port over either database. */
export class SqlGrants implements GrantStore {
  readonly #run: GrantStatements;
  readonly #sql: ReturnType<typeof statementsOf>;

  constructor(run: GrantStatements, place: (n: number) => string) {
    this.#run = run;
    this.#sql = statementsOf(place);
  }

  async create(tenant: string, grant: GrantRecord): Promise<void> {
    await this.#run.write(this.#sql.create, valuesOf(tenant, grant), 'gatehouse_grant_create');
  }

  /** After those before it of the same user, in whatever process: otherwise several would each see the last place. */
  async createByHand(tenant: string, grant: GrantRecord, most: number): Promise<'created' | 'full'> {
    const { user } = grant;
    const values = [...valuesOf(tenant, grant), user, tenant, most];
    const made = await this.#run.inTurn(`tokens by hand ${tenant} ${user}`, this.#sql.createByHand, values, 'gatehouse_grant_create_by_hand');
    return made.length === 1 ? 'created' : 'full';
  }

  async find(id: string): Promise<GrantRecord | undefined> {
    const [row] = await this.#run.read(this.#sql.find, [id], 'gatehouse_grant_find');
    return row === undefined ? undefined : grantRecord(row);
  }

  async list(user: string): Promise<readonly GrantRecord[]> {
    return (await this.#run.read(this.#sql.list, [user], 'gatehouse_grant_list')).map(grantRecord);
  }

  async revoke(user: string, id: string, at: number): Promise<'revoked' | 'unknown'> {
    return (await this.#run.write(this.#sql.revoke, [at, id, user], 'gatehouse_grant_revoke')).length === 1 ? 'revoked' : 'unknown';
  }

  async revokeClient(user: string, client: string, at: number): Promise<readonly string[]> {
    return (await this.#run.write(this.#sql.revokeClient, [at, user, client], 'gatehouse_grant_revoke_client')).map((row) => text(row.id));
  }

  touch(seen: ReadonlyMap<string, number>): Promise<void> {
    return this.#run.touch(seen);
  }

  async forget(before: number): Promise<boolean> {
    const expired = await this.#run.write(this.#sql.forgetExpired, [before, before], 'gatehouse_grant_forget');
    const revoked = await this.#run.write(this.#sql.forgetRevoked, [before, before], 'gatehouse_grant_forget_revoked');
    return expired.length === FORGOTTEN_AT_ONCE || revoked.length === FORGOTTEN_AT_ONCE;
  }
}

function valuesOf(tenant: string, grant: GrantRecord): readonly (string | number | null)[] {
  if (grant.tenant !== tenant) throw new Error('A grant can only be stored in its own tenant');
  const { id, user, client, clientName, clientHost, scopes, createdAt, lastUsedAt, revokedAt } = grant;
  return [id, tenant, user, client, clientName, clientHost, JSON.stringify(scopes), createdAt, lastUsedAt, revokedAt, createdAt];
}

function grantRecord(row: Row): GrantRecord {
  return {
    id: text(row.id),
    tenant: text(row.tenant_id),
    user: text(row.user_id),
    client: text(row.client_id),
    clientName: text(row.client_name),
    clientHost: textOrNull(row.client_host),
    scopes: listed(text(row.scopes)),
    createdAt: integer(row.created_at),
    lastUsedAt: integerOrNull(row.last_used_at),
    revokedAt: integerOrNull(row.revoked_at),
  };
}
