import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createLogger, openGatehouse, readConfig } from 'gatehouse';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fixturePlatform } from '../../../../test/support/fixture-platform.js';
import { type TestDatabase, newDatabase } from '../../../../test/support/postgres.js';
import { firstStart } from '../../src/cli/first-start.js';
import { migratePostgres } from '../../src/store/postgres/migrate.js';
import { type Running, fixture, gatehouse, serve, statusWith, temporaryFolder } from './process.js';

const secret = 'a root secret for tests, long enough';
let database: TestDatabase;
let root: ReturnType<typeof temporaryFolder>;
let running: Running[];

beforeEach(async () => {
  database = await newDatabase();
  root = temporaryFolder();
  running = [];
});

afterEach(async () => {
  for (const server of running) await server.stop();
  root.remove();
  await database.drop();
});

interface Migrated {
  readonly database_url: string | null;
}

const admin = () => ({ GATEHOUSE_DATABASE_ADMIN: database.adminUrl });
const serving = (url: string) => ({ GATEHOUSE_DATABASE: url, GATEHOUSE_SECRET: secret });
const run = (environment: Record<string, string>, ...args: string[]) => gatehouse(args, { environment, cwd: root.path });

async function json<T>(environment: Record<string, string>, ...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await run(environment, ...args, '--json');
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as T;
}

async function migrated(): Promise<string> {
  const { database_url: url } = await json<Migrated>(admin(), 'migrate');
  if (url === null) throw new Error('no URL');
  return url;
}

async function started(url: string, ...args: string[]): Promise<Running> {
  const server = await serve(args, { environment: serving(url), cwd: root.path });
  running.push(server);
  return server;
}

const passwordOf = (url: string) => new URL(url).password;

describe('migrate on PostgreSQL', () => {
  test('makes the serving role and shows its URL once; again it says how to get another', async () => {
    const first = await json<Migrated>(admin(), 'migrate');
    const { host } = new URL(database.adminUrl);
    expect(first).toEqual({
      database: `postgres://${host}/${database.name}`,
      serving_role: `${database.name}_serving`,
      database_url: expect.stringMatching(new RegExp(`^postgres://${database.name}_serving:[^@]+@${host}/${database.name}$`)),
      schema_before: 0,
      schema: expect.any(Number),
      tables_added: expect.arrayContaining(['projects', 'tickets']),
    });
    expect(await json(admin(), 'migrate')).toMatchObject({ database_url: null, tables_added: [] });
    const { stdout } = await run(admin(), 'migrate');
    expect(stdout).toContain('--reset-password');
    expect(stdout).not.toContain(passwordOf(first.database_url ?? ''));
    const second = await json<Migrated>(admin(), 'migrate', '--reset-password');
    expect(second.database_url).not.toBe(first.database_url);
    expect((await run(serving(first.database_url ?? ''), 'user', 'list')).code).toBe(1);
    expect((await run(serving(second.database_url ?? ''), 'user', 'list')).code).toBe(0);
  });

  test('is done as the owner alone, and says so', async () => {
    const { code, stderr } = await run(serving('postgres://role:hush-hush@127.0.0.1:1/shop'), 'migrate');
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^gatehouse: --database-admin: (?!.*hush).*owner.*\n$/)]);
    expect(await run({}, 'migrate', '--reset-password')).toMatchObject({ code: 2, stderr: expect.stringContaining('--database-admin') });
  });

  test('leaves the database of another platform as it is', async () => {
    await migrated();
    const tables = () => database.query("select tablename from pg_tables where schemaname = 'public' order by 1");
    const before = await tables();
    const { code, stderr } = await run(admin(), 'migrate', '--platform', fixture('waiting.mjs'));
    expect([code, stderr]).toEqual([1, expect.stringContaining(`belongs to the platform "nenjo", not "waiting"`)]);
    expect(await tables()).toEqual(before);
  });
});

describe('a server on PostgreSQL', () => {
  test('serves without a data folder, commands work beside it, and a key is refused when its revocation is answered', async () => {
    const url = await migrated();
    const [one, two] = await Promise.all([started(url), started(url)]);
    expect(one.stderr()).toContain('Nobody has a key yet');
    const { id, raw_key: key } = await json<{ id: string; raw_key: string }>(serving(url), 'key', 'create', '--user', 'ada@example.com', '--name', 'k');
    for (const server of [one, two]) expect(await statusWith(server.url, key)).toBe(200);
    await json(serving(url), 'key', 'revoke', id);
    for (const server of [one, two]) expect(await statusWith(server.url, key)).toBe(401);
    expect(existsSync(join(root.path, 'data'))).toBe(false);
    const ended = await one.stop();
    expect([ended.code, ended.stdout]).toEqual([0, expect.stringContaining('"event":"stopped"')]);
    for (const { stdout, stderr } of [ended, await two.stop()]) expect(stdout + stderr).not.toContain(passwordOf(url));
  });

  test.each([
    ['as the owner of the database', () => serving(database.adminUrl), 'gatehouse migrate'],
    ['given only the owner', () => admin(), 'gatehouse migrate --database-admin'],
    ['without a root secret', async () => ({ GATEHOUSE_DATABASE: await migrated() }), 'GATEHOUSE_SECRET'],
    ['with a data folder too', async () => ({ ...serving(await migrated()), GATEHOUSE_DATA: './data' }), '--data'],
  ] as const)('does not start %s: one line that says what to do, with exit code 2', async (_what, environment, name) => {
    const given = await environment();
    const { code, stdout, stderr } = await run(given, 'start', '--port', '0');
    expect(stderr).toMatch(/^gatehouse: [^\n]+\n$/);
    expect(stderr).toContain(name);
    expect([code, stdout]).toEqual([2, '']);
    for (const url of Object.values(given).filter((value) => value.startsWith('postgres:'))) expect(stderr).not.toContain(passwordOf(url));
  });

  test('does not start on a database that is out of reach, of another platform or of another root secret', async () => {
    const url = await migrated();
    const refused = async (environment: Record<string, string>, ...args: string[]) => {
      const { code, stderr } = await run(environment, 'start', '--port', '0', ...args);
      expect(stderr).toMatch(/^gatehouse: [^\n]+\n$/);
      expect(stderr).not.toContain(passwordOf(url));
      return [code, stderr] as const;
    };
    const gone = new URL(url);
    gone.port = '1';
    const unreached = /out of reach \(ECONNREFUSED\): postgres:\/\/127\.0\.0\.1:1\/\S+ Check the host and the port/;
    expect(await refused(serving(gone.href))).toEqual([1, expect.stringMatching(unreached)]);
    const nameless = Object.assign(new URL(url), { pathname: '/no_such' });
    expect(await refused(serving(nameless.href))).toEqual([1, expect.stringMatching(/"no_such" does not exist: \S+ Check the name of the database/)]);
    expect(await refused(serving(url), fixture('waiting.mjs'))).toEqual([1, expect.stringContaining('belongs to the platform "nenjo"')]);
    await (await started(url)).stop();
    expect(await refused({ ...serving(url), GATEHOUSE_SECRET: 'x'.repeat(40) })).toEqual([1, expect.stringContaining('GATEHOUSE_SECRET')]);
  });

  test('does not start on a database that nobody has migrated, and names the command', async () => {
    const url = new URL(database.adminUrl);
    Object.assign(url, { username: `${database.name}_early`, password: 'early' });
    await database.query(`create role ${database.name}_early login password 'early'`);
    const { stderr } = await run(serving(url.href), 'start', '--port', '0');
    expect(stderr).toMatch(/^gatehouse: [^\n]*gatehouse migrate --database-admin[^\n]*\n$/);
  });
});

test('of several processes that start at once on one empty database, one makes the owner and the key', async () => {
  const { url } = await migratePostgres({ adminUrl: database.adminUrl, tables: fixturePlatform.tables, now: Date.now });
  const open = () =>
    openGatehouse({
      platform: fixturePlatform,
      config: readConfig({ port: '0' }, {}, []),
      logger: createLogger({ level: 'silent', pretty: false }),
      database: { url: url ?? '' },
      rootSecret: secret,
    });
  const all = await Promise.all([open(), open(), open()]);
  const firsts = await Promise.all(all.map((app) => firstStart({ gatehouse: app, development: true, terminal: true })));
  expect(firsts.map(({ is }) => is).sort()).toEqual(['later', 'later', 'made']);
  const [one] = all;
  expect([await one.users.list(), await one.keys.listAll()]).toEqual([[expect.objectContaining({ email: 'owner@localhost' })], [expect.anything()]]);
  expect(await firstStart({ gatehouse: one, development: true, terminal: true })).toEqual({ is: 'later' });
  for (const app of all) await app.close();
});
