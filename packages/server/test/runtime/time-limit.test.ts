import { defineOperation, definePlatform } from 'gatehouse';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { bindTo } from '../../src/runtime/bind.js';
import { fixtureSpec } from '../../../../test/support/fixture-platform.js';
import { type TestApp, openApp } from '../../../../test/support/open-app.js';

const bind = bindTo([]);
const told: string[] = [];

const stuck = (name: string, effect: 'read' | 'create') =>
  bind(
    defineOperation({
      name,
      title: 'Stuck',
      description: 'Never ends.',
      access: { scope: 'things:read' },
      input: z.object({}),
      output: z.object({}),
      effect,
      timeLimitSeconds: 0.5,
      rest: { method: effect === 'read' ? 'GET' : 'POST', path: `/${name}` },
    }),
    (_input, { signal }) => {
      signal.addEventListener('abort', () => told.push(name));
      return new Promise<never>(() => undefined);
    },
  );

let app: TestApp;
let key: string;
beforeAll(async () => {
  app = await openApp(
    definePlatform({ ...fixtureSpec, operations: [...fixtureSpec.operations, stuck('stuck_read', 'read'), stuck('stuck_create', 'create')] }),
  );
  key = (await app.key('ann@example.com')).raw;
});
afterAll(() => app.close());

it('a handler that never ends is not waited for: its caller is told, its signal aborted, and it is on record', async () => {
  const { status, body, headers } = await app.call('GET', '/api/v1/stuck_read', { token: key });
  expect(status).toBe(503);
  expect(body).toMatchObject({ code: 'timed_out', error: 'This took longer than 0.5 s, and was not waited for any longer.' });
  expect(headers.get('retry-after')).toBe('1');
  expect(told).toContain('stuck_read');
  expect(app.logged()).toContain('"event":"handler_timed_out"');
});

it('where it may have changed something, that is said', async () => {
  const { body } = await app.rpc(key, 'tools/call', { name: 'stuck_create' });
  expect(body.error).toMatchObject({ data: { code: 'timed_out', next: 'Look whether it was done before you try again.' } });
});

it('a limit of no time at all cannot be declared', () => {
  const [first] = fixtureSpec.operations;
  if (first === undefined) throw new Error('The platform has no operations');
  const operations = [{ ...first, op: { ...first.op, timeLimitSeconds: 0 } }];
  expect(() => definePlatform({ ...fixtureSpec, operations })).toThrow('time limit');
});
