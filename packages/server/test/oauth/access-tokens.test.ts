import { afterEach, beforeEach, expect, it } from 'vitest';
import { fixturePlatform } from '../../../../test/support/fixture-platform.js';
import { type TestApp, openApp } from '../../../../test/support/open-app.js';
import { call, letIn, list } from './tokens.js';

let app: TestApp;
beforeEach(async () => {
  app = await openApp(fixturePlatform);
});
afterEach(() => app.close());

it('an access token opens REST and MCP as its user', async () => {
  const { token } = await letIn(app, { scopes: ['things:write'] });
  expect((await app.call('POST', '/api/v1/things', { token, body: { name: 'one' } })).status).toBe(201);
  expect((await list(app, token)).body).toEqual([expect.objectContaining({ name: 'one' })]);
  const { body } = await call(app, token, 'things_list');
  expect(body.result.structuredContent.result).toEqual([expect.objectContaining({ name: 'one' })]);
});
