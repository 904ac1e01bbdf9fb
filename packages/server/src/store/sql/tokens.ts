import type { AccessTokenRecord, RefreshState, RefreshTokenRecord, TokenGrant, TokenStore } from '../tokens.js';
import type { LookUps, OwnStatements, OwnTypes, Together } from './own-tables.js';
import { type Row, integer, integerOrNull, listed, text, textOrNull } from './rows.js';

/** A refresh token that was replaced is known until it would have expired. */
export function tokensDdl(types: OwnTypes): readonly string[] {
  return [
    `create table gatehouse_access_tokens (
  hash ${types.text} primary key,
  id ${types.text} not null,
  tenant_id ${types.text} not null references gatehouse_tenants (id),
  client_id ${types.text} not null,
  grant_id ${types.text} references gatehouse_grants (id) on delete cascade,
  key_id ${types.text} references gatehouse_keys (id) on delete cascade,
  scopes text not null,
  audience text not null,
  created_at ${types.integer} not null,
  expires_at ${types.integer} not null,
  revoked_at ${types.integer},
  check ((grant_id is null) <> (key_id is null))
)${types.options}`,
    'create index gatehouse_access_tokens_grant on gatehouse_access_tokens (grant_id) where grant_id is not null',
    'create index gatehouse_access_tokens_key on gatehouse_access_tokens (key_id) where key_id is not null',
    'create index gatehouse_access_tokens_expiry on gatehouse_access_tokens (expires_at)',
    `create table gatehouse_refresh_tokens (
  hash ${types.text} primary key,
  grant_id ${types.text} not null references gatehouse_grants (id) on delete cascade,
  client_id ${types.text} not null,
  scopes text not null,
  audience text not null,
  created_at ${types.integer} not null,
  expires_at ${types.integer} not null,
  good_until ${types.integer} not null,
  replaced_by ${types.text}
)${types.options}`,
    'create index gatehouse_refresh_tokens_grant on gatehouse_refresh_tokens (grant_id)',
    'create index gatehouse_refresh_tokens_expiry on gatehouse_refresh_tokens (expires_at)',
  ];
}

const FORGOTTEN_AT_ONCE = 500;
const ACCESS = 'hash, id, tenant_id, client_id, grant_id, key_id, scopes, audience, created_at, expires_at';
const REFRESH = 'hash, grant_id, client_id, scopes, audience, created_at, expires_at';

/** By ids alone, of which there is one each: a tenant with many keys costs no more than one with few. */
const BY_HASH = `select ${ACCESS.replace(/\w+/g, 't.$&')}, t.revoked_at,
  g.id as g_id, g.tenant_id as g_tenant, g.user_id as g_user, g.client_id as g_client, g.client_name as g_name, g.client_host as g_host, g.scopes as g_scopes,
  g.last_used_at as g_used, g.revoked_at as g_revoked,
  k.id as k_id, k.tenant_id as k_tenant, k.user_id as k_user, k.scopes as k_scopes, k.expires_at as k_expires, k.disabled_at as k_disabled, k.revoked_at as k_revoked,
  m.role as role, n.plan as plan
from gatehouse_access_tokens t
join gatehouse_tenants n on n.id = t.tenant_id
left join gatehouse_grants g on g.id = t.grant_id
left join gatehouse_keys k on k.id = t.key_id
left join gatehouse_members m on m.tenant_id = t.tenant_id and m.user_id = coalesce(g.user_id, k.user_id)`;

/** The same statements for both databases; each place stands for one value, in order. */
function statementsOf(place: (n: number) => string) {
  const places = (count: number): string => Array.from({ length: count }, (_, index) => place(index + 1)).join(', ');
  const forget = (table: string): string => `delete from ${table} where hash in
  (select hash from ${table} where expires_at < ${place(1)} order by expires_at limit ${FORGOTTEN_AT_ONCE}) returning 1 as one`;
  return {
    createAccess: `insert into gatehouse_access_tokens (${ACCESS}) values (${places(10)}) returning 1 as one`,
    createRefresh: `insert into gatehouse_refresh_tokens (${REFRESH}, good_until) values (${places(8)}) on conflict (hash) do nothing returning 1 as one`,
    prolong: `update gatehouse_grants set expires_at = ${place(1)} where id = ${place(2)} and expires_at < ${place(3)} returning 1 as one`,
    revokeAccess: `update gatehouse_access_tokens set revoked_at = coalesce(revoked_at, ${place(1)}) where hash = ${place(2)} and client_id = ${place(3)}
returning id, grant_id, key_id`,
    revokeRefresh: `update gatehouse_grants set revoked_at = coalesce(revoked_at, ${place(1)}) where id =
  (select grant_id from gatehouse_refresh_tokens where hash = ${place(2)} and client_id = ${place(3)}) returning id`,
    findRefresh: `select ${REFRESH.replace(/\w+/g, 't.$&')}, t.good_until, t.replaced_by,
  g.tenant_id as g_tenant, g.user_id as g_user, g.client_id as g_client, g.scopes as g_scopes, g.revoked_at as g_revoked, m.role as role
from gatehouse_refresh_tokens t
join gatehouse_grants g on g.id = t.grant_id
left join gatehouse_members m on m.tenant_id = g.tenant_id and m.user_id = g.user_id
where t.hash = ${place(1)}`,
    supersede: `update gatehouse_refresh_tokens set good_until = case when good_until < ${place(1)} then good_until else ${place(2)} end, replaced_by = ${place(3)}
where hash = ${place(4)} and replaced_by is null returning 1 as one`,
    forgetAccess: forget('gatehouse_access_tokens'),
    forgetRefresh: forget('gatehouse_refresh_tokens'),
  };
}

export interface TokenStatements extends OwnStatements {
  readonly lookUps: LookUps;
  readonly together: Together;
}

/** The port over either database. */
export class SqlTokens implements TokenStore {
  readonly #run: TokenStatements;
  readonly #sql: ReturnType<typeof statementsOf>;
  readonly #byHash: (hash: string) => Promise<Row | undefined>;

  constructor(run: TokenStatements, place: (n: number) => string) {
    this.#run = run;
    this.#sql = statementsOf(place);
    this.#byHash = run.lookUps(BY_HASH, 't.hash', 'gatehouse_token_by_hash');
  }

  async findByHash(hash: string): Promise<TokenGrant | undefined> {
    const row = await this.#byHash(hash);
    return row === undefined ? undefined : tokenGrant(row);
  }

  async createAccess(token: AccessTokenRecord): Promise<void> {
    const { hash, id, tenant, client, grant, key, scopes, audience, createdAt, expiresAt } = token;
    const values = [hash, id, tenant, client, grant, key, JSON.stringify(scopes), audience, createdAt, expiresAt];
    if (grant !== null) await this.#prolong(grant, expiresAt);
    await this.#run.write(this.#sql.createAccess, values, 'gatehouse_token_create');
  }

  async revoke(
    hash: string,
    client: string,
    at: number,
  ): Promise<{ readonly grant: string | null; readonly key: string | null; readonly token: string } | 'unknown'> {
    const [access] = await this.#run.write(this.#sql.revokeAccess, [at, hash, client], 'gatehouse_token_revoke');
    if (access !== undefined) return { grant: textOrNull(access.grant_id), key: textOrNull(access.key_id), token: text(access.id) };
    const [ended] = await this.#run.write(this.#sql.revokeRefresh, [at, hash, client], 'gatehouse_token_revoke_refresh');
    return ended === undefined ? 'unknown' : { grant: text(ended.id), key: null, token: text(ended.id) };
  }

  async createRefresh(token: RefreshTokenRecord): Promise<void> {
    await this.#prolong(token.grant, token.expiresAt);
    await this.#issueRefresh(token);
  }

  async findRefresh(hash: string): Promise<RefreshState | undefined> {
    const [row] = await this.#run.read(this.#sql.findRefresh, [hash], 'gatehouse_token_refresh');
    return row === undefined ? undefined : refreshState(row);
  }

  replaceRefresh(old: string, next: RefreshTokenRecord, oldUntil: number): Promise<'replaced' | 'ended'> {
    return this.#run.together(`grant ${next.grant}`, async () => {
      const state = await this.findRefresh(old);
      if (state === undefined || state.grant.id !== next.grant || state.grant.revokedAt !== null) return 'ended';
      if (state.replacedBy !== null && state.replacedBy !== next.hash) return 'ended';
      await this.#prolong(next.grant, next.expiresAt);
      await this.#issueRefresh(next);
      await this.#run.write(this.#sql.supersede, [oldUntil, oldUntil, next.hash, old], 'gatehouse_token_supersede');
      return 'replaced';
    });
  }

  async forget(before: number): Promise<boolean> {
    const access = await this.#run.write(this.#sql.forgetAccess, [before], 'gatehouse_token_forget');
    const refresh = await this.#run.write(this.#sql.forgetRefresh, [before], 'gatehouse_token_forget_refresh');
    return access.length === FORGOTTEN_AT_ONCE || refresh.length === FORGOTTEN_AT_ONCE;
  }

  /** Before its token is there: a grant is never forgotten with one that is good. */
  async #prolong(grant: string, expiresAt: number): Promise<void> {
    await this.#run.write(this.#sql.prolong, [expiresAt, grant, expiresAt], 'gatehouse_token_prolong');
  }

  async #issueRefresh({ hash, grant, client, scopes, audience, createdAt, expiresAt }: RefreshTokenRecord): Promise<void> {
    const values = [hash, grant, client, JSON.stringify(scopes), audience, createdAt, expiresAt, expiresAt];
    await this.#run.write(this.#sql.createRefresh, values, 'gatehouse_token_issue_refresh');
  }
}

/** One that is not in its grant's or its key's tenant is worth nothing. */
function tokenGrant(row: Row): TokenGrant | undefined {
  const grant = row.g_id === null ? null : grantOf(row);
  const key = row.k_id === null ? null : keyOf(row);
  if (row.tenant_id !== (grant === null ? row.k_tenant : row.g_tenant)) return undefined;
  return { token: accessToken(row), grant, key, revokedAt: integerOrNull(row.revoked_at), role: textOrNull(row.role), plan: textOrNull(row.plan) };
}

function accessToken(row: Row): AccessTokenRecord {
  return {
    hash: text(row.hash),
    id: text(row.id),
    tenant: text(row.tenant_id),
    client: text(row.client_id),
    grant: textOrNull(row.grant_id),
    key: textOrNull(row.key_id),
    scopes: listed(text(row.scopes)),
    audience: text(row.audience),
    createdAt: integer(row.created_at),
    expiresAt: integer(row.expires_at),
  };
}

function grantOf(row: Row): NonNullable<TokenGrant['grant']> {
  return {
    id: text(row.g_id),
    user: text(row.g_user),
    client: text(row.g_client),
    clientName: text(row.g_name),
    clientHost: textOrNull(row.g_host),
    scopes: listed(text(row.g_scopes)),
    lastUsedAt: integerOrNull(row.g_used),
    revokedAt: integerOrNull(row.g_revoked),
  };
}

function keyOf(row: Row): NonNullable<TokenGrant['key']> {
  return {
    id: text(row.k_id),
    user: textOrNull(row.k_user),
    scopes: listed(text(row.k_scopes)),
    expiresAt: integerOrNull(row.k_expires),
    disabledAt: integerOrNull(row.k_disabled),
    revokedAt: integerOrNull(row.k_revoked),
  };
}

function refreshState(row: Row): RefreshState {
  const grant = text(row.grant_id);
  return {
    token: {
      ...{ hash: text(row.hash), grant, client: text(row.client_id), scopes: listed(text(row.scopes)), audience: text(row.audience) },
      ...{ createdAt: integer(row.created_at), expiresAt: integer(row.expires_at) },
    },
    grant: {
      ...{ id: grant, tenant: text(row.g_tenant), user: text(row.g_user), client: text(row.g_client) },
      ...{ scopes: listed(text(row.g_scopes)), revokedAt: integerOrNull(row.g_revoked) },
    },
    role: textOrNull(row.role),
    replacedBy: textOrNull(row.replaced_by),
    goodUntil: integer(row.good_until),
  };
}
