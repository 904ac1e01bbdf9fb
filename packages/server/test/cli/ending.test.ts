import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Running, fixture, json, serve, statusWith, temporaryFolder, until } from './process.js';

let root: ReturnType<typeof temporaryFolder>;
let server: Running;
let key: string;
let id: string;

beforeEach(async () => {
  root = temporaryFolder();
  server = await serve([fixture('waiting.mjs'), '--data', root.path]);
  const made = await json('key', 'create', '--user', 'ada@example.com', '--name', 'k', '--scopes', 'notes:read', '--data', root.path);
  key = String(made.raw_key);
  id = String(made.id);
});

afterEach(async () => {
  await server.stop('SIGKILL');
  root.remove();
});

test('a signal lets a call that runs finish, and ends the process with 0', async () => {
  const call = statusWith(server.url, key, '/api/v1/wait?ms=700');
  // Known to have arrived: the key's use is on record.
  await until(async () =>
    (await json<{ last_used_at: string | null }[]>('key', 'list', '--user', 'ada@example.com', '--data', root.path))[0]?.last_used_at ? true : undefined,
  );
  const { code, stdout } = await server.stop('SIGTERM');
  expect(await call).toBe(200);
  expect(code).toBe(0);
  expect(stdout).toMatch(/"event":"stopping","signal":"SIGTERM"[\s\S]*"event":"stopped"/);
});

test('a second signal ends the process at once', async () => {
  // Longer than any machine takes to get there: a call that is over would let the first signal end the process, with 0.
  const call = statusWith(server.url, key, '/api/v1/wait?ms=600000').catch(() => 'cut');
  await until(async () =>
    (await json<{ last_used_at: string | null }[]>('key', 'list', '--user', 'ada@example.com', '--data', root.path))[0]?.last_used_at ? true : undefined,
  );
  const began = performance.now();
  server.signal('SIGINT');
  await until(() => (server.stdout().includes('"event":"stopping"') ? true : undefined));
  // One that comes within a moment counts as the same: again, until it is heard.
  const again = setInterval(() => server.signal('SIGINT'), 100);
  const { code } = await server.ended;
  clearInterval(again);
  expect(code).toBe(130);
  expect(await call).toBe('cut');
  expect(performance.now() - began).toBeLessThan(6_000);
});

test('a promise that nobody awaits, of a handler that fails in it, is logged and ends nothing', async () => {
  for (let round = 0; round < 3; round += 1) expect(await statusWith(server.url, key, '/api/v1/reject')).toBe(200);
  await until(() => (server.stdout().match(/"event":"unhandled_rejection"/g)?.length === 3 ? true : undefined));
  expect(server.stdout()).toContain('nobody handles this');
  expect(await statusWith(server.url, key, '/api/v1/wait?ms=0')).toBe(200);
  expect((await server.stop('SIGTERM')).code).toBe(0);
});

test('an error that nobody caught is logged and ends the process with 1', async () => {
  await statusWith(server.url, key, '/api/v1/throw').catch(() => undefined);
  const { code, stdout } = await server.ended;
  expect(code).toBe(1);
  expect(stdout).toMatch(/"event":"crashed"/);
  expect(stdout).toContain('nobody catches this');
});

test('a key revoked from another terminal stays revoked though a unit of work around that moment is undone', async () => {
  const undone = statusWith(server.url, key, '/api/v1/undo?ms=1500');
  await json('key', 'revoke', id, '--data', root.path);
  expect(await statusWith(server.url, key, '/api/v1/wait?ms=0')).toBe(401);
  expect(await undone).toBe(500);
  expect(await statusWith(server.url, key, '/api/v1/wait?ms=0')).toBe(401);
});
