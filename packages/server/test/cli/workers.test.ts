import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, newDatabase } from '../../../../test/support/postgres.js';
import { type Running, gatehouse, serve, statusWith, until } from './process.js';

const secret = 'a root secret for tests, long enough';
let database: TestDatabase;
let environment: Record<string, string>;
let running: Running[] = [];

beforeAll(async () => {
  database = await newDatabase();
  const { stdout } = await gatehouse(['migrate', '--json'], { environment: { GATEHOUSE_DATABASE_ADMIN: database.adminUrl } });
  environment = { GATEHOUSE_DATABASE: JSON.parse(stdout).database_url, GATEHOUSE_SECRET: secret };
});
afterEach(async () => {
  for (const server of running) await server.stop('SIGKILL');
  running = [];
});
afterAll(() => database.drop());

async function started(count: number): Promise<Running> {
  const server = await serve(['--workers', String(count)], { environment });
  running.push(server);
  return server;
}

const workersOf = (server: Running) =>
  (/"event":"listening".*?"workers":(\[[\d,]+\])/.exec(server.stdout())?.[1] ?? '[]').replace(/[[\]]/g, '').split(',').map(Number);
const health = async (url: string) => (await fetch(`${url}/api/v1/health`, { headers: { connection: 'close' } })).status;

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const gone = (pids: readonly number[]) => until(() => pids.some(lives) === false || undefined);

async function command<T>(...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await gatehouse([...args, '--json'], { environment });
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as T;
}

test('several workers serve one port, agree about a revocation, and are said to listen once', async () => {
  const server = await started(3);
  expect(workersOf(server)).toHaveLength(3);
  expect(server.stdout().match(/"event":"listening"/g)).toHaveLength(1);
  const { id, raw_key: key } = await command<{ id: string; raw_key: string }>('key', 'create', '--user', 'ada@example.com', '--name', 'k');
  const ask = () => Promise.all(Array.from({ length: 30 }, () => statusWith(server.url, key)));
  expect(new Set(await ask())).toEqual(new Set([200]));
  await command('key', 'revoke', id);
  expect(new Set(await ask())).toEqual(new Set([401]));
  const { code, stdout } = await server.stop();
  expect(code).toBe(0);
  expect([stdout.match(/"event":"stopping"/g)?.length, stdout.match(/"event":"stopped"/g)?.length]).toEqual([1, 1]);
  await gone(workersOf(server));
});

test('a worker that dies is started again on the same port while the others serve', async () => {
  const server = await started(2);
  const [victim = 0, other = 0] = workersOf(server);
  process.kill(victim, 'SIGKILL');
  await until(() => server.stdout().includes('"event":"worker_started"') || undefined);
  expect(server.stdout()).toMatch(new RegExp(`"event":"worker_ended","worker":\\d,"pid":${victim},"signal":"SIGKILL"`));
  process.kill(other, 'SIGKILL');
  await until(() => (server.stdout().match(/"event":"worker_started"/g)?.length === 2 ? true : undefined));
  expect(await health(server.url)).toBe(200);
  expect((await server.stop()).code).toBe(0);
});

test('the only worker, started again, listens where it did', async () => {
  const server = await started(1);
  process.kill(workersOf(server)[0] ?? 0, 'SIGKILL');
  await until(() => server.stdout().includes('"event":"worker_started"') || undefined);
  expect(await health(server.url)).toBe(200);
});

test.each(['SIGTERM', 'SIGINT'] as const)('%s lets a call that runs finish, in whichever worker it is', async (signal) => {
  const server = await started(2);
  const { port } = new URL(server.url);
  // A request whose body comes only after the signal.
  const { request } = await import('node:http');
  const { raw_key: key } = await command<{ raw_key: string }>('key', 'create', '--user', 'ada@example.com', '--name', 'k');
  const body = JSON.stringify({ name: `late ${signal}`, repo_url: 'https://github.com/acme/website.git' });
  const status = new Promise<number>((resolve, reject) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), expect: '100-continue' };
    const asked = request({ host: '127.0.0.1', port, method: 'POST', path: '/api/v1/projects', headers });
    asked.on('response', (response) => resolve(response.resume().statusCode ?? 0)).on('error', reject);
    asked.on('continue', () => {
      server.signal(signal);
      until(() => server.stdout().includes('"event":"stopping"') || undefined).then(() => asked.end(body), reject);
    });
    asked.flushHeaders();
  });
  expect(await status).toBe(201);
  expect((await server.ended).code).toBe(0);
  await gone(workersOf(server));
});

test('workers do not outlive the process that forked them, however it ends', async () => {
  const server = await started(2);
  const pids = workersOf(server);
  expect(pids.every(lives)).toBe(true);
  await server.stop('SIGKILL');
  await gone(pids);
});

test('where a worker cannot start, the start fails with its sentence, and leaves nothing running', async () => {
  const owner = await gatehouse(['start', '--workers', '2', '--port', '0'], { environment: { ...environment, GATEHOUSE_DATABASE: database.adminUrl } });
  expect([owner.code, owner.stdout]).toEqual([2, '']);
  expect(owner.stderr).toMatch(/^gatehouse: [^\n]*gatehouse migrate[^\n]*\n$/);
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  const taken = await gatehouse(['start', '--workers', '2', '--port', String(port)], { environment });
  await new Promise((resolve) => other.close(resolve));
  expect([taken.code, taken.stdout, taken.stderr]).toEqual([1, '', expect.stringContaining(`Cannot listen on 127.0.0.1, port ${port}`)]);
});
