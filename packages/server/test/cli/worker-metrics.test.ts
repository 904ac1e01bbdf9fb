import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, newDatabase } from '../../../../test/support/postgres.js';
import { readExposition } from '../http/exposition.js';
import { type Running, gatehouse, serve, until } from './process.js';

const token = 'a-token-for-metrics-that-is-long-enough-0123';
const WORKERS = 3;
let database: TestDatabase;
let server: Running;

beforeAll(async () => {
  database = await newDatabase();
  const { stdout } = await gatehouse(['migrate', '--json'], { environment: { GATEHOUSE_DATABASE_ADMIN: database.adminUrl } });
  const secret = 'a root secret for tests, long enough';
  const environment = { GATEHOUSE_DATABASE: JSON.parse(stdout).database_url, GATEHOUSE_SECRET: secret, GATEHOUSE_METRICS_TOKEN: token };
  server = await serve(['--workers', String(WORKERS)], { environment });
});
afterAll(async () => {
  await server.stop('SIGKILL');
  await database.drop();
});

const CALLS = 'gatehouse_calls_total{operation="health",surface="rest",outcome="ok"}';
/** What was handed to a worker at the moment of its death may be answered by nobody. */
const PATIENCE_MS = 3000;
/** Each on a connection of its own, so that the workers take turns. */
const ask = (path: string, more: Record<string, string> = {}) =>
  fetch(server.url + path, { headers: { connection: 'close', ...more }, signal: AbortSignal.timeout(PATIENCE_MS) });
const scrape = async () => {
  const answer = await ask('/metrics', { authorization: `Bearer ${token}` });
  expect(answer.status).toBe(200);
  return readExposition(await answer.text(), 'text').samples;
};
const calls = async (count: number) => {
  for (let i = 0; i < count; i += 1) expect((await ask('/api/v1/health')).status).toBe(200);
};

test('every scrape, whichever worker answers it, shows what all have done; several at once too', async () => {
  await calls(WORKERS * 4);
  for (let i = 0; i < WORKERS * 2; i += 1) {
    const samples = await scrape();
    expect([samples.get(CALLS), samples.get('gatehouse_processes')]).toEqual([WORKERS * 4, WORKERS]);
    expect(samples.get('gatehouse_database_connections_limit')).toBe(WORKERS * 10);
  }
  const together = await Promise.all(Array.from({ length: 12 }, scrape));
  expect(new Set(together.map((samples) => samples.get(CALLS)))).toEqual(new Set([WORKERS * 4]));
});

test('no counter goes back when a worker ends and another takes its place', { timeout: 40_000 }, async () => {
  const before = await scrape();
  const pids = (/"workers":\[([\d,]+)\]/.exec(server.stdout())?.[1] ?? '').split(',').map(Number);
  process.kill(pids[0] ?? 0, 'SIGKILL');
  await until(async () => {
    const now = await scrape().catch((error: unknown) => {
      if (error instanceof DOMException || error instanceof TypeError) return undefined;
      throw error;
    });
    if (now === undefined) return undefined;
    for (const [name, value] of before) if (/_(total|count|bucket|sum)(\{|$)/.test(name)) expect(now.get(name), name).toBeGreaterThanOrEqual(value);
    return server.stdout().includes('"event":"worker_started"') && now.get('gatehouse_processes') === WORKERS ? true : undefined;
  });
  await calls(WORKERS * 2);
  expect((await scrape()).get(CALLS)).toBe((before.get(CALLS) ?? 0) + WORKERS * 2);
});
