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

/** What a browser asks before it sends these, and whether it then does (Fetch Standard, section 4.8): `*` stands for all but Authorization. */
async function mayBeSent(path: string, method: string, names: string): Promise<boolean> {
  const asking = { origin: 'http://localhost:6274', 'access-control-request-method': method, 'access-control-request-headers': names };
  const { status, headers } = await app.call('OPTIONS', path, { headers: asking });
  const listed = (header: string) => headers.get(header)?.toLowerCase().split(', ') ?? [];
  const allowed = listed('access-control-allow-headers');
  return (
    status === 204 &&
    ['http://localhost:6274', '*'].includes(headers.get('access-control-allow-origin') ?? '') &&
    (method === 'POST' || listed('access-control-allow-methods').includes(method.toLowerCase())) &&
    names.split(',').every((name) => allowed.includes(name) || (name !== 'authorization' && allowed.includes('*')))
  );
}

it.each([
  ['/api/v1/things', 'PATCH', 'authorization,content-type,idempotency-key,if-none-match'],
  ['/oauth/token', 'POST', 'authorization,content-type'],
  ['/oauth/register', 'POST', 'content-type,mcp-protocol-version'],
  ['/mcp', 'POST', 'authorization,content-type,mcp-protocol-version,mcp-session-id'],
  ['/mcp', 'GET', 'authorization,last-event-id,mcp-session-id'],
  ['/mcp', 'DELETE', 'authorization,mcp-session-id'],
  ['/mcp', 'POST', 'authorization,content-type,mcp-method,mcp-name,mcp-param-region'],
])('a page that asks beforehand may send what clients send: %s %s with %s', async (path, method, names) => {
  expect(await mayBeSent(path, method, names)).toBe(true);
});

it('a page reads each header of an answer: the session that it is in, the challenge, when to come again', async () => {
  const { raw } = await app.key('ann@example.com');
  const headers = { origin: 'http://localhost:6274' };
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'a page', version: '1' } };
  const opened = await app.call('POST', '/mcp', { token: raw, headers, body: { jsonrpc: '2.0', id: 1, method: 'initialize', params } });
  expect([typeof opened.headers.get('mcp-session-id'), opened.headers.get('access-control-expose-headers')]).toEqual(['string', '*']);
});
