import { afterAll, beforeAll, expect, it } from 'vitest';
import { fixturePlatform } from '../../../../test/support/fixture-platform.js';
import { type TestApp, openApp } from '../../../../test/support/open-app.js';
import { Browser, allow, attempt, newClient, redeem, refresh } from './program.js';

let app: TestApp;
beforeAll(async () => {
  app = await openApp(fixturePlatform);
});
afterAll(() => app.close());

it('a program registers, its person lets it in, it gets its tokens, calls a tool and refreshes', async () => {
  const browser = new Browser(app);
  await browser.signIn();
  const client = await newClient(app);
  const asked = attempt(client, { scope: 'things:read things:write', resource: `${app.url}/mcp` });
  const sent = await allow(browser, asked.url);
  expect(Object.fromEntries(sent)).toEqual({ code: expect.any(String), state: 'as it was', iss: app.url });
  const answer = await redeem(app, client, sent.get('code') ?? '', asked);
  expect(answer.body).toEqual({
    access_token: expect.stringMatching(/^gha_/),
    token_type: 'Bearer',
    expires_in: 3600,
    scope: 'things:read things:write',
    refresh_token: expect.stringMatching(/^ghr_/),
  });
  expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
  const made = await app.rpc(answer.body.access_token, 'tools/call', { name: 'things_create', arguments: { name: 'by a program' } });
  expect(made.body.result.structuredContent).toMatchObject({ name: 'by a program' });
  const next = await refresh(app, client, answer.body.refresh_token);
  expect(next.body).toMatchObject({ token_type: 'Bearer', scope: 'things:read things:write', refresh_token: expect.stringMatching(/^ghr_/) });
  expect((await app.rpc(next.body.access_token, 'tools/list')).status).toBe(200);
});
