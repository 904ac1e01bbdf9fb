import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Running, post, serve, temporaryFolder } from './process.js';

const folder = temporaryFolder();
const socket = join(folder.path, 'control.sock');
let server: Running;

beforeAll(async () => {
  server = await serve(['--data', folder.path]);
});

afterAll(async () => {
  await server.stop('SIGKILL');
  folder.remove();
});

test.each([
  ['no JSON', '{', 400, 'malformed_request'],
  ['no flags', '{}', 400, 'malformed_request'],
  ['a flag that is no text', '{"given":{"id":{"toString":1}}}', 400, 'malformed_request'],
  ['a body above 8 MiB', Buffer.alloc(8_388_609, 0x20), 413, 'payload_too_large'],
] as const)('a request with %s is refused', async (_what, body, status, code) => {
  const answer = await post(socket, '/key-revoke', body);
  expect(answer.status).toBe(status);
  expect(JSON.parse(answer.text)).toMatchObject({ ok: false, code });
});

test('what is no command is refused, and so is what is not posted', async () => {
  expect((await post(socket, '/constructor', '{"given":{}}')).status).toBe(404);
  expect((await post(socket, '/key-list', '', 'GET')).status).toBe(405);
});

test('commands that arrive together are all done, and each answer is one of its own', async () => {
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) => post(socket, '/key-create', JSON.stringify({ given: { user: `u${index % 5}@example.com`, name: `k${index}` } }))),
  );
  const names = answers.map(({ text }) => (JSON.parse(text) as { value: { name: string } }).value.name);
  expect(names).toEqual(Array.from({ length: 50 }, (_, index) => `k${index}`));
  const listed = JSON.parse((await post(socket, '/user-list', '{"given":{}}')).text) as { value: unknown[] };
  expect(listed.value).toHaveLength(6);
});

test('the socket is gone after the end', async () => {
  expect((await server.stop()).code).toBe(0);
  expect(existsSync(socket)).toBe(false);
});
