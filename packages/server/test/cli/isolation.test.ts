import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestDatabase, newDatabase } from '../../../../test/support/postgres.js';
import { loadDriver } from '../../src/store/sqlite/load-driver.js';
import { type Ended, fixture, gatehouse, serve, temporaryFolder } from './process.js';

const platform = fixture('notes-platform.mjs');
let root: ReturnType<typeof temporaryFolder>;
beforeAll(() => {
  root = temporaryFolder();
});
afterAll(() => root.remove());

const said = ({ code, stdout, stderr }: Ended) => ({ code, stdout, stderr });

describe('start refuses a PostgreSQL database in which tenants are not kept apart, and says what is wrong and what to do', () => {
  let database: TestDatabase;
  let url: string;
  beforeAll(async () => {
    database = await newDatabase();
    const environment = { GATEHOUSE_DATABASE_ADMIN: database.adminUrl };
    const { stdout } = await gatehouse(['migrate', '--platform', platform, '--json'], { environment, cwd: root.path });
    ({ database_url: url } = JSON.parse(stdout) as { database_url: string });
  });
  afterAll(() => database.drop());

  const serving = (at: string) => ({ environment: { GATEHOUSE_DATABASE: at, GATEHOUSE_SECRET: 'a root secret for tests, long enough' }, cwd: root.path });
  const start = (at: string) => gatehouse(['start', platform, '--port', '0'], serving(at));
  const role = (kind: 'serving' | 'tenant') => `"${database.name}_${kind}"`;

  const setUps: Record<string, { readonly spoil: () => string; readonly repair: () => string; readonly sentence: () => string }> = {
    'row-level security is not enabled': {
      spoil: () => 'alter table notes disable row level security',
      repair: () => 'alter table notes enable row level security',
      sentence: () => 'The table "notes" has row-level security not enabled: run `gatehouse migrate --database-admin <url>`',
    },
    'row-level security is not forced': {
      spoil: () => 'alter table notes no force row level security',
      repair: () => 'alter table notes force row level security',
      sentence: () => 'The table "notes" has row-level security enabled, but not forced: run `gatehouse migrate --database-admin <url>`',
    },
    'a policy is missing': {
      spoil: () => 'alter policy gatehouse_tenant on notes rename to another',
      repair: () => 'alter policy another on notes rename to gatehouse_tenant',
      sentence: () => 'The table "notes" lacks its policy "gatehouse_tenant": run `gatehouse migrate --database-admin <url>`',
    },
    'a policy lets everybody in': {
      spoil: () => 'create policy open on notes for select to public using (true)',
      repair: () => 'drop policy open on notes',
      sentence: () => 'The table "notes" has a further permissive policy, "open", which lets the tenant role at more rows: drop it, or make it restrictive',
    },
    'a table is undeclared': {
      spoil: () => `create table extra (tenant_id text, id text); grant select on extra to ${role('tenant')}`,
      repair: () => 'drop table extra',
      sentence: () =>
        `The tenant role ${role('tenant')} has rights on "public.extra", which is not declared, and in which nothing keeps tenants apart: revoke them, from PUBLIC too`,
    },
    'the serving role goes past row-level security': {
      spoil: () => `alter role ${role('serving')} bypassrls`,
      repair: () => `alter role ${role('serving')} nobypassrls`,
      sentence: () => `The database user ${role('serving')} has BYPASSRLS, so that row-level security does not hold it: run`,
    },
  };

  test.each(Object.entries(setUps))('%s', async (_name, { spoil, repair, sentence }) => {
    for (const sql of spoil().split('; ')) await database.query(sql);
    try {
      expect(said(await start(url))).toEqual({ code: 2, stdout: '', stderr: expect.stringContaining(sentence()) });
    } finally {
      await database.query(repair());
    }
  });

  test('the role is a superuser', async () => {
    const { code, stderr } = await start(database.adminUrl);
    expect(code).toBe(2);
    expect(stderr).toBe(
      'gatehouse: The database user "postgres" is a superuser, whom row-level security does not hold: run `gatehouse migrate --database-admin <url>` with the URL of the database\'s owner, and start with the URL that it prints\n',
    );
  });

  test('only the owner is given', async () => {
    const environment = { GATEHOUSE_DATABASE_ADMIN: database.adminUrl };
    const { code, stderr } = await gatehouse(['start', platform, '--port', '0'], { environment, cwd: root.path });
    expect([code, stderr]).toEqual([2, expect.stringContaining('gatehouse migrate --database-admin')]);
  });

  test('and serves it when all is as it was', async () => {
    const server = await serve([platform], serving(url));
    expect((await server.stop()).code).toBe(0);
  });
});

describe('start refuses a SQLite database in which tenants are not kept apart', () => {
  test('a table that nobody declared', async () => {
    const data = `${root.path}/data`;
    await (await serve([platform, '--data', data])).stop();
    const open = await loadDriver();
    const connection = open(`${data}/gatehouse.db`, false);
    connection.exec('create table extra (tenant_id text, id text)');
    const refused = () => gatehouse(['start', platform, '--port', '0', '--data', data]);
    expect(said(await refused())).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'gatehouse: The table "extra" is in the database and undeclared, so that nothing holds its rows to a tenant: declare it in the platform\'s tables, or drop it\n',
    });
    connection.exec('drop table extra');
    connection.close();
    expect((await (await serve([platform, '--data', data])).stop()).code).toBe(0);
  });
});
