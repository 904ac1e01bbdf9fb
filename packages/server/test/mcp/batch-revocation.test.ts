import { bindTo, defineOperation, definePlatform } from 'gatehouse';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { fixtureSpec } from '../../../../test/support/fixture-platform.js';
import { type TestApp, openApp } from '../../../../test/support/open-app.js';

const retire = defineOperation({
  name: 'retire',
  title: 'Retire',
  description: 'Revokes the key that calls it.',
  access: { scope: 'things:write' },
  input: z.object({}),
  output: z.object({}),
  effect: 'delete',
});

let app: TestApp;
beforeAll(async () => {
  const bind = bindTo([]);
  const revoking = bind(retire, async (_input, { access, principal }) => (await access.keys.revoke(principal.credential.id)) ?? {});
  app = await openApp(definePlatform({ ...fixtureSpec, operations: [...fixtureSpec.operations, revoking] }));
});
afterAll(() => app.close());

const call = (id: number, name: string, args: object = {}) => ({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: args } });

it('the rest of a batch is refused, message by message, once its key is revoked', async () => {
  const key = await app.key('ann@example.com');
  const other = await app.key('ann@example.com');
  const notification = { jsonrpc: '2.0', method: 'notifications/cancelled' };
  const batch = [call(1, 'things_list'), call(2, 'retire'), notification, call(3, 'things_create', { name: 'too late' }), { ...call(4, ''), method: 'ping' }];
  const { status, body } = await app.call('POST', '/mcp', { token: key.raw, body: batch });
  expect(status).toBe(200);
  expect(body.map(({ id, error }: { id: number; error?: { code: number } }) => [id, error?.code])).toEqual([
    [1, undefined],
    [2, undefined],
    [3, -32001],
    [4, -32001],
  ]);
  expect((await app.call('GET', '/api/v1/things', { token: other.raw })).body).toEqual([]);
});
