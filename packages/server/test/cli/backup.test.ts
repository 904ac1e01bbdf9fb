import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Running, fixture, gatehouse, json, serve, statusWith, temporaryFolder } from './process.js';

let root: ReturnType<typeof temporaryFolder>;
let folder: string;
let copy: string;
let running: Running[];

beforeEach(() => {
  root = temporaryFolder();
  folder = join(root.path, 'data');
  copy = join(root.path, 'copy.db');
  running = [];
});

afterEach(async () => {
  for (const server of running) await server.stop('SIGKILL');
  root.remove();
});

async function started(data = folder): Promise<Running> {
  const server = await serve(['--data', data]);
  running.push(server);
  return server;
}

interface Minted {
  readonly id: string;
  readonly raw_key: string;
}

const keyFor = (email: string, data = folder) => json<Minted>('key', 'create', '--user', email, '--name', 'k', '--data', data);
const run = (...args: string[]) => gatehouse([...args, '--data', folder]);
const emails = async (data = folder) => (await json<readonly { readonly email: string }[]>('user', 'list', '--data', data)).map(({ email }) => email);

async function projectNames(url: string, key: string): Promise<string[]> {
  const names: string[] = [];
  for (;;) {
    const response = await fetch(`${url}/api/v1/projects?limit=100&offset=${names.length}`, { headers: { authorization: `Bearer ${key}` } });
    const page = (await response.json()) as readonly { readonly name: string }[];
    if (page.length === 0) return names;
    names.push(...page.map(({ name }) => name));
  }
}

/** Writes without a pause until it is told to end; `acknowledged` grows with every answer. */
function writers(url: string, key: string) {
  const acknowledged: string[] = [];
  let on = true;
  const write = async (writer: number) => {
    for (let number = 0; on; number += 1) {
      const name = `project ${writer} ${number}`;
      const body = JSON.stringify({ name, repo_url: 'https://github.com/acme/website.git' });
      const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
      const { status } = await fetch(`${url}/api/v1/projects`, { method: 'POST', headers, body });
      if (status === 201) acknowledged.push(name);
    }
  };
  const all = Promise.all([0, 1, 2, 3].map(write));
  return {
    acknowledged,
    async end() {
      on = false;
      await all;
    },
  };
}

describe('a copy that is taken while a server writes', () => {
  test('restores to a whole database, with every write that was acknowledged before it was begun, and its keys are let in', async () => {
    const server = await started();
    const { raw_key: key } = await keyFor('ada@example.com');
    const load = writers(server.url, key);
    const copies: { readonly file: string; readonly before: readonly string[] }[] = [];
    for (const file of [1, 2, 3].map((number) => join(root.path, `copy ${number}.db`))) {
      const before = [...load.acknowledged];
      await json('backup', file, '--data', folder);
      copies.push({ file, before });
    }
    await load.end();
    expect(copies[2]?.before.length).toBeGreaterThan(copies[1]?.before.length ?? Number.NaN);
    expect(copies[1]?.before.length).toBeGreaterThan(0);
    for (const [index, { file, before }] of copies.entries()) {
      const place = join(root.path, `restored ${index}`);
      mkdirSync(place);
      cpSync(join(folder, 'secret'), join(place, 'secret'));
      await json('restore', file, '--data', place);
      const restored = await started(place);
      const found = new Set(await projectNames(restored.url, key));
      expect(before.filter((name) => !found.has(name))).toEqual([]);
      expect([...found].filter((name) => !load.acknowledged.includes(name))).toEqual([]);
      await restored.stop();
    }
  }, 60_000);
});

describe('backup', () => {
  test('writes one file that its owner alone can read, and says where the root secret is', async () => {
    await keyFor('ada@example.com');
    const said = await json('backup', copy, '--data', folder);
    expect(said).toEqual({ file: copy, bytes: statSync(copy).size, schema: expect.any(Number), platform: 'nenjo', root_secret: join(folder, 'secret') });
    expect(statSync(copy).mode & 0o777).toBe(0o600);
    expect(readdirSync(root.path).sort()).toEqual(['copy.db', 'data']);
    const { stdout } = await run('backup', copy, '--force');
    expect(stdout).toContain('root secret');
  });

  test('never replaces a file without --force, and leaves nothing half-written', async () => {
    await keyFor('ada@example.com');
    writeFileSync(copy, 'precious');
    const { code, stderr } = await run('backup', copy);
    expect([code, stderr]).toEqual([1, `gatehouse: ${copy} is there already: give another name, or --force to replace it.\n`]);
    expect(readFileSync(copy, 'utf8')).toBe('precious');
    expect((await run('backup', copy, '--force')).code).toBe(0);
    expect((await run('restore', copy)).code).toBe(0);
    expect(readdirSync(root.path).sort()).toEqual(['copy.db', 'data']);
  });

  test('into a folder that is not there is refused by its name, and makes none', async () => {
    await keyFor('ada@example.com');
    const { code, stderr } = await run('backup', join(root.path, 'disk/copy.db'));
    expect([code, stderr]).toEqual([1, `gatehouse: There is no folder ${join(root.path, 'disk')}: make it first.\n`]);
    expect(readdirSync(root.path)).toEqual(['data']);
  });

  test.each([
    ['no database', () => {}, 'There is no database in'],
    ['a database that is damaged', () => damage(join(folder, 'gatehouse.db')), 'cannot be backed up'],
  ])('of %s is refused, makes nothing and ends with 1', async (_what, prepare, sentence) => {
    if (sentence.startsWith('cannot')) await keyFor('ada@example.com');
    prepare();
    const { code, stderr } = await run('backup', copy);
    expect([code, existsSync(copy)]).toEqual([1, false]);
    expect(stderr).toMatch(/^gatehouse: [^\n]+\n$/);
    expect(stderr).toContain(sentence);
  });
});

describe('restore', () => {
  test('keeps the database that it replaces, even one that was not closed well, and nothing of its log meets the copy', async () => {
    await keyFor('ada@example.com');
    await run('backup', copy);
    const server = await started();
    await keyFor('late@example.com');
    await server.stop('SIGKILL');
    expect(statSync(join(folder, 'gatehouse.db-wal')).size).toBeGreaterThan(0);
    const { replaced } = await json<{ replaced: string }>('restore', copy, '--data', folder);
    expect(await emails()).toEqual(['ada@example.com']);
    const old = join(root.path, 'old');
    mkdirSync(old);
    cpSync(join(folder, 'secret'), join(old, 'secret'));
    for (const end of ['', '-wal']) copyFileSync(replaced + end, join(old, `gatehouse.db${end}`));
    expect(await emails(old)).toContain('late@example.com');
  });

  test('is refused while a server has the folder, by its process id', async () => {
    const server = await started();
    await run('backup', copy);
    const { code, stderr } = await run('restore', copy);
    expect([code, stderr]).toEqual([1, `gatehouse: The data folder ${folder} is served by process ${server.pid}: stop it first.\n`]);
  });

  test('brings back a key that was revoked after the copy was made, and says so', async () => {
    const { id, raw_key } = await keyFor('ada@example.com');
    await run('backup', copy);
    await run('key', 'revoke', id);
    expect((await run('restore', copy)).stdout).toContain('revoke again');
    expect(await statusWith((await started()).url, raw_key)).toBe(200);
  });

  const refusals: readonly (readonly [string, () => Promise<void> | void, string])[] = [
    ['a file that is not there', () => {}, 'There is no file'],
    ['a folder', () => void mkdirSync(copy), 'is no file'],
    ['a file that is no database', () => writeFileSync(copy, 'x'.repeat(5000)), 'it is no SQLite database'],
    ['an empty file', () => writeFileSync(copy, ''), 'it is no database of Gatehouse'],
    ['a copy that was cut short', () => copied(() => truncateSync(copy, 40_960)), 'cannot be restored'],
    ['a copy that is damaged inside', () => copied(() => damage(copy)), 'damaged'],
    ['a copy beside which a log lies', () => copied(() => writeFileSync(`${copy}-wal`, 'x')), 'without which it is not whole'],
    ['a copy of another root secret', () => copied(() => newSecret('f'.repeat(64))), 'another root secret'],
    ['a copy of another platform', () => foreignCopy(), 'belongs to the platform "waiting"'],
  ];
  const copied = async (then: () => void) => {
    await keyFor('ada@example.com');
    await run('backup', copy);
    then();
  };
  const foreignCopy = async () => {
    const other = join(root.path, 'other');
    await json('migrate', '--data', other, '--platform', fixture('waiting.mjs'));
    await json('backup', copy, '--data', other);
    copyFileSync(join(other, 'secret'), join(folder, 'secret'));
  };

  test.each(refusals)('of %s is refused in one line, and the database stays what it was', async (_what, prepare, sentence) => {
    await keyFor('ada@example.com');
    await prepare();
    const before = existsSync(join(folder, 'gatehouse.db')) ? readFileSync(join(folder, 'gatehouse.db')) : undefined;
    const { code, stderr } = await run('restore', copy);
    expect(stderr).toMatch(/^gatehouse: [^\n]+\n$/);
    expect(stderr).toContain(sentence);
    expect(code).toBe(1);
    expect(readFileSync(join(folder, 'gatehouse.db'))).toEqual(before);
    expect(readdirSync(folder).filter((name) => /new|replaced/.test(name))).toEqual([]);
  });

  test('into a folder without the root secret is refused, and makes no secret of its own', async () => {
    await keyFor('ada@example.com');
    await run('backup', copy);
    const place = join(root.path, 'elsewhere');
    const { code, stderr } = await gatehouse(['restore', copy, '--data', place]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('The copy needs its root secret')]);
    expect(readdirSync(place)).toEqual(['lock.db']);
    copyFileSync(join(folder, 'secret'), join(place, 'secret'));
    chmodSync(join(place, 'secret'), 0o600);
    expect((await gatehouse(['restore', copy, '--data', place])).code).toBe(0);
    expect(await emails(place)).toEqual(['ada@example.com']);
  });

  function newSecret(secret: string): void {
    writeFileSync(join(folder, 'secret'), secret, { mode: 0o600 });
  }
});

/** Overwrites a page in the middle, the head untouched. */
function damage(file: string): void {
  const content = readFileSync(file);
  content.fill(0xa5, 8192, 8192 + 4096 * 4);
  writeFileSync(file, content);
}

test.each(['backup', 'restore'])('%s on PostgreSQL names the tools that it has for this, with exit code 2', async (command) => {
  const environment = { GATEHOUSE_DATABASE: 'postgres://role:hush-hush@127.0.0.1:1/shop', GATEHOUSE_SECRET: 'x'.repeat(32) };
  const { code, stderr } = await gatehouse([command, copy], { environment });
  expect(stderr).toMatch(/^gatehouse: GATEHOUSE_DATABASE: [^\n]*pg_(dump|restore)[^\n]*GATEHOUSE_SECRET[^\n]*\n$/);
  expect([code, stderr.includes('hush')]).toEqual([2, false]);
});
