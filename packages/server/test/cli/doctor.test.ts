import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type TestDatabase, newDatabase } from '../../../../test/support/postgres.js';
import { fixture, gatehouse, launch, serve, temporaryFolder, until } from './process.js';

interface Examination {
  readonly self_test: string;
  readonly holds: boolean;
  readonly report: {
    readonly tallies: readonly { readonly attempts: number; readonly leaks: number; readonly changes: number; readonly differences: number }[];
  };
}

let root: ReturnType<typeof temporaryFolder>;
let scratch: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  root = temporaryFolder();
  scratch = temporaryFolder();
});
afterEach(() => {
  root.remove();
  scratch.remove();
});

const options = (environment: Record<string, string>) => ({ cwd: root.path, environment: { TMPDIR: scratch.path, ...environment } });
const run = (args: readonly string[], environment: Record<string, string> = {}) => gatehouse(['doctor', 'isolation', ...args], options(environment));
const small = ['--platform', fixture('notes-platform.mjs')];

describe('gatehouse doctor isolation', () => {
  test('tests the database that is there, prints what was tried and that nothing was found, and leaves nothing behind', async () => {
    await gatehouse(['migrate', ...small, '--data', `${root.path}/data`]);
    const before = readdirSync(`${root.path}/data`);
    const { code, stdout, stderr } = await run([...small, '--data', `${root.path}/data`]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('passes the self-test of both layers');
    expect(stdout).toMatch(/notes on SQLite/);
    expect(stdout).toMatch(/^foreign id +\d+ +\d+ +\d+ +\d+ +0 +0 +0$/m);
    expect(stdout).toMatch(/^handler on notes +\d+ +\d+ +\d+ +\d+ +0 +0 +0$/m);
    expect(stdout).toContain('Tenants are kept apart.');
    expect(readdirSync(`${root.path}/data`)).toEqual(before);
    expect(readdirSync(scratch.path)).toEqual([]);
  }, 60_000);

  test('says the same as JSON, beside a server that has the folder', async () => {
    const server = await serve([fixture('notes-platform.mjs'), '--data', `${root.path}/data`]);
    try {
      const { code, stdout } = await run([...small, '--data', `${root.path}/data`, '--json']);
      expect(code).toBe(0);
      const { self_test, holds, report } = JSON.parse(stdout) as Examination;
      expect(self_test).toContain(`in use by process ${server.pid}`);
      expect(holds).toBe(true);
      expect(report.tallies.length).toBeGreaterThan(100);
      expect(report.tallies.filter(({ leaks, changes, differences }) => leaks + changes + differences > 0)).toEqual([]);
    } finally {
      await server.stop();
    }
  }, 120_000);

  test('leaves nothing behind when it is interrupted', async () => {
    const { ended, signal } = launch(['doctor', 'isolation'], options({}));
    await until(() => readdirSync(scratch.path).length || undefined);
    signal('SIGTERM');
    expect((await ended).code).toBe(143);
    expect(readdirSync(scratch.path)).toEqual([]);
  }, 60_000);

  test('ends with 1 where a handler tells one tenant of another, and says which; makes no data folder', async () => {
    const { code, stdout } = await run(['--platform', fixture('leaky-platform.mjs')]);
    expect(code).toBe(1);
    expect(stdout).toContain('There is no database in ./data yet');
    expect(readdirSync(root.path)).toEqual([]);
    expect(stdout).toMatch(/^ {2}leak: notes_latest, /m);
    expect(stdout).toContain('Tenants are NOT kept apart.');
  }, 60_000);
});

describe('on PostgreSQL', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await newDatabase();
  });
  afterEach(() => database.drop());
  const leftBehind = async () => [
    ...(await database.query('select datname as name from pg_database where starts_with(datname, $1)', [`${database.name}_isolation`])),
    ...(await database.query('select rolname as name from pg_roles where starts_with(rolname, $1)', [`${database.name}_isolation`])),
  ];

  test('the database that is configured is tested; a scratch database and its roles are made and dropped', async () => {
    const admin = { GATEHOUSE_DATABASE_ADMIN: database.adminUrl };
    const migrated = await gatehouse(['migrate', ...small, '--json'], options(admin));
    const { database_url: url } = JSON.parse(migrated.stdout) as { database_url: string };
    const { code, stdout, stderr } = await run(small, { ...admin, GATEHOUSE_DATABASE: url, GATEHOUSE_SECRET: 'a root secret for tests, long enough' });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('The database that is configured passes the self-test of both layers.');
    expect(stdout).toMatch(/notes on PostgreSQL/);
    expect(stdout).toContain('Tenants are kept apart.');
    expect(await leftBehind()).toEqual([]);
  }, 120_000);

  test('they are dropped when it is interrupted too', async () => {
    const { ended, signal } = launch(['doctor', 'isolation'], options({ GATEHOUSE_DATABASE_ADMIN: database.adminUrl }));
    await until(async () => (await leftBehind()).length > 0 || undefined);
    signal('SIGINT');
    expect((await ended).code).toBe(130);
    expect(await leftBehind()).toEqual([]);
  }, 120_000);

  test('an owner who may make no database is told so', async () => {
    const name = `${database.name}_plain`;
    await database.query(`create role ${name} login password 'plain' createrole`);
    const at = new URL(database.adminUrl);
    at.username = name;
    at.password = 'plain';
    const { code, stderr } = await run(small, { GATEHOUSE_DATABASE_ADMIN: at.href });
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^gatehouse: .*give it CREATEDB.*\n$/)]);
    expect(await leftBehind()).toEqual([]);
  }, 60_000);
});
