import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newDatabase, queryAt, type TestDatabase } from '../../../../test/support/postgres.js';
import { col, type TableDef, tenantTable } from '../../src/domain/tables.js';
import { placesOf } from '../../src/store/sql/ddl-postgres.js';
import { type Migrated, type MigrateOptions, migratePostgres, SCHEMA } from '../../src/store/postgres/migrate.js';
import { openPostgresStore } from '../../src/store/postgres/index.js';
import { checkServing } from '../../src/store/postgres/check-serving.js';
import { proveIsolation } from '../../src/store/postgres/prove-isolation.js';
import { Session } from '../../src/store/postgres/session.js';
import { foundation } from '../../src/store/postgres/migrations/0001-foundation.js';
import { scramVerifier, servingUrl } from '../../src/store/postgres/roles.js';
import { hashOf } from './place.js';
import { tables } from './tables.js';

let database: TestDatabase;
beforeEach(async () => {
  database = await newDatabase();
});
afterEach(() => database.drop());

const now = (): number => 1_700_000_000_000;
const migrate = (declared: readonly TableDef[] = tables, over: Partial<MigrateOptions> = {}): Promise<Migrated> =>
  migratePostgres({ adminUrl: database.adminUrl, tables: declared, now, ...over });

/** What a migration leaves, as text that is equal where the databases are. */
async function everything(): Promise<unknown> {
  return database.query(`
    select c.relname, c.relkind, c.relrowsecurity, c.relforcerowsecurity, c.relacl::text,
      (select array_agg(p.polname || pg_get_expr(p.polqual, p.polrelid) order by p.polname) from pg_policy p where p.polrelid = c.oid) as policies,
      (select array_agg(a.attname || format_type(a.atttypid, a.atttypmod) order by a.attnum) from pg_attribute a where a.attrelid = c.oid and a.attnum > 0) as columns,
      (select array_agg(pg_get_constraintdef(k.oid) order by k.conname) from pg_constraint k where k.conrelid = c.oid) as constraints
    from pg_class c where c.relnamespace = 'public'::regnamespace order by c.relname`);
}

/** An owner of the database who is no superuser, as most administrators of a hosted database are. */
async function owner(attributes: string): Promise<string> {
  const name = `${database.name}_owner`;
  const password = randomBytes(8).toString('hex');
  await database.query(`create role ${name} login ${attributes} password '${password}'`);
  await database.query(`alter database ${database.name} owner to ${name}`);
  return servingUrl(database.adminUrl, database.name, name, password);
}

test('an empty database gets tables, two roles and a URL that logs in, and a second run changes nothing and shows no password', async () => {
  const first = await migrate();
  expect(first).toMatchObject({
    ...{ servingRole: `${database.name}_serving`, tenantRole: `${database.name}_tenant`, schemaBefore: 0, schema: SCHEMA },
    tablesAdded: tables.map(({ name }) => name),
  });
  expect(await queryAt(first.url ?? '', 'select current_user::text as me, current_database()::text as at')).toEqual([
    { me: first.servingRole, at: database.name },
  ]);
  const before = await everything();
  expect(await migrate()).toEqual({ ...first, schemaBefore: SCHEMA, tablesAdded: [], url: null });
  expect(await everything()).toEqual(before);
});

test('a password is reset on demand: the old URL no longer logs in, the new one does', async () => {
  const { url: old } = await migrate();
  const { url } = await migrate(tables, { resetPassword: true });
  await expect(queryAt(old ?? '', 'select 1')).rejects.toMatchObject({ code: '28P01' });
  expect(await queryAt(url ?? '', 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('the server keeps a verifier, which was worked out before it was sent', async () => {
  const { url } = await migrate();
  const [stored] = await database.query<{ rolpassword: string }>('select rolpassword from pg_authid where rolname = $1', [`${database.name}_serving`]);
  const salt = Buffer.from(/\$4096:([^$]+)\$/.exec(stored?.rolpassword ?? '')?.[1] ?? '', 'base64');
  expect(salt).toHaveLength(16);
  expect(stored?.rolpassword).toBe(scramVerifier(new URL(url ?? '').password, salt));
});

test('the serving role has no rights on declared tables, the tenant role none on Gatehouse’s own, and the public none at all', async () => {
  await database.query('alter default privileges grant select on tables to public');
  await migrate();
  const reach = await database.query<{ role: string; tables: string[] }>(
    `select role, array_agg(c.relname::text order by c.relname) as tables from unnest($1::text[]) as role, pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and has_table_privilege(role, c.oid, 'select, insert, update, delete') group by role order by role`,
    [[`${database.name}_serving`, `${database.name}_tenant`, 'pg_monitor']],
  );
  expect(reach).toEqual([
    {
      role: `${database.name}_serving`,
      tables: [
        ...[
          'access_tokens',
          'artifacts',
          'clients',
          'departures',
          'grants',
          'idempotency',
          'identities',
          'invitations',
          'jobs',
          'keys',
          'ledger',
          'links',
          'members',
          'meta',
          'migrations',
          'processes',
          'public_ids',
        ],
        ...['refresh_tokens', 'search', 'service_keys', 'session_tokens', 'sessions', 'signing_keys', 'tables', 'tenants', 'users'],
      ].map((name) => `gatehouse_${name}`),
    },
    { role: `${database.name}_tenant`, tables: ['comments', 'gatehouse_canary', 'people', 'projects', 'tickets'] },
  ]);
});

const versions = Array.from({ length: SCHEMA }, (_, index) => ({ version: index + 1 }));

test('of four migrations at once on an empty database one does it, and the others find it done', async () => {
  const results = await Promise.all([1, 2, 3, 4].map(() => migrate()));
  expect(results.map(({ schemaBefore }) => schemaBefore).sort()).toEqual([0, SCHEMA, SCHEMA, SCHEMA]);
  expect(results.filter(({ url }) => url !== null)).toHaveLength(1);
  expect(await database.query('select version from gatehouse_migrations order by version')).toEqual(versions);
});

test('a database of an earlier version is brought to this one, with what is in it, and its keys are found', async () => {
  const { url: first } = await migrate();
  await database.query(
    `drop table gatehouse_idempotency, gatehouse_departures, gatehouse_session_tokens, gatehouse_sessions, gatehouse_clients, gatehouse_grants,
      gatehouse_access_tokens, gatehouse_refresh_tokens, gatehouse_artifacts, gatehouse_signing_keys, gatehouse_links, gatehouse_jobs, gatehouse_search, gatehouse_invitations,
      gatehouse_service_keys, gatehouse_public_ids cascade; alter table gatehouse_tenants drop column deleted_at; drop index gatehouse_users_home; drop function gatehouse_words, gatehouse_search_changed;
      drop index gatehouse_keys_head, gatehouse_keys_good; create unique index gatehouse_keys_hash on gatehouse_keys (hash); delete from gatehouse_migrations where version > 1`,
  );
  await database.query(`insert into gatehouse_tenants (id, name, created_at) values ('a', 'A', 1)`);
  await database.query(
    `insert into gatehouse_keys (id, tenant_id, name, hash, prefix, scopes, created_at, created_by)
      select 'k' || n, 'a', 'K', encode(sha256(('k' || n)::bytea), 'hex'), 'p', '[]', 1, 'cli' from generate_series(1, 300) n`,
  );
  expect(await migrate()).toMatchObject({ schemaBefore: 1, schema: SCHEMA, tablesAdded: [] });
  expect(await database.query('select id from gatehouse_tenants')).toEqual([{ id: 'a' }]);
  expect(await database.query('select count(*)::integer as n from gatehouse_idempotency')).toEqual([{ n: 0 }]);
  const ids = Array.from({ length: 300 }, (_, index) => `k${index + 1}`);
  const store = await openPostgresStore({ url: first ?? '', tables });
  expect(await Promise.all(ids.map(async (id) => (await store.keys.findByHash(hashOf(id)))?.key.id))).toEqual(ids);
  await store.close();
});

test('tables, columns and indexes are added while a server works on the same tables, none of whose transactions fails', async () => {
  const { url, tenantRole } = await migrate();
  const client = new pg.Client({ connectionString: url ?? '' });
  await client.connect();
  let stopped = false;
  const served = (async () => {
    for (let n = 1; !stopped; n += 1) {
      await client.query('begin');
      await client.query("select set_config('role', $1, true), set_config('gatehouse.tenant', 'a', true)", [tenantRole]);
      await client.query('insert into people (id, name) values ($1, $1)', [`p${n}`]);
      await client.query('select * from people where id = $1', [`p${n}`]);
      await client.query('commit');
    }
  })();
  const people = { ...tables[0], columns: { ...tables[0].columns, age: col.or(col.integer(), 7) }, indexes: [['name']] };
  const more = tenantTable('more', { columns: { id: col.uuid() } });
  const done = await migrate([people, ...tables.slice(1), more]).finally(() => {
    stopped = true;
  });
  await served;
  await client.end();
  expect(done.tablesAdded).toEqual(['more']);
  const [row] = await database.query<{ n: number; old: number }>('select count(*)::int as n, count(*) filter (where age = 7)::int as old from people');
  expect(row?.n).toBeGreaterThan(0);
  expect(row?.old).toBe(row?.n);
});

test('a table that a transaction holds is waited for, and it is never that transaction which has to give way', async () => {
  const { url, tenantRole } = await migrate();
  const client = new pg.Client({ connectionString: url ?? '' });
  await client.connect();
  await client.query('begin');
  await client.query("select set_config('role', $1, true), set_config('gatehouse.tenant', 'a', true)", [tenantRole]);
  await client.query("insert into tickets (id, number, title) values ('t', 1, 'T')");
  const older = (table: TableDef): TableDef => ({ ...table, columns: { ...table.columns, more: col.nullable(col.text()) } });
  const events: object[] = [];
  const migrating = migrate(tables.map(older), { log: (event) => events.push(event) });
  // The migration has the lock on people and wants the one on tickets; this wants the one on people.
  await expect
    .poll(() => database.query("select 1 as waits from pg_locks where relation = 'tickets'::regclass and not granted"), { interval: 10 })
    .toHaveLength(1);
  await client.query("insert into people (id, name) values ('p', 'P')");
  await client.query('commit');
  await client.end();
  await migrating;
  expect(events).toEqual([{ event: 'store.migration_waits' }]);
  expect(await database.query('select id, more from people')).toEqual([{ id: 'p', more: null }]);
});

test('a migration that is refused leaves the database as it was', async () => {
  await migrate();
  const before = await everything();
  await expect(migrate([...tables.slice(0, -1), tenantTable('new', { columns: { id: col.uuid() } })])).rejects.toThrow(/"comments".*no longer declared/);
  expect(await everything()).toEqual(before);
});

test('a database of a newer version is refused', async () => {
  await migrate();
  await database.query('insert into gatehouse_migrations (version, applied_at) values (99, 0)');
  await expect(migrate()).rejects.toThrow(`newer Gatehouse (schema 99, this one knows ${SCHEMA})`);
});

test('an owner who is no superuser migrates, where it may make roles; references work under row-level security that holds the owner too', async () => {
  const adminUrl = await owner('createrole');
  const { url, tenantRole } = await migrate(tables, { adminUrl });
  expect((await migrate(tables, { adminUrl })).url).toBeNull();
  const session = await Session.open({ url: url ?? '' });
  await proveIsolation(session, tables, await checkServing(session, tables));
  const as = async (tenant: string, ...statements: readonly string[]): Promise<void> => {
    await session.query('begin');
    await session.query("select set_config('role', $1, true), set_config('gatehouse.tenant', $2, true)", [tenantRole, tenant]);
    for (const sql of statements) await session.query(sql);
    await session.query('commit');
  };
  for (const tenant of ['a', 'b']) {
    await as(
      tenant,
      `insert into projects (id, name) values ('${tenant}', 'P'), ('same', 'S')`,
      "insert into people (id, name) values ('x', 'X')",
      "insert into tickets (id, number, title, project_id, assignee_id) values ('1', 1, 'T', 'same', 'x'), ('2', 2, 'T', null, 'x')",
    );
  }
  const refer = "insert into tickets (id, number, title, project_id) values ('3', 3, 'T', 'b')";
  await expect(as('a', refer)).rejects.toMatchObject({ violation: 'reference' });
  await session.query('rollback');
  await as('a', "delete from projects where id = 'same'", 'delete from people');
  await session.close();
  expect(await database.query('select tenant_id, id, assignee_id from tickets order by 1, 2')).toEqual([
    { tenant_id: 'a', id: '2', assignee_id: null },
    { tenant_id: 'b', id: '1', assignee_id: 'x' },
    { tenant_id: 'b', id: '2', assignee_id: 'x' },
  ]);
});

test('an owner who may not make roles is told so, and nothing is left behind; where the roles are there it migrates', async () => {
  const adminUrl = await owner('');
  await expect(migrate(tables, { adminUrl })).rejects.toThrow(/CREATEROLE/);
  expect(await database.query("select from pg_class where relname = 'people'")).toEqual([]);
  const [serving, tenant] = [`${database.name}_serving`, `${database.name}_tenant`];
  for (const sql of [`create role ${serving} login noinherit`, `create role ${tenant} nologin noinherit`, `grant ${tenant} to ${serving}`])
    await database.query(sql);
  expect(await migrate(tables, { adminUrl })).toMatchObject({ url: null, schema: SCHEMA });
});

test('one who may not make tables is told to come as the owner', async () => {
  const adminUrl = await owner('createrole');
  await database.query(`alter database ${database.name} owner to postgres`);
  await expect(migrate(tables, { adminUrl })).rejects.toThrow(/may not make tables in the schema public/);
});

test('a URL that is none is refused without being repeated', async () => {
  await expect(migrate(tables, { adminUrl: 'postgres://u:secret@[' })).rejects.toThrow(/^(?!.*secret).*is no URL/s);
});

test('policies, rights and roles that were altered are put right', async () => {
  await migrate();
  const before = await everything();
  const [serving, tenant] = [`${database.name}_serving`, `${database.name}_tenant`];
  for (const sql of [
    'alter table people no force row level security',
    'alter table tickets disable row level security',
    'drop policy gatehouse_tenant on projects',
    'alter policy gatehouse_tenant on comments using (true)',
    `grant select on people to ${serving}`,
    `grant update on gatehouse_keys to ${tenant}`,
    'grant select on tickets to public',
    `alter role ${tenant} login`,
    `alter role ${serving} inherit`,
  ]) {
    await database.query(sql);
  }
  await migrate();
  expect(await everything()).toEqual(before);
  expect(await database.query('select rolname from pg_roles where rolname = any ($1) and (rolinherit or rolcanlogin) order by 1', [[serving, tenant]])).toEqual(
    [{ rolname: serving }],
  );
});

test('constraints tell the column that they are about by their names, however long those of the table and the column are', async () => {
  const [long, column] = ['t'.repeat(48), 'c'.repeat(47)];
  const declared = [
    tenantTable(long, {
      columns: { id: col.uuid(), [`${column}1`]: col.nullable(col.text()), [`${column}2`]: col.nullable(col.text()) },
      unique: [[`${column}1`], [`${column}2`]],
      references: { [`${column}1`]: { table: 'later' }, [`${column}2`]: { table: 'later' } },
    }),
    tenantTable('later', { columns: { id: col.uuid() } }),
  ];
  await migrate(declared);
  const names = await database.query<{ name: string }>(
    "select conname as name from pg_constraint where conrelid::regclass::text = any ($1) and contype in ('p', 'f') union select indexname from pg_indexes where tablename = any ($1) order by name",
    [[long, 'later']],
  );
  expect(names.map(({ name }) => name).sort()).toEqual([...placesOf(declared).keys()].sort());
});

test('values are held to the same rules as on SQLite, and text compares byte by byte', async () => {
  await migrate();
  const insert = (columns: string, values: string): Promise<unknown> =>
    database.query(`insert into tickets (tenant_id, id, number, title${columns}) values ('a', 'x', 1, 'T'${values})`);
  await expect(insert(', labels', ", '{a'")).rejects.toMatchObject({ code: '23514' });
  await expect(database.query("insert into people (tenant_id, id, name) values ('', 'x', 'X')")).rejects.toMatchObject({ code: '23514' });
  await expect(database.query("insert into people (id, name) values ('x', 'X')")).rejects.toMatchObject({ code: '23502' });
  await insert(', labels', `, '{"b":1,"a":2,"b":3}'`);
  expect(await database.query("select labels, pg_typeof(labels)::text as type, open, weight, 'Z' < title as below from tickets")).toEqual([
    { labels: '{"b":1,"a":2,"b":3}', type: 'character varying', open: true, weight: 0.5, below: false },
  ]);
  await database.query("insert into people (tenant_id, id, name) values ('a', '1', 'a'), ('a', '2', 'B'), ('a', '3', 'ä'), ('a', '4', 'Z')");
  expect(await database.query('select name from people order by name')).toEqual(['B', 'Z', 'a', 'ä'].map((name) => ({ name })));
});

test('what a server before PostgreSQL 16 is given to check JSON with holds values to the same rules', async () => {
  for (const sql of foundation('public', 150_000)) await database.query(sql);
  const texts = ['{"a":1}', 'null', '"\\u0000"', '{a', '', null];
  expect(await database.query('select gatehouse_is_json(value) as ok from unnest($1::text[]) as value', [texts])).toEqual(
    [true, true, true, false, false, true].map((ok) => ({ ok })),
  );
});

test('changes of what a cached caller depends on are told when they are committed, by whomever; marks of use are not', async () => {
  await migrate();
  const { told, end } = await listening();
  expect(await told("insert into gatehouse_tenants (id, name, created_at) values ('t', 'T', 1), ('v', 'V', 1)")).toEqual([]);
  expect(await told("insert into gatehouse_users (id, email_verified, home_tenant, created_at) values ('u', false, 't', 1)")).toEqual([]);
  expect(await told("insert into gatehouse_members (tenant_id, user_id, role, created_at) values ('t', 'u', 'owner', 1)")).toEqual(['role:t:u']);
  const key =
    "insert into gatehouse_keys (id, tenant_id, user_id, name, hash, prefix, scopes, created_at, created_by) values ('k', 't', 'u', 'K', 'ab', 'p', '[]', 1, 'cli')";
  expect(await told(key)).toEqual([]);
  expect(await told("update gatehouse_keys set last_used_at = 5, name = 'L'")).toEqual([]);
  expect(await told('update gatehouse_keys set revoked_at = 5')).toEqual(['key:k']);
  expect(await told('update gatehouse_keys set expires_at = 5')).toEqual(['key:k']);
  expect(await told("update gatehouse_members set role = 'member'")).toEqual(['role:t:u']);
  expect(await told("update gatehouse_members set tenant_id = 'v'")).toEqual(['role:t:u', 'role:v:u']);
  expect(await told("update gatehouse_tenants set name = 'N'")).toEqual([]);
  expect(await told("update gatehouse_tenants set plan = 'pro' where id = 't'")).toEqual(['tenant:t']);
  expect(await told('begin; update gatehouse_keys set revoked_at = 9; rollback')).toEqual([]);
  expect(await told('delete from gatehouse_members')).toEqual(['role:v:u']);
  expect(await told('delete from gatehouse_keys')).toEqual(['key:k']);
  expect(await told('truncate gatehouse_keys cascade')).toEqual(['everything']);
  await end();
});

test('so are the ends of what OAuth gave: of a grant, of one token, of a client, and of the membership under which all that was given', async () => {
  await migrate();
  const { told, end } = await listening();
  await database.query(`insert into gatehouse_tenants (id, name, created_at) values ('t', 'T', 1);
    insert into gatehouse_users (id, email_verified, home_tenant, created_at) values ('u', false, 't', 1);
    insert into gatehouse_members (tenant_id, user_id, role, created_at) values ('t', 'u', 'owner', 1);
    insert into gatehouse_keys (id, tenant_id, user_id, name, hash, prefix, scopes, created_at, created_by) values ('k', 't', 'u', 'K', 'ab', 'p', '[]', 1, 'cli')`);
  const grants = ['g1', 'g2'].map((id) => `('${id}', 't', 'u', 'c', 'C', '[]', 1, 1)`).join(', ');
  expect(await told(`insert into gatehouse_grants (id, tenant_id, user_id, client_id, client_name, scopes, created_at, expires_at) values ${grants}`)).toEqual(
    [],
  );
  const token = (hash: string, grant: string, key: string): string => `('${hash}', 'id', 't', 'c', ${grant}, ${key}, '[]', 'https://a.test', 1, 9)`;
  const columns = 'hash, id, tenant_id, client_id, grant_id, key_id, scopes, audience, created_at, expires_at';
  const tokens = [token('h1', "'g1'", 'null'), token('h2', 'null', "'k'")].join(', ');
  expect(await told(`insert into gatehouse_access_tokens (${columns}) values ${tokens}`)).toEqual([]);
  expect(await told('update gatehouse_grants set last_used_at = 5, expires_at = 9')).toEqual([]);
  expect(await told("update gatehouse_access_tokens set revoked_at = 5 where hash = 'h1'")).toEqual(['grant:g1']);
  expect(await told("delete from gatehouse_access_tokens where hash = 'h2'")).toEqual(['key:k']);
  expect(await told("update gatehouse_grants set revoked_at = 5 where id = 'g1'")).toEqual(['grant:g1']);
  expect(new Set(await told('delete from gatehouse_members'))).toEqual(new Set(['role:t:u', 'grant:g1', 'grant:g2']));
  const clients = "('waits', 'registered', '{}', 1, 9), ('kept', 'registered', '{}', 1, null)";
  expect(await told(`insert into gatehouse_clients (id, kind, metadata, created_at, expires_at) values ${clients}`)).toEqual([]);
  expect(await told('delete from gatehouse_clients')).toEqual(['client:kept']);
  await end();
});

/** What is told while a statement runs. */
async function listening(): Promise<{ told(sql: string): Promise<readonly unknown[]>; end(): Promise<void> }> {
  const heard: string[] = [];
  const listener = new pg.Client({ connectionString: database.adminUrl });
  listener.on('notification', ({ payload }) => heard.push(payload ?? ''));
  await listener.connect();
  await listener.query('listen gatehouse');
  return {
    async told(sql) {
      heard.length = 0;
      await database.query(sql);
      await listener.query('select 1');
      return heard.flatMap((payload): unknown => (JSON.parse(payload) as { tags: unknown }).tags);
    },
    end: () => listener.end(),
  };
}
