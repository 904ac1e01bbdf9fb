import type { IssuedSuccessor, NewToken, SessionGrant, SessionRecord, SessionStore } from '../sessions.js';
import type { LookUps, OwnStatements, OwnTypes } from './own-tables.js';
import { type Row, integer, text, textOrNull } from './rows.js';

/** A session and its tokens, of which one or two are good at a time; those that were replaced are known until they would have expired. */
export function sessionsDdl(types: OwnTypes): readonly string[] {
  return [
    `create table gatehouse_sessions (
  id ${types.text} primary key,
  tenant_id ${types.text} not null references gatehouse_tenants (id),
  user_id ${types.text} not null references gatehouse_users (id),
  created_by text not null,
  created_at ${types.integer} not null,
  refreshed_at ${types.integer} not null,
  expires_at ${types.integer} not null,
  ends_at ${types.integer} not null,
  revoked_at ${types.integer},
  user_agent text
)${types.options}`,
    'create index gatehouse_sessions_user on gatehouse_sessions (user_id, created_at)',
    'create index gatehouse_sessions_expiry on gatehouse_sessions (expires_at)',
    `create table gatehouse_session_tokens (
  hash ${types.text} primary key,
  session_id ${types.text} not null references gatehouse_sessions (id) on delete cascade,
  good_until ${types.integer} not null,
  expires_at ${types.integer} not null,
  replaced_by ${types.text}
)${types.options}`,
    'create index gatehouse_session_tokens_session on gatehouse_session_tokens (session_id)',
    'create index gatehouse_session_tokens_expiry on gatehouse_session_tokens (expires_at)',
  ];
}

const FORGOTTEN_AT_ONCE = 500;
const COLUMNS = 'id, tenant_id, user_id, created_by, created_at, refreshed_at, expires_at, ends_at, user_agent';

const BY_HASH = `select t.hash, t.good_until, t.expires_at, t.replaced_by, s.id, s.tenant_id, s.user_id, s.ends_at, s.revoked_at, m.role as role, n.plan as plan
from gatehouse_session_tokens t
join gatehouse_sessions s on s.id = t.session_id
join gatehouse_tenants n on n.id = s.tenant_id
left join gatehouse_members m on m.tenant_id = s.tenant_id and m.user_id = s.user_id`;

/** The same statements for both databases; each place stands for one value, in order. */
function statementsOf(place: (n: number) => string) {
  const places = (count: number): string => Array.from({ length: count }, (_, index) => place(index + 1)).join(', ');
  const lasting = `select ${COLUMNS} from gatehouse_sessions where user_id = ${place(1)} and revoked_at is null and expires_at > ${place(2)}`;
  return {
    create: `insert into gatehouse_sessions (${COLUMNS}) values (${places(9)}) returning 1 as one`,
    issue: `insert into gatehouse_session_tokens (hash, session_id, good_until, expires_at) values (${places(4)}) on conflict (hash) do nothing returning 1 as one`,
    expiry: `select expires_at, replaced_by from gatehouse_session_tokens where hash = ${place(1)} and session_id = ${place(2)}`,
    prolong: `update gatehouse_sessions set refreshed_at = ${place(1)}, expires_at = ${place(2)} where id = ${place(3)} and expires_at <= ${place(4)} returning 1 as one`,
    supersede: `update gatehouse_session_tokens set good_until = case when good_until < ${place(1)} then good_until else ${place(2)} end, replaced_by = ${place(3)}
where hash = ${place(4)} and replaced_by is null returning 1 as one`,
    find: `${lasting} and id = ${place(3)}`,
    list: `${lasting} order by created_at desc, id`,
    userOf: `select user_id from gatehouse_sessions where id = ${place(1)}`,
    revoke: `update gatehouse_sessions set revoked_at = ${place(1)} where id = ${place(2)} and user_id = ${place(3)} and revoked_at is null returning 1 as one`,
    revokeAll: `update gatehouse_sessions set revoked_at = ${place(1)} where user_id = ${place(2)} and revoked_at is null and expires_at > ${place(3)} returning 1 as one`,
    switchTo: `update gatehouse_sessions set tenant_id = ${place(1)} where id = ${place(2)} and user_id = ${place(3)} and revoked_at is null
  and exists (select 1 from gatehouse_members where tenant_id = ${place(4)} and user_id = ${place(5)}) returning 1 as one`,
    forgetTokens: `delete from gatehouse_session_tokens where hash in
  (select hash from gatehouse_session_tokens where expires_at < ${place(1)} order by expires_at limit ${FORGOTTEN_AT_ONCE}) returning 1 as one`,
    forgetSessions: `delete from gatehouse_sessions where id in
  (select id from gatehouse_sessions where expires_at < ${place(1)} order by expires_at limit ${FORGOTTEN_AT_ONCE}) returning 1 as one`,
  };
}

export interface SessionStatements extends OwnStatements {
  readonly lookUps: LookUps;
}

/** The port over either database. */
export class SqlSessions implements SessionStore {
  readonly #run: SessionStatements;
  readonly #sql: ReturnType<typeof statementsOf>;
  readonly #byHash: (hash: string) => Promise<Row | undefined>;

  constructor(run: SessionStatements, place: (n: number) => string) {
    this.#run = run;
    this.#sql = statementsOf(place);
    this.#byHash = run.lookUps(BY_HASH, 't.hash', 'gatehouse_session_by_hash');
  }

  async findByHash(hash: string): Promise<SessionGrant | undefined> {
    const row = await this.#byHash(hash);
    return row === undefined ? undefined : grantOf(row);
  }

  async create(session: SessionRecord, token: NewToken): Promise<void> {
    const { id, tenant, user, createdBy, createdAt, refreshedAt, expiresAt, endsAt, userAgent } = session;
    const values = [id, tenant, user, createdBy, createdAt, refreshedAt, expiresAt, endsAt, userAgent];
    await this.#run.write(this.#sql.create, values, 'gatehouse_session_create');
    await this.#issue(id, token);
  }

  /** In an order in which whatever is cut off leaves a token that is good: the old one, or both. */
  async replace(session: string, old: string, next: NewToken, at: number, oldUntil: number): Promise<IssuedSuccessor | undefined> {
    const { write, read } = this.#run;
    await this.#issue(session, next);
    const [issued] = await read(this.#sql.expiry, [next.hash, session], 'gatehouse_session_expiry');
    if (issued === undefined) return undefined;
    const expiresAt = integer(issued.expires_at);
    await write(this.#sql.prolong, [at, expiresAt, session, expiresAt], 'gatehouse_session_prolong');
    await write(this.#sql.supersede, [oldUntil, oldUntil, next.hash, old], 'gatehouse_session_supersede');
    return { expiresAt, replaced: issued.replaced_by !== null };
  }

  async find(user: string, id: string, now: number): Promise<SessionRecord | undefined> {
    const [row] = await this.#run.read(this.#sql.find, [user, now, id], 'gatehouse_session_find');
    return row === undefined ? undefined : sessionRecord(row);
  }

  async list(user: string, now: number): Promise<readonly SessionRecord[]> {
    return (await this.#run.read(this.#sql.list, [user, now], 'gatehouse_session_list')).map(sessionRecord);
  }

  async userOf(id: string): Promise<string | undefined> {
    const [row] = await this.#run.read(this.#sql.userOf, [id], 'gatehouse_session_user');
    return row === undefined ? undefined : text(row.user_id);
  }

  async revoke(user: string, id: string, at: number): Promise<'revoked' | 'unknown'> {
    return (await this.#run.write(this.#sql.revoke, [at, id, user], 'gatehouse_session_revoke')).length === 1 ? 'revoked' : 'unknown';
  }

  async revokeAll(user: string, at: number): Promise<number> {
    return (await this.#run.write(this.#sql.revokeAll, [at, user, at], 'gatehouse_session_revoke_all')).length;
  }

  async switchTo(user: string, id: string, tenant: string): Promise<'switched' | 'unknown'> {
    const rows = await this.#run.write(this.#sql.switchTo, [tenant, id, user, tenant, user], 'gatehouse_session_switch');
    return rows.length === 1 ? 'switched' : 'unknown';
  }

  async forget(before: number): Promise<boolean> {
    const tokens = await this.#run.write(this.#sql.forgetTokens, [before], 'gatehouse_session_forget_tokens');
    const sessions = await this.#run.write(this.#sql.forgetSessions, [before], 'gatehouse_session_forget');
    return tokens.length === FORGOTTEN_AT_ONCE || sessions.length === FORGOTTEN_AT_ONCE;
  }

  async #issue(session: string, { hash, expiresAt }: NewToken): Promise<void> {
    await this.#run.write(this.#sql.issue, [hash, session, expiresAt, expiresAt], 'gatehouse_session_issue');
  }
}

function grantOf(row: Row): SessionGrant {
  return {
    session: { id: text(row.id), tenant: text(row.tenant_id), user: text(row.user_id), endsAt: integer(row.ends_at) },
    goodUntil: integer(row.good_until),
    expiresAt: integer(row.expires_at),
    replaced: row.replaced_by !== null,
    revokedAt: row.revoked_at === null ? null : integer(row.revoked_at),
    role: textOrNull(row.role),
    plan: textOrNull(row.plan),
  };
}

function sessionRecord(row: Row): SessionRecord {
  return {
    id: text(row.id),
    tenant: text(row.tenant_id),
    user: text(row.user_id),
    createdBy: text(row.created_by),
    createdAt: integer(row.created_at),
    refreshedAt: integer(row.refreshed_at),
    expiresAt: integer(row.expires_at),
    endsAt: integer(row.ends_at),
    userAgent: textOrNull(row.user_agent),
  };
}
