import { defineOperation, definePlatform } from 'gatehouse';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { bindTo } from '../../src/runtime/bind.js';
import { fixtureSpec } from '../../../../test/support/fixture-platform.js';
import { type TestApp, openApp } from '../../../../test/support/open-app.js';

const circle: Record<string, unknown> = {};
circle.self = circle;
const things: Readonly<Record<string, unknown>> = { big: 1n, circle, nothing: undefined, fine: { a: [1, null] } };

const odd = bindTo([])(
  defineOperation({
    name: 'odd',
    title: 'Odd',
    description: 'Answers what is asked for.',
    access: { scope: 'things:read' },
    input: z.object({ which: z.string() }),
    output: z.unknown(),
    effect: 'read',
    rest: { method: 'GET', path: '/odd' },
  }),
  ({ which }) => things[which],
);

let app: TestApp;
let key: string;
beforeAll(async () => {
  app = await openApp(definePlatform({ ...fixtureSpec, operations: [...fixtureSpec.operations, odd] }));
  key = (await app.key('ann@example.com')).raw;
});
afterAll(() => app.close());

it.each(['big', 'circle', 'nothing'])('an output that JSON cannot say is a failure of its own call, on record with its operation: %s', async (which) => {
  const { status, body } = await app.call('GET', `/api/v1/odd?which=${which}`, { token: key });
  expect([status, body.code]).toEqual([500, 'internal']);
  expect(app.logged()).toContain('"operation":"odd"');
});

it('an output that JSON can say is answered', async () => {
  expect((await app.call('GET', '/api/v1/odd?which=fine', { token: key })).body).toEqual(things.fine);
});

it('the others of its batch are answered', async () => {
  const call = (id: number, which: string) => ({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'odd', arguments: { which } } });
  const { status, body } = await app.call('POST', '/mcp', { token: key, body: [call(1, 'fine'), call(2, 'big'), call(3, 'fine')] });
  expect(status).toBe(200);
  expect(body.map(({ id, error }: { id: number; error?: { code: number } }) => [id, error?.code])).toEqual([
    [1, undefined],
    [2, -32603],
    [3, undefined],
  ]);
});
