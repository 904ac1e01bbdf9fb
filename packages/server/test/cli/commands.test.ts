import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gatehouse, json, temporaryFolder } from './process.js';
import { moment } from '../support/moment.js';

const folder = temporaryFolder();
const data = ['--data', folder.path];
const uuid = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
let user: { id: string; email: string };
let tenant: { id: string };

beforeAll(async () => {
  user = await json('user', 'create', '--email', 'Ada@Example.com', '--name', 'Ada', ...data);
  tenant = await json('tenant', 'create', '--name', 'Acme', ...data);
}, 30_000);

afterAll(() => {
  folder.remove();
});

describe('what commands print with --json', () => {
  test('user create and user list', async () => {
    expect(user).toEqual({ id: uuid, email: 'ada@example.com', name: 'Ada', created_at: moment });
    expect(await json<unknown[]>('user', 'list', ...data)).toContainEqual(user);
  });

  test('tenant create and tenant list', async () => {
    expect(tenant).toEqual({ id: uuid, name: 'Acme', plan: 'default', created_at: moment });
    expect(await json<unknown[]>('tenant', 'list', ...data)).toContainEqual(tenant);
  });

  test('tenant set-plan: the tenant of this id, or the own space of the user with this e-mail', async () => {
    expect(await json('tenant', 'set-plan', tenant.id, 'default', ...data)).toEqual(tenant);
    expect(await json('tenant', 'set-plan', 'Ada@Example.com', 'default', ...data)).toMatchObject({ name: 'Ada', plan: 'default' });
  });

  test("key create: the platform's own object with the raw key", async () => {
    const key = await json('key', 'create', '--user', user.id, '--name', 'ci', '--scopes', 'tickets:read,executions:read', '--expires', '2999-01-31', ...data);
    expect(key).toEqual({
      id: uuid,
      name: 'ci',
      key_prefix: expect.stringMatching(/^nen_[0-9a-f]{4}$/),
      raw_key: expect.stringMatching(/^nen_[0-9a-f]{64}$/),
      scopes: ['tickets:read', 'executions:read'],
      expires_at: '2999-01-31T00:00:00Z',
      created_at: moment,
    });
    const rotated = await json('key', 'rotate', String(key.id), '--overlap', '90m', ...data);
    expect(rotated).toEqual({ ...key, id: uuid, key_prefix: expect.any(String), raw_key: expect.stringMatching(/^nen_[0-9a-f]{64}$/), created_at: moment });
    expect(rotated.raw_key).not.toBe(key.raw_key);
  });

  test('key list: an array, of all keys, of one user or of one tenant', async () => {
    const hash = createHash('sha256').update('nen_of_a_tenant').digest('hex');
    const imported = await json(
      'key',
      'import',
      '--tenant',
      tenant.id,
      '--name',
      'old',
      '--hash',
      hash,
      '--format',
      'hex',
      '--scopes',
      'tickets:read',
      ...data,
    );
    const shape = {
      id: uuid,
      name: 'old',
      key_prefix: expect.stringMatching(/^nen_[0-9a-f]{4}$/),
      user_id: null,
      scopes: ['tickets:read'],
      expires_at: null,
      last_used_at: null,
      created_at: moment,
      revoked_at: null,
    };
    expect(imported).toEqual(shape);
    expect(await json('key', 'list', '--tenant', tenant.id, ...data)).toEqual([imported]);
    const ofUser = await json<{ user_id: string }[]>('key', 'list', '--user', 'ada@example.com', ...data);
    expect(new Set(ofUser.map(({ user_id }) => user_id))).toEqual(new Set([user.id]));
    expect(await json<unknown[]>('key', 'list', ...data)).toHaveLength(ofUser.length + 1);
    expect(await json('key', 'disable', String(imported.id), ...data)).toEqual(imported);
    expect(await json('key', 'enable', String(imported.id), ...data)).toEqual(imported);
    expect(await json('key', 'revoke', String(imported.id), ...data)).toEqual({ ...imported, revoked_at: moment });
    expect(await json('key', 'list', '--tenant', tenant.id, ...data)).toEqual([]);
    // Nine programs, one after the other.
  }, 30_000);

  test('key create for an e-mail that nobody has makes the user, once', async () => {
    for (const name of ['one', 'two']) await json('key', 'create', '--user', 'New@Example.com', '--name', name, ...data);
    const users = await json<{ email: string }[]>('user', 'list', ...data);
    expect(users.filter(({ email }) => email === 'new@example.com')).toHaveLength(1);
    expect(await json<unknown[]>('key', 'list', '--user', 'new@example.com', ...data)).toHaveLength(2);
  });

  test('migrate: what was there, and what was done', async () => {
    expect(await json('migrate', ...data)).toEqual({
      database: `${folder.path}/gatehouse.db`,
      schema_before: expect.any(Number),
      schema: expect.any(Number),
      tables_added: [],
    });
  });
});

describe('what goes wrong', () => {
  test.each([
    ['not_found', ['key', 'revoke', 'nobody']],
    ['not_found', ['key', 'create', '--tenant', 'nobody', '--name', 'x']],
    ['not_found', ['tenant', 'set-plan', 'nobody', 'default']],
    ['invalid_input', ['tenant', 'set-plan', 'ada@example.com', 'gold']],
    ['not_found', ['key', 'list', '--user', 'nobody@example.com']],
    ['invalid_input', ['key', 'create', '--user', 'ada@example.com', '--name', 'x', '--scopes', 'no:such']],
    ['invalid_input', ['key', 'create', '--user', 'ada@example.com', '--name', ' ']],
    ['invalid_input', ['key', 'import', '--user', 'ada@example.com', '--name', 'x', '--hash', 'abc', '--format', 'hex']],
    ['conflict', ['user', 'create', '--email', 'ada@example.com']],
  ])('is told as %s in one line of JSON on stderr, with exit code 1: %j', async (code, args) => {
    const ended = await gatehouse([...args, ...data, '--json']);
    expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(/^[^\n]+\n$/);
    expect(JSON.parse(ended.stderr)).toEqual({ error: expect.any(String), code });
  });

  test.each([
    [[], 'gatehouse --help'],
    [['nonsense'], 'gatehouse --help'],
    [['key'], 'gatehouse key --help'],
    [['key', 'revoke'], 'gatehouse key revoke --help'],
    [['key', 'create', '--user', 'a@b.c'], 'gatehouse key create --help'],
    [['key', 'create', '--name', 'x'], 'gatehouse key create --help'],
    [['key', 'create', '--name', 'x', '--user', 'a@b.c', '--tenant', 't'], 'gatehouse key create --help'],
    [['key', 'create', '--name', 'x', '--user', 'a@b.c', '--scopes', ''], 'gatehouse key create --help'],
    [['key', 'create', '--name', 'x', '--user', 'a@b.c', '--expires', 'soon'], 'gatehouse key create --help'],
    [['key', 'create', '--name', 'x', '--user', 'a@b.c', '--expires', '2001-01-01'], 'gatehouse key create --help'],
    [['key', 'rotate', 'id', '--overlap', '-1h'], 'gatehouse key rotate --help'],
    [['start', '--nonsense'], 'gatehouse start --help'],
  ])('in the command line %j is one line with the way to help, with exit code 2', async (args, help) => {
    const { code, stdout, stderr } = await gatehouse(args, { cwd: folder.path });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^gatehouse: [^\n]+\n$/);
    expect(stderr).toContain(`See \`${help}\`.`);
  });

  test('a scope that is not declared is told with those that are', async () => {
    const { stderr } = await gatehouse(['key', 'create', '--user', 'ada@example.com', '--name', 'x', '--scopes', 'no:such', ...data]);
    expect(stderr).toMatch(/^gatehouse: scopes: unknown: no:such; there are tickets:read, tickets:write, /);
  });

  test('a key that is revoked already is told as one that is not there: with the way to those that are', async () => {
    const { id } = await json<{ id: string }>('key', 'create', '--user', 'ada@example.com', '--name', 'x', ...data);
    await json('key', 'revoke', id, ...data);
    const told = await Promise.all([id, 'nobody'].map(async (given) => (await gatehouse(['key', 'revoke', given, ...data])).stderr));
    expect(told[0]).toContain('`gatehouse key list`');
    expect(told[0]).toBe(told[1]);
  });

  test('an id that is in fact the key itself is not repeated', async () => {
    const raw = `nen_${'0123456789abcdef'.repeat(4)}`;
    expect((await gatehouse(['key', 'revoke', raw, ...data])).stderr).not.toContain(raw);
  });
});

describe('what commands print for people', () => {
  test('a new key comes with the sentence that it is shown only once', async () => {
    const { stdout } = await gatehouse(['key', 'create', '--user', 'ada@example.com', '--name', 'laptop', ...data]);
    expect(stdout).toMatch(/^This is the only time that the key is shown\. Keep it safe\.\n\nid {10}\S+\nname {8}laptop\nkey_prefix {2}nen_/);
  });

  test('help tells every command', async () => {
    const { code, stdout, stderr } = await gatehouse(['key', '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const name of ['create', 'list', 'revoke', 'disable', 'enable', 'rotate', 'import']) expect(stdout).toContain(name);
  });
});
