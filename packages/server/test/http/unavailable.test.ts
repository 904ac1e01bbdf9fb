import { bindTo, defineOperation, definePlatform } from 'gatehouse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fixtureSpec } from '../../../../test/support/fixture-platform.js';
import { type TestApp, type TestKey, openApp } from '../../../../test/support/open-app.js';
import { UnavailableError } from '../../src/domain/unavailable-error.js';

const failing = (name: string, effect: 'read' | 'update', error: () => Error) =>
  bindTo([])(
    defineOperation({
      name,
      title: name,
      description: name,
      access: { scope: 'things:read' },
      input: z.object({}),
      output: z.object({}),
      effect,
      rest: { method: 'POST', path: `/${name}` },
    }),
    () => Promise.reject(error()),
  );

const operations = [
  failing('look', 'read', () => new UnavailableError('The cause, for the log', { retryAfterSeconds: 3 })),
  failing('change', 'update', () => new UnavailableError('The cause, for the log')),
  failing('change_unsent', 'update', () => new UnavailableError('The cause, for the log', { inDoubt: false })),
];

let app: TestApp;
let key: TestKey;
beforeAll(async () => {
  app = await openApp(definePlatform({ ...fixtureSpec, operations: [...fixtureSpec.operations, ...operations] }));
  key = await app.key('ann@example.com');
});
afterAll(() => app.close());

const linesOf = (event: string) =>
  app
    .logged()
    .split('\n')
    .filter((line) => line.includes(`"event":"${event}"`));

describe('a call that meets a database out of reach', () => {
  it('is 503 with Retry-After over REST and over MCP, in words that do not tell the cause', async () => {
    const rest = await app.call('POST', '/api/v1/look', { token: key.raw, body: {} });
    expect([rest.status, rest.headers.get('retry-after'), rest.body.code]).toEqual([503, '3', 'unavailable']);
    expect(rest.text).not.toContain('cause');
    const mcp = await app.rpc(key.raw, 'tools/call', { name: 'look' });
    expect([mcp.status, mcp.headers.get('retry-after')]).toEqual([503, '3']);
    expect(mcp.body.error).toMatchObject({ code: -32603, data: { code: 'unavailable', retry_after_seconds: 3 } });
  });

  it('is told that a change may have been done, but not where it surely was not', async () => {
    const text = async (name: string) => JSON.stringify((await app.call('POST', `/api/v1/${name}`, { token: key.raw, body: {} })).body);
    expect(await text('change')).toContain('It is not known whether this was done.');
    expect(await text('change_unsent')).not.toContain('not known');
    expect(await text('look')).not.toContain('not known');
  });

  it('leaves one line in the log, however many there are, and one when it is over', async () => {
    await expect.poll(() => linesOf('database_available').length, { timeout: 5000 }).toBeGreaterThan(0);
    const before = linesOf('database_unavailable').length;
    await Promise.all(Array.from({ length: 20 }, () => app.call('POST', '/api/v1/look', { token: key.raw, body: {} })));
    expect(linesOf('database_unavailable')).toHaveLength(before + 1);
    expect(linesOf('database_unavailable').at(-1)).toContain('The cause, for the log');
    await expect.poll(() => linesOf('database_available').length, { timeout: 5000 }).toBe(before + 1);
    expect(linesOf('internal_error')).toEqual([]);
  });
});
