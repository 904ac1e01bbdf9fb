import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Running, fixture, json, serve, temporaryFolder, until } from './process.js';

let root: ReturnType<typeof temporaryFolder>;
let server: Running;
let key: string;

const started = () => serve([fixture('interrupted.mjs'), '--data', root.path]);

beforeEach(async () => {
  root = temporaryFolder();
  server = await started();
  const made = await json('key', 'create', '--user', 'ada@example.com', '--name', 'k', '--scopes', 'notes:write', '--data', root.path);
  key = String(made.raw_key);
});
afterEach(async () => {
  await server.stop('SIGKILL');
  root.remove();
});

const headers = () => ({ authorization: `Bearer ${key}`, 'content-type': 'application/json' });
const create = (wait: string) =>
  fetch(`${server.url}/api/v1/notes`, { method: 'POST', headers: { ...headers(), 'idempotency-key': `key-${wait}` }, body: JSON.stringify({ wait }) });
const notes = async () => (await (await fetch(`${server.url}/api/v1/notes`, { headers: headers() })).json()) as string[];

test('what a killed server was about to do, or had done without saying so, is not done again by a repeat; what it had answered is answered again', async () => {
  const answered = await (await create('never')).text();
  const cut = [create('before').catch(() => 'cut'), create('after').catch(() => 'cut')];
  await until(() => (/"event":"began","wait":"before"/.test(server.stdout()) && /"event":"committed","wait":"after"/.test(server.stdout()) ? true : undefined));
  await server.stop('SIGKILL');
  expect(await Promise.all(cut)).toEqual(['cut', 'cut']);
  server = await started();
  for (const wait of ['before', 'after']) {
    const repeat = await create(wait);
    expect([repeat.status, ((await repeat.json()) as { code: string }).code]).toEqual([409, 'conflict']);
  }
  const again = await create('never');
  expect([again.status, again.headers.get('idempotent-replayed'), await again.text()]).toEqual([201, 'true', answered]);
  expect((await notes()).sort()).toEqual(['after', 'never']);
});
