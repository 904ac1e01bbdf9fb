import { afterAll, beforeAll, expect, it } from 'vitest';
import { fixturePlatform } from '../../../../test/support/fixture-platform.js';
import { type TestApp, openApp } from '../../../../test/support/open-app.js';

let app: TestApp;
beforeAll(async () => {
  app = await openApp(fixturePlatform);
});
afterAll(() => app.close());

it.each(['http://localhost', 'http://127.0.0.1:5173', 'https://[::1]:8443'])('in development pages of this machine may call: %s', async (origin) => {
  const { status, headers } = await app.call('GET', '/api/v1/health', { headers: { origin } });
  expect([status, headers.get('access-control-allow-origin')]).toEqual([200, origin]);
});

it.each(['http://localhost/"', 'http://a:b@localhost', 'http://localhost?x', 'HTTP://LOCALHOST', 'file://localhost', 'null', 'http://localhost.evil.example'])(
  'what is no origin of this machine is refused, and never echoed: %s',
  async (origin) => {
    const { status, headers } = await app.call('GET', '/api/v1/health', { headers: { origin } });
    expect([status, headers.get('access-control-allow-origin')]).toEqual([403, null]);
  },
);

it.each(['/api/v1/things', '/mcp', '/oauth/token'])('a page that asks beforehand is told once who may call: %s', async (path) => {
  const asking = { origin: 'http://localhost:6274', 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' };
  const { status, headers } = await app.call('OPTIONS', path, { headers: asking });
  expect(status).toBe(204);
  expect(['http://localhost:6274', '*']).toContain(headers.get('access-control-allow-origin'));
  expect(headers.get('access-control-allow-headers')).toContain('content-type');
});
