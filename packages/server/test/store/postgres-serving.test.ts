import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newDatabase, type TestDatabase } from '../../../../test/support/postgres.js';
import { col, type TableDef, tenantTable } from '../../src/domain/tables.js';
import { IsolationError } from '../../src/store/layers.js';
import { checkServing } from '../../src/store/postgres/check-serving.js';
import { migratePostgres } from '../../src/store/postgres/migrate.js';
import { proveIsolation } from '../../src/store/postgres/prove-isolation.js';
import { Session } from '../../src/store/postgres/session.js';
import { tables } from './tables.js';

let database: TestDatabase;
let url: string;
/** The two roles, as SQL may name them. */
let serving: string;
let tenant: string;

beforeAll(async () => {
  database = await newDatabase();
  const migrated = await migratePostgres({ adminUrl: database.adminUrl, tables, now: () => 1 });
  ({ servingRole: serving, tenantRole: tenant } = migrated);
  url = migrated.url ?? '';
});
afterAll(() => database.drop());

async function connected<T>(at: string, work: (session: Session) => Promise<T>): Promise<T> {
  const session = await Session.open({ url: at });
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

/**
 * As the serving role on a database that an administrator has altered: both in one transaction, which is undone. In the
 * statements `$serving` and `$tenant` stand for the roles.
 */
function altered<T>(sql: string, work: (session: Session) => Promise<T>): Promise<T> {
  return connected(database.adminUrl, async (session) => {
    await session.query('begin');
    const words = { $serving: serving, $tenant: tenant, $database: database.name };
    for (const one of sql.split('; ')) await session.query(Object.entries(words).reduce((text, [word, name]) => text.replaceAll(word, name), one));
    await session.query(`set local session authorization ${serving}`);
    return work(session);
  });
}

const NOTHING = 'select 1';
const check = (sql = NOTHING, declared: readonly TableDef[] = tables): Promise<unknown> => altered(sql, (session) => checkServing(session, declared));
const prove = (sql = NOTHING): Promise<unknown> => altered(sql, (session) => proveIsolation(session, tables, { serving, tenant }));

/** What a refusal says, or that there was none. */
async function said(work: Promise<unknown>): Promise<{ readonly isolation: boolean; readonly text: string }> {
  try {
    await work;
    return { isolation: false, text: 'nothing' };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { isolation: error instanceof IsolationError, text: error.message };
  }
}

test('a database that was just migrated may be served, and tells who serves', async () => {
  await connected(url, async (session) => {
    const roles = await checkServing(session, tables);
    expect(roles).toEqual({ serving, tenant });
    await proveIsolation(session, tables, roles);
  });
});

test('the self-test changes nothing, and goes well beside rows of tenants', async () => {
  await database.query("insert into people (tenant_id, id, name) values ('a', 'kept', 'Kept')");
  const rows = (): Promise<unknown> =>
    database.query('select tenant_id, id, note from gatehouse_canary union all select tenant_id, id, name from people order by tenant_id');
  const before = await rows();
  await prove();
  expect(await rows()).toEqual(before);
});

test('a superuser, who may be the one that migrates, is told the command and what to start with', async () => {
  const { isolation, text } = await said(connected(database.adminUrl, (session) => checkServing(session, tables)));
  expect(isolation).toBe(true);
  expect(text).toMatch(/"postgres" is a superuser.*`gatehouse migrate --database-admin <url>`.*start with the URL that it prints/);
});

/** Set-ups that do not keep tenants apart: what an administrator did, and what the refusal says. */
const broken: Record<string, [sql: string, sentence: RegExp]> = {
  'a role that bypasses': ['alter role $serving bypassrls', /_serving" has BYPASSRLS.*gatehouse migrate --database-admin/],
  'a member of a role that bypasses': [
    'create role $serving_x bypassrls; grant $serving_x to $serving',
    /member of ".*_serving_x", which row-level security does not hold: take/,
  ],
  'the owner of a table': ['alter table people owner to $serving', /owns the table "people".*gatehouse migrate --database-admin <url>.*start with the URL/],
  'a member of the owner of a table': [
    'create role $serving_x; grant create on schema public to $serving_x; alter table gatehouse_keys owner to $serving_x; grant $serving_x to $serving',
    /owns the table "gatehouse_keys"/,
  ],
  'the owner of the database': [`alter database $database owner to $serving`, /owns the database "t_/],
  'row-level security that is not forced': ['alter table people no force row level security', /"people" has row-level security enabled, but not forced/],
  'row-level security that is not enabled': ['alter table people disable row level security', /"people" has row-level security not enabled/],
  'a policy that was dropped': ['drop policy gatehouse_tenant on people', /"people" lacks its policy "gatehouse_tenant"/],
  'a policy that lets everything be seen': [
    'alter policy gatehouse_tenant on people using (true)',
    /"people" has a policy "gatehouse_tenant" that says something else/,
  ],
  'a policy that lets everything be written': [
    'alter policy gatehouse_tenant on people with check (true)',
    /"people" has a policy "gatehouse_tenant" that says something else/,
  ],
  'a policy for one command only': [
    'drop policy gatehouse_tenant on people; create policy gatehouse_tenant on people for select using (true)',
    /"people" has a policy "gatehouse_tenant" that says something else/,
  ],
  'a second policy that permits': ['create policy more on people for select using (true)', /"people" has a further permissive policy, "more"/],
  'a table that is not declared': ['create table loose (id text); grant select on loose to $tenant', /"public\.loose", which is not declared/],
  'a table that everybody may read': [
    'create schema s; create table s.loose (id text); grant select on s.loose to public',
    /"s\.loose", which is not declared/,
  ],
  'one column of a table of Gatehouse': ['grant select (hash) on gatehouse_keys to $tenant', /"public\.gatehouse_keys", which is not declared/],
  'a view over all tenants': ['create view all_people as select * from people; grant select on all_people to $tenant', /"public\.all_people"/],
  'a table that needs no tenant': ['grant select on people to $serving', /"people" can be used by ".*_serving" without a tenant/],
  'a tenant role that bypasses': ['alter role $tenant bypassrls', /member of ".*_tenant", which row-level security does not hold: take/],
  'a tenant role that may log in': ['alter role $tenant login', /tenant role ".*" may log in/],
  'a tenant role that owns': ['create schema own authorization $tenant', /tenant role ".*" owns something/],
  'a tenant role with the rights of another': ['grant pg_read_all_data to $tenant', /tenant role ".*" is a member of "pg_read_all_data"/],
  'roles that may make tables': [
    'grant create on schema public to public',
    /may make tables in the schema "public".*`revoke create on schema "public" from public`/,
  ],
  'a tenant role whose rights are inherited': ['grant $tenant to $serving with inherit true', /has the rights of ".*_tenant" without becoming it/],
};

test.each(Object.entries(broken))('%s is refused with its sentence', async (_, [sql, sentence]) => {
  const { isolation, text } = await said(check(sql));
  expect(text).toMatch(sentence);
  expect(isolation).toBe(true);
  expect(text).not.toContain(new URL(url).password);
});

/** Databases that are not what this version needs. */
const unfit: Record<string, [sql: string, sentence: RegExp]> = {
  'a database that was never migrated': ['drop table gatehouse_migrations', /has not been migrated: run `gatehouse migrate --database-admin <url>`/],
  'a database that is behind': [
    'delete from gatehouse_migrations',
    /is behind this version \(schema 0, this one needs \d+\): run `gatehouse migrate --database-admin <url>`/,
  ],
  'a database of a newer version': ['insert into gatehouse_migrations values (99, 0)', /newer Gatehouse \(schema 99, this one knows \d+\)/],
  'a declared table that is gone': ['drop table comments', /"comments" is declared, but missing/],
  'a column of another type': ['alter table people alter column name type varchar', /"people" differs from its declaration: the column "name"/],
  'a column that lost its collation': ['alter table people alter column name type text collate "default"', /the column "name"/],
  'a column too many': ['alter table people add column more text', /the column "more"/],
  'a column that may be null': ['alter table people alter column name drop not null', /the column "name"/],
  'a reference that was dropped': [
    'alter table tickets drop constraint "gatehouse_reference:tickets:project_id"',
    /"tickets" differs.*reference on \(project_id\)/,
  ],
  'a unique that was dropped': ['drop index "gatehouse_unique:tickets:number"', /"tickets" differs.*unique on \(number\)/],
  'a right that was taken': ['revoke all on people from $tenant', /"people" cannot be used by the tenant role/],
  'rights that were taken': ['revoke all on gatehouse_migrations from $serving', /is not the one that Gatehouse serves with/],
  'another role': ['revoke $tenant from $serving', /is not the one that Gatehouse serves with/],
};

test.each(Object.entries(unfit))('%s is refused with its sentence', async (_, [sql, sentence]) => {
  expect((await said(check(sql))).text).toMatch(sentence);
});

const id = { id: col.uuid(), name: col.text() };
const declarations: Record<string, [TableDef[], RegExp]> = {
  'a new table': [[...tables, tenantTable('more', { columns: id })], /behind what the platform declares \(the table "more" is missing.*gatehouse migrate/],
  'a new column': [[{ ...tables[0], columns: { ...id, age: col.nullable(col.integer()) } }, ...tables.slice(1)], /the column "age" of "people" is missing/],
  'a table that is no longer declared': [tables.slice(0, 3), /"comments".*no longer declared/],
};

test.each(Object.entries(declarations))('%s since the last migration is refused with its sentence', async (_, [declared, sentence]) => {
  expect((await said(check(NOTHING, declared))).text).toMatch(sentence);
});

test('further policies that only take, or that are for others, are none of our concern', async () => {
  expect(await check('create policy less on people as restrictive using (true); create policy other on people to pg_monitor using (true)')).toEqual({
    serving,
    tenant,
  });
});

describe('the self-test', () => {
  const holes: Record<string, [sql: string, sentence: RegExp]> = {
    'a policy that shows everything': [
      "insert into people (tenant_id, id, name) values ('a', 'x', 'X'); alter policy gatehouse_tenant on people using (true)",
      /"people" shows rows while no tenant is set/,
    ],
    'a policy that shows a tenant that is not there': [
      "insert into people (tenant_id, id, name) values ('a', 'x', 'X'); alter policy gatehouse_tenant on people using (current_setting('gatehouse.tenant', true) <> '')",
      /"people" shows rows to a tenant that does not exist/,
    ],
    'row-level security that is off': [
      "insert into people (tenant_id, id, name) values ('a', 'x', 'X'); alter table people disable row level security",
      /"people" shows rows/,
    ],
    'a role that bypasses': ['alter role $tenant bypassrls', /"gatehouse_canary" shows rows/],
    'a policy that shows other tenants to some': [
      "create policy more on gatehouse_canary for select using (current_setting('gatehouse.tenant', true) like 'canary:%')",
      /a row of another tenant is seen/,
    ],
    'a policy that lets rows be added for others': [
      'create policy more on gatehouse_canary for insert with check (true)',
      /a row can be added for another tenant/,
    ],
    'a policy that lets rows be given away': [
      'create policy more on gatehouse_canary for update using (false) with check (true)',
      /a row can be given to another tenant/,
    ],
    'rights on the keys': ['grant select on gatehouse_keys to $tenant', /can read the keys/],
    'canaries that are gone': ['truncate gatehouse_canary', /the row that must be seen is not/],
  };

  test.each(Object.entries(holes))('%s is found by doing', async (_, [sql, sentence]) => {
    const { isolation, text } = await said(prove(sql));
    expect(text).toMatch(sentence);
    expect(isolation).toBe(true);
  });
});
