import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lockDataFolder } from '../../src/data-folder.js';
import { type Running, fixture, gatehouse, json, serve, statusWith, temporaryFolder } from './process.js';

let root: ReturnType<typeof temporaryFolder>;
let folder: string;
let running: Running[];

beforeEach(() => {
  root = temporaryFolder();
  folder = join(root.path, 'data');
  running = [];
});

afterEach(async () => {
  for (const server of running) await server.stop('SIGKILL');
  root.remove();
});

async function started(...args: string[]): Promise<Running> {
  const server = await serve(['--data', folder, ...args]);
  running.push(server);
  return server;
}

const keyFor = (email: string, ...more: string[]) =>
  json<{ id: string; raw_key: string }>('key', 'create', '--user', email, '--name', 'k', '--data', folder, ...more);
const list = (...more: string[]) => gatehouse(['key', 'list', '--data', folder, ...more]);
const mode = (name: string) => statSync(join(folder, name)).mode & 0o777;

describe('the data folder', () => {
  test('belongs to its user alone, and so does all that is in it', async () => {
    await started();
    expect(mode('.')).toBe(0o700);
    for (const name of ['secret', 'gatehouse.db', 'gatehouse.db-wal', 'lock.db', 'control.sock', 'first-key'])
      expect(`${name} ${mode(name).toString(8)}`).toBe(`${name} 600`);
    expect(readFileSync(join(folder, 'secret'), 'utf8')).toMatch(/^[0-9a-f]{64}\n$/);
  });

  test('is not made by a command that would find nothing in it: it was given another than was meant', async () => {
    const { code, stderr } = await list();
    expect([code, stderr]).toEqual([1, `gatehouse: There is no data folder ${folder}: give the one that is served, with --data.\n`]);
    expect(existsSync(folder)).toBe(false);
  });

  test('is refused where it cannot be made, with the reason', async () => {
    writeFileSync(join(root.path, 'file'), '');
    const takesNone = process.platform === 'linux' ? ['/proc/gatehouse/data'] : [];
    for (const path of [join(root.path, 'file', 'data', 'deeper'), ...takesNone])
      await expect(lockDataFolder(path), path).rejects.toThrow(/^The data folder .+ cannot be made: .+\.$/);
  });

  test('of a server that was killed is served again, with all that was acknowledged', async () => {
    const first = await started();
    const kept = await keyFor('ada@example.com');
    const gone = await keyFor('ada@example.com');
    await json('key', 'revoke', gone.id, '--data', folder);
    await first.stop('SIGKILL');
    expect(existsSync(join(folder, 'control.sock'))).toBe(true);
    // The socket that was left behind answers nobody: this writes by itself.
    const late = await keyFor('bob@example.com');
    const second = await started();
    expect(await statusWith(second.url, kept.raw_key)).toBe(200);
    expect(await statusWith(second.url, late.raw_key)).toBe(200);
    expect(await statusWith(second.url, gone.raw_key)).toBe(401);
    expect(second.stderr()).not.toContain('first key');
    // And the new server's socket is in its place.
    await json('key', 'revoke', kept.id, '--data', folder);
    expect(await statusWith(second.url, kept.raw_key)).toBe(401);
  });

  test('takes parallel writers without a server, one after the other', async () => {
    const made = await Promise.all(Array.from({ length: 6 }, (_, index) => keyFor(`user${index}@example.com`)));
    const listed = JSON.parse((await list('--json')).stdout) as { id: string }[];
    expect(listed.map(({ id }) => id).sort()).toEqual(made.map(({ id }) => id).sort());
  }, 60_000);

  test('is refused with another root secret, and with a root secret that others can read', async () => {
    await keyFor('ada@example.com');
    const wrong = await gatehouse(['start', '--port', '0', '--data', folder], { environment: { GATEHOUSE_SECRET: 'another secret, which is long enough' } });
    expect(wrong).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^gatehouse: GATEHOUSE_SECRET .*is not the secret that this database was made with.*\n$/),
    });
    chmodSync(join(folder, 'secret'), 0o640);
    expect(await list()).toEqual({
      code: 1,
      stdout: '',
      stderr: `gatehouse: Others can read the root secret: run \`chmod 600 ${join(folder, 'secret')}\`, then start again.\n`,
    });
  });

  test('gets no new root secret where the old one is lost', async () => {
    await keyFor('ada@example.com');
    rmSync(join(folder, 'secret'));
    expect(await list()).toMatchObject({ code: 1, stderr: expect.stringContaining('its root secret is not') });
    expect(existsSync(join(folder, 'secret'))).toBe(false);
  });

  test('belongs to one platform: another one is refused before it changes anything', async () => {
    await keyFor('ada@example.com');
    const other = ['migrate', '--data', folder, '--platform', fixture('waiting.mjs')];
    const refused = await gatehouse(other);
    expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('belongs to the platform "nenjo", not "waiting"') });
    expect(await json('migrate', '--data', folder)).toMatchObject({ tables_added: [] });
    await started();
    expect(await gatehouse(other)).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('served as the platform "nenjo", not "waiting"') });
  });

  test('with a path too long for a socket is served through a private folder, which is gone after the end', async () => {
    folder = join(root.path, 'a'.repeat(60), 'b'.repeat(60));
    mkdirSync(folder, { recursive: true });
    const server = await started();
    const socket = readFileSync(join(folder, 'control.path'), 'utf8').trim();
    expect(statSync(socket).mode & 0o777).toBe(0o600);
    expect(statSync(join(socket, '..')).mode & 0o777).toBe(0o700);
    const { id, raw_key } = await keyFor('ada@example.com');
    await json('key', 'revoke', id, '--data', folder);
    expect(await statusWith(server.url, raw_key)).toBe(401);
    await server.stop();
    expect(existsSync(join(socket, '..'))).toBe(false);
    expect(existsSync(join(folder, 'control.path'))).toBe(false);
  });
});
