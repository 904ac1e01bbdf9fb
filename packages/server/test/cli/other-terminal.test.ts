import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Running, gatehouse, json, serve, statusWith, temporaryFolder, until } from './process.js';

const folder = temporaryFolder();
const data = ['--data', folder.path];
let server: Running;
interface Minted {
  readonly id: string;
  readonly raw_key: string;
}
const newKey = (...more: string[]) => json<Minted>('key', 'create', '--user', 'ada@example.com', '--name', 'a key', ...data, ...more);

beforeAll(async () => {
  server = await serve(data);
});

afterAll(async () => {
  await server.stop('SIGKILL');
  folder.remove();
});

describe('with a server that runs', () => {
  test('the first start makes a key in a private file, and the printed curl works when pasted', async () => {
    const file = join(folder.path, 'first-key');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(server.stderr()).toContain(file);
    expect(server.stderr()).not.toContain(readFileSync(file, 'utf8').trim());
    const line = server
      .stderr()
      .split('\n')
      .find((text) => text.trim().startsWith('curl '));
    const { stdout } = await promisify(execFile)('sh', ['-c', `${line} -s -w ' %{http_code}'`]);
    expect(stdout).toBe('[] 200');
  });

  test('a link that signs in is shown to whoever started it, beside the log, and signs in', async () => {
    const { url } = server;
    const form = (path: string, fields: Record<string, string>) =>
      fetch(url + path, { method: 'POST', headers: { origin: url }, body: new URLSearchParams(fields), redirect: 'manual' });
    expect((await form('/sign-in', { email: 'ada@example.com' })).status).toBe(200);
    const token = await until(() => /\/sign-in\/link\?token=(\S+)/.exec(server.stderr())?.[1]);
    const answer = await form('/sign-in/link', { token });
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([200, expect.stringMatching(/^gatehouse_session=[0-9a-f]{64};/)]);
    expect(server.stdout()).not.toContain(token);
  });

  test('a key made in another terminal opens the door at once', async () => {
    const { raw_key } = await newKey();
    expect(await statusWith(server.url, raw_key)).toBe(200);
  });

  test('a revoked key is refused by the next call', async () => {
    const { id, raw_key } = await newKey();
    expect(await statusWith(server.url, raw_key)).toBe(200);
    const revoked = await json('key', 'revoke', id, ...data);
    expect(await statusWith(server.url, raw_key)).toBe(401);
    expect(revoked).toMatchObject({ id, revoked_at: expect.stringMatching(/Z$/) });
    expect(await gatehouse(['key', 'revoke', id, ...data, '--json'])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('"code":"not_found"'),
    });
  });

  test('a disabled key is refused by the next call, and let in again once it is enabled', async () => {
    const { id, raw_key } = await newKey();
    expect(await statusWith(server.url, raw_key)).toBe(200);
    await json('key', 'disable', id, ...data);
    expect(await statusWith(server.url, raw_key)).toBe(401);
    await json('key', 'enable', id, ...data);
    expect(await statusWith(server.url, raw_key)).toBe(200);
  });

  test('a rotated key ends at once without an overlap, and goes on beside its successor with one', async () => {
    const old = await newKey();
    const next = await json<Minted>('key', 'rotate', old.id, ...data);
    expect(await statusWith(server.url, old.raw_key)).toBe(401);
    expect(await statusWith(server.url, next.raw_key)).toBe(200);
    const last = await json<Minted>('key', 'rotate', next.id, '--overlap', '24h', ...data);
    expect(await statusWith(server.url, next.raw_key)).toBe(200);
    expect(await statusWith(server.url, last.raw_key)).toBe(200);
  });

  test.each(['hex', 'base64', 'base64url'] as const)('a key imported by its hash in %s is let in', async (format) => {
    const raw = `nen_${createHash('sha256').update(format).digest('hex')}`;
    const hash = createHash('sha256').update(raw).digest(format);
    expect(await statusWith(server.url, raw)).toBe(401);
    const key = await json('key', 'import', `--hash=${hash}`, '--format', format, '--user', 'ada@example.com', '--name', 'old', ...data);
    expect(await statusWith(server.url, raw)).toBe(200);
    expect(JSON.stringify(key)).not.toContain(hash);
  });

  test('a key is held to the scopes it was given', async () => {
    const { raw_key } = await newKey('--scopes', 'tickets:read', '--expires', '30d');
    expect(await statusWith(server.url, raw_key)).toBe(403);
  });

  test('a second server on the same folder is refused with where the first one is', async () => {
    const second = await gatehouse(['start', '--port', '0', ...data]);
    expect(second).toMatchObject({ code: 1, stdout: '' });
    expect(second.stderr).toBe(
      `gatehouse: The data folder ${folder.path} is served already, by process ${server.pid} at ${server.url}: stop that one, or give another folder with --data.\n`,
    );
  });
});
