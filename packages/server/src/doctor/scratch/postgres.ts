import { randomBytes } from 'node:crypto';
import type { ColumnKind, TableDef } from '../../domain/tables.js';
import { migratePostgres } from '../../store/postgres/migrate.js';
import { StatementError } from '../../store/postgres/pg-error.js';
import { quotedName, rolesOf } from '../../store/postgres/roles.js';
import { type QueryResult, Session } from '../../store/postgres/session.js';
import { TENANT_SETTING, policyDdl } from '../../store/sql/ddl-postgres.js';
import { type AdminTable, type Administrator, type Party, type PartyRows, type Scratch, adminTables } from './scratch.js';

const INSUFFICIENT_PRIVILEGE = '42501';

/** What is cut of the name of the database beside which the scratch one is made. */
const NAME_LENGTH = 30;

export interface PostgresScratchOptions {
  /** Of a user who may make databases and roles. */
  readonly adminUrl: string;
  readonly tables: readonly TableDef[];
  readonly now: () => number;
  /** Called with what removes it all, before anything is made. */
  announce(remove: () => Promise<void>): void;
}

/** A database of its own beside the one that `adminUrl` names, made and migrated; it and its two roles are dropped in the end. */
export async function postgresScratch({ adminUrl, tables, now, announce }: PostgresScratchOptions): Promise<Scratch> {
  const server = await Session.open({ url: adminUrl, applicationName: 'gatehouse doctor' });
  const own = new URL(adminUrl);
  const name = `${decodeURIComponent(own.pathname.slice(1)).slice(0, NAME_LENGTH)}_isolation_${randomBytes(6).toString('hex')}`;
  own.pathname = `/${encodeURIComponent(name)}`;
  let session: Session | undefined;
  let removed: Promise<void> | undefined;
  const remove = () => {
    removed ??= (async () => {
      await session?.close();
      await dropAll(server, name);
      await server.close();
    })();
    return removed;
  };
  announce(remove);
  try {
    await server.query(`create database ${quotedName(name)} template template0`).catch(withoutRight);
    const { url } = await migratePostgres({ adminUrl: own.href, tables, now });
    if (url === null) throw new Error(`The role "${rolesOf(name).serving}" was there already`);
    session = await Session.open({ url: own.href, applicationName: 'gatehouse doctor' });
    const administrator = new PostgresAdministrator(adminTables(tables), session);
    const database = async (guarded: boolean) => {
      await guardTables(administrator.session, tables, guarded);
      return { url: guarded ? url : own.href };
    };
    return { kind: 'PostgreSQL', database, administrator, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

function withoutRight(error: unknown): never {
  if (!(error instanceof StatementError) || error.code !== INSUFFICIENT_PRIVILEGE) throw error;
  throw new Error('This user may not make a scratch database to prove isolation on: give it CREATEDB, or name another one with --database-admin');
}

async function dropAll(server: Session, name: string): Promise<void> {
  await server.query(`drop database if exists ${quotedName(name)} with (force)`);
  const { serving, tenant } = rolesOf(name);
  for (const role of [serving, tenant]) await server.query(`drop role if exists ${quotedName(role)}`);
}

/** The layer of the database is what is set up in it, and the role that serves: to be without, the one is taken away, and the owner takes the other's place. */
async function guardTables(session: Session, tables: readonly TableDef[], on: boolean): Promise<void> {
  for (const { name } of tables) {
    if (on) {
      await session.query(policyDdl.enable(name));
      await session.query(policyDdl.force(name));
    } else {
      await session.query(`alter table "${name}" no force row level security`);
      await session.query(`alter table "${name}" disable row level security`);
    }
  }
}

class PostgresAdministrator implements Administrator {
  readonly tables: readonly AdminTable[];
  readonly session: Session;
  /** What was read last of each party, in which versions, and how far the log had come before. */
  readonly #read = new Map<Party, { readonly at: unknown; readonly versions: ReadonlyMap<AdminTable, unknown>; readonly rows: PartyRows }>();

  constructor(tables: readonly AdminTable[], session: Session) {
    this.tables = tables;
    this.session = session;
  }

  async rows(party: Party): Promise<PartyRows> {
    // Whatever is changed is written to the log before it can be seen; most attacks change nothing.
    const [now] = (await this.session.query('select pg_current_wal_insert_lsn()::text as at', [], 'at')).rows;
    const known = this.#read.get(party);
    if (known !== undefined && known.at === now?.at) return known.rows;
    const versions = await this.#versions(party);
    const changed = this.tables.filter((table) => known === undefined || known.versions.get(table) !== versions.get(table));
    const rows = new Map([...(known?.rows ?? []), ...(await this.#rowsOf(changed, party))]);
    this.#read.set(party, { at: now?.at, versions, rows });
    return rows;
  }

  /** Which versions of its rows each table has: another one wherever a row was written. */
  async #versions(party: Party): Promise<ReadonlyMap<AdminTable, unknown>> {
    const { from, values } = ownedBy(party, this.tables);
    const each = this.tables.map((table, i) => `select ${i} as "table", string_agg(t.ctid::text || t.xmin::text, ' ' order by t.ctid) as seen ${from(table)}`);
    const { rows } = await this.#as(party, each.join(' union all '), values, 'versions');
    return new Map(rows.flatMap(({ table, seen }) => this.tables.slice(Number(table), Number(table) + 1).map((one) => [one, seen] as const)));
  }

  async #rowsOf(tables: readonly AdminTable[], party: Party): Promise<PartyRows> {
    const found = new Map(tables.map(({ name }) => [name, new Map<string, string>()]));
    if (tables.length === 0) return found;
    const { from, values } = ownedBy(party, tables);
    const each = tables.map((table, i) => {
      const keys = table.key.map((one) => `t."${one}"`).join(', ');
      return `select ${i} as "table", jsonb_build_array(${keys})::text as key, (to_jsonb(t) - '${table.volatile ?? ''}')::text as row ${from(table)}`;
    });
    const { rows } = await this.#as(party, `${each.join(' union all ')} order by 1, 2`, values);
    for (const { table, key, row } of rows) found.get(tables[Number(table)]?.name ?? '')?.set(String(key), String(row));
    return found;
  }

  async write(table: AdminTable, rows: readonly string[], party: Party): Promise<void> {
    const columns = Object.keys(JSON.parse(rows[0] ?? '{}') as object);
    const changed = columns.filter((name) => !table.key.includes(name) && name !== GENERATED);
    const list = columns.map(quotedName).join(', ');
    const action =
      changed.length === 0 ? 'do nothing' : `do update set ${changed.map((name) => `${quotedName(name)} = excluded.${quotedName(name)}`).join(', ')}`;
    await this.#as(
      party,
      `insert into "${table.name}" (${list}) overriding system value select ${list} from jsonb_populate_recordset(null::"${table.name}", $1::jsonb) on conflict (${table.key.map(quotedName).join(', ')}) ${action}`,
      [`[${rows.join(',')}]`],
    );
  }

  async remove(table: AdminTable, rows: readonly string[], party: Party): Promise<void> {
    const keys = table.key.map(quotedName).join(', ');
    await this.#as(party, `delete from "${table.name}" where (${keys}) in (select ${keys} from jsonb_populate_recordset(null::"${table.name}", $1::jsonb))`, [
      `[${rows.join(',')}]`,
    ]);
  }

  stored(kind: ColumnKind, value: unknown): unknown {
    if (value === null) return null;
    if (kind === 'json') return JSON.stringify(value);
    return value instanceof Uint8Array ? `\\x${Buffer.from(value).toString('hex')}` : value;
  }

  loaded(kind: ColumnKind, value: unknown): unknown {
    if (value === null) return null;
    if (kind === 'json') return JSON.parse(String(value));
    return kind === 'bytes' ? Buffer.from(String(value).slice(2), 'hex') : value;
  }

  /** An owner is held by the policies too, so it looks as the tenant; all of it in one round trip. */
  async #as({ tenant }: Party, sql: string, values: readonly unknown[], name?: string): Promise<QueryResult> {
    const { session } = this;
    const [, , result] = await Promise.all([
      session.query('begin'),
      session.query(`select set_config('${TENANT_SETTING}', $1, true)`, [tenant], 'as'),
      session.query(sql, values, name),
      session.query('commit'),
    ]);
    return result;
  }
}

/** Which rows of tables are a party's: the end of a query of each, and the parameters of all. */
function ownedBy(party: Party, tables: readonly AdminTable[]) {
  const held = [...new Set(tables.map(({ holds }) => holds))];
  return {
    from: ({ name, column, owner, holds }: AdminTable) => `from "${name}" t where ${owner ?? `t."${column}"`} = any($${held.indexOf(holds) + 1}::text[])`,
    values: held.map((holds) => (holds === 'tenant' ? [party.tenant] : party[holds])),
  };
}

/** The order of insertion of Gatehouse's own rows: written, but never changed. */
const GENERATED = 'seq';
