import { randomBytes } from 'node:crypto';
import { type AddressInfo, type Socket, createServer } from 'node:net';
import type { openGatehouse } from 'gatehouse';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ExaminationOptions, examineClients } from '../../src/doctor/clients/index.js';
import { CLIENT_TITLES, type ClientName } from '../../src/doctor/clients/names.js';
import { printed } from '../../src/doctor/clients/print.js';
import type { Examination, Failed } from '../../src/doctor/clients/report.js';
import { openWithin } from '../../src/app.js';
import { type Egress, createEgress } from '../../src/services/egress.js';
import { fixturePlatform } from '../../../../test/support/fixture-platform.js';
import { type TestApp, openApp } from '../../../../test/support/open-app.js';
import { cookieOf, signIn } from '../sessions/people.js';
import { type Breakage, type BreakingProxy, type Passing, startBreakingProxy, withMembers } from './breaking-proxy.js';

let proxy: BreakingProxy;
let app: TestApp;
let cookie: string;
beforeAll(async () => {
  proxy = await startBreakingProxy();
  app = await openApp(fixturePlatform, { flags: { publicUrl: proxy.url, corsOrigins: 'http://localhost:6274' } });
  proxy.behind(app.url);
  const { token } = await signIn(app);
  cookie = cookieOf(token);
});
afterEach(() => proxy.breaks(undefined));
afterAll(async () => {
  await proxy.close();
  await app.close();
});

const ALL_CLIENTS = Object.keys(CLIENT_TITLES).length;

const examine = (more: Partial<ExaminationOptions> = {}): Promise<Examination> =>
  examineClients({ url: proxy.url, timeoutMs: 5000, offline: true, random: randomBytes, ...more });

/** What fails where this is broken, for those who come across it. */
async function broken(breakage: Breakage, client: ClientName, more: Partial<ExaminationOptions> = {}): Promise<Failed | null | undefined> {
  proxy.breaks(breakage);
  return (await examine({ client, ...more })).clients[0]?.failed;
}

const at = ({ path }: Passing, wanted: string) => path === wanted || path.startsWith(`${wanted}?`);
const nothing = { status: 404, headers: { 'content-type': 'application/json' }, body: '{"error":"Not found"}' };
const refusing = (status: number, error: string) => ({ status, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ error }) });

describe('against our own server', () => {
  it('every client gets as far as signing in', async () => {
    const { clients, ...rest } = await examine({ url: `${proxy.url}/mcp/` });
    expect(clients.filter(({ ok }) => !ok)).toEqual([]);
    expect(clients.map(({ client }) => client)).toEqual(Object.keys(CLIENT_TITLES));
    expect(rest).toEqual({ url: `${proxy.url}/mcp`, ok: true, signed_in: false });
  });

  it('every client of somebody who is signed in gets tokens, uses and refreshes them, gives them back, and leaves no grant', async () => {
    const { clients, ok, signed_in } = await examine({ cookie });
    expect(clients.filter(({ failed }) => failed !== null)).toEqual([]);
    expect([ok, signed_in]).toEqual([true, true]);
    expect((await app.call('GET', '/api/v1/gatehouse/grants', { headers: { cookie } })).body).toEqual([]);
  });
});

describe('clients that come with a metadata document', () => {
  const DOCUMENTS: Readonly<Record<string, readonly string[]>> = {
    'https://claude.ai/oauth/mcp-oauth-client-metadata': ['https://claude.ai/api/mcp/auth_callback'],
    'https://claude.ai/oauth/claude-code-client-metadata': ['http://localhost/callback', 'http://127.0.0.1/callback'],
    'https://chatgpt.com/oauth/client.json': ['https://chatgpt.com/connector_platform_oauth_redirect'],
    'https://cursor.com/oauth/mcp-client.json': ['https://www.cursor.com/agents/mcp/oauth/callback', 'http://localhost:8787/callback'],
    'https://vscode.dev/oauth/client-metadata.json': ['http://127.0.0.1:33418/', 'https://vscode.dev/redirect'],
  };
  const document = (url: string) => ({ client_id: url, client_name: new URL(url).hostname, redirect_uris: DOCUMENTS[url], token_endpoint_auth_method: 'none' });

  async function withInternet<T>(get: Egress['get'], work: (url: string) => Promise<T>): Promise<T> {
    const open: typeof openGatehouse = (options) => openWithin(options, { outside: { egress: { ...createEgress({ allowLoopback: true }), get } } });
    const reaching = await openApp(fixturePlatform, { open });
    try {
      return await work(reaching.url);
    } finally {
      await reaching.close();
    }
  }

  it('are played by it where the server fetches it', async () => {
    const asked: string[] = [];
    const get: Egress['get'] = async (url) => {
      asked.push(url);
      return { ok: true, status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify(document(url))) };
    };
    const { clients } = await withInternet(get, (url) => examine({ url, offline: false }));
    expect(clients.filter(({ ok }) => !ok)).toEqual([]);
    expect(asked.sort()).toEqual(Object.keys(DOCUMENTS).sort());
  });

  it('are turned away where it cannot, and the remedy says so', async () => {
    const get: Egress['get'] = async () => ({
      ok: true,
      status: 403,
      headers: { 'content-type': 'text/html' },
      body: Buffer.from('<title>Just a moment</title>'),
    });
    const { clients } = await withInternet(get, (url) => examine({ url, client: 'claude', offline: false }));
    expect(clients[0]?.failed).toMatchObject({
      step: 'authorization-by-document',
      remedy:
        'Let the server reach https://claude.ai/oauth/mcp-oauth-client-metadata, which it fetches when this client comes with that for its id, or start it with --client-documents off, and the client registers; --offline leaves this step out.',
    });
  });
});

describe('against a server that is broken in one thing', () => {
  it.each<[string, ClientName, Breakage, Partial<Failed>]>([
    [
      'no resource_metadata in the challenge',
      'claude',
      { change: (passed) => ({ ...passed, headers: { ...passed.headers, ...(passed.status === 401 ? { 'www-authenticate': 'Bearer realm="x"' } : {}) } }) },
      { step: 'challenge', got: 'a challenge without it: Bearer realm="x"', remedy: expect.stringContaining('let no reverse proxy rewrite WWW-Authenticate') },
    ],
    [
      'metadata of the resource at the root alone',
      'cursor',
      {
        answer: (passing) => (at(passing, '/.well-known/oauth-protected-resource/mcp') ? nothing : undefined),
        change: (passed) =>
          passed.status === 401
            ? { ...passed, headers: { ...passed.headers, 'www-authenticate': `Bearer resource_metadata="${proxy.url}/.well-known/oauth-protected-resource"` } }
            : passed,
      },
      { step: 'resource-metadata-inserted', remedy: expect.stringContaining('let the reverse proxy forward everything under /.well-known/') },
    ],
    [
      'another issuer than the resource names',
      'sdk-2',
      {
        change: (passed, passing) =>
          at(passing, '/.well-known/oauth-authorization-server') ? withMembers(passed, { issuer: 'https://other.example' }) : passed,
      },
      {
        step: 'server-metadata',
        got: 'the issuer https://other.example/',
        remedy: expect.stringContaining('Let `issuer` and `authorization_servers` say the same'),
      },
    ],
    [
      'PKCE not listed',
      'chatgpt',
      {
        change: (passed, passing) =>
          at(passing, '/.well-known/oauth-authorization-server') ? withMembers(passed, { code_challenge_methods_supported: undefined }) : passed,
      },
      { step: 'server-metadata', got: 'metadata that says nothing of PKCE', remedy: expect.stringContaining('List S256 in code_challenge_methods_supported') },
    ],
    [
      'a registration that refuses grant types it does not know',
      'vscode',
      { answer: ({ path, body }) => (path === '/oauth/register' && body.includes('device_code') ? refusing(400, 'invalid_client_metadata') : undefined) },
      { step: 'registration', remedy: expect.stringContaining('Leave out what is not known of a registration') },
    ],
    [
      'a registration that refuses schemes of its own',
      'cursor',
      { answer: ({ path, body }) => (path === '/oauth/register' && body.includes('cursor://') ? refusing(400, 'invalid_redirect_uri') : undefined) },
      { step: 'registration', remedy: expect.stringContaining('schemes of its own (RFC 8252') },
    ],
    [
      'loopback redirect URIs held to the port that was registered',
      'claude-code',
      { answer: ({ path }) => (path.includes('61999') ? refusing(400, 'invalid_request') : undefined) },
      { step: 'authorization', remedy: expect.stringContaining('on loopback the port does not count') },
    ],
    [
      'a resource with a slash refused',
      'cursor',
      {
        answer: ({ path }) =>
          /resource=[^&]*mcp%2F(&|$)/.test(path)
            ? { status: 303, headers: { location: `cursor://anysphere.cursor-mcp/oauth/callback?error=invalid_target` }, body: '' }
            : undefined,
      },
      { step: 'authorization-resource-with-slash', remedy: expect.stringMatching(/^Accept http:.*\/mcp\/ for the MCP endpoint/) },
    ],
    [
      'an unknown client sent back with a redirect',
      'claude',
      {
        answer: ({ path }) =>
          path.includes('client_id=gone-')
            ? { status: 302, headers: { location: 'https://claude.ai/api/mcp/auth_callback?error=invalid_client' }, body: '' }
            : undefined,
      },
      { step: 'unknown-client-at-authorization', remedy: expect.stringContaining('Answer an unknown client_id with a page') },
    ],
    [
      '400 in place of 401 for a client that is not known',
      'mcp-remote',
      { change: (passed, { path }) => (path === '/oauth/token' && passed.status === 401 ? { ...passed, status: 400 } : passed) },
      { step: 'unknown-client-at-token', remedy: expect.stringContaining('never registers again') },
    ],
    [
      'a redirect at a well-known address',
      'mcp-2025-03-26',
      { answer: ({ path }) => (path.startsWith('/.well-known/') ? { status: 301, headers: { location: `${path}/` }, body: '' } : undefined) },
      { step: 'server-metadata', remedy: expect.stringContaining('without adding or removing the slash at its end') },
    ],
    [
      'a reverse proxy that serves its own page under /.well-known/',
      'sdk-1',
      {
        answer: ({ path }) =>
          path.startsWith('/.well-known/') ? { status: 200, headers: { 'content-type': 'text/html' }, body: '<title>Home</title>' } : undefined,
      },
      {
        step: 'resource-metadata',
        got: expect.stringContaining('a web page titled "Home"'),
        remedy: expect.stringContaining('Something else answers at /.well-known/'),
      },
    ],
    [
      'a reverse proxy that rewrites Host',
      'claude',
      { ask: (passing) => ({ ...passing, headers: { ...passing.headers, host: 'upstream.internal' } }) },
      { step: 'challenge', got: expect.stringContaining('HTTP 421'), remedy: expect.stringContaining('pass on the Host that people use') },
    ],
    [
      'addresses made from another origin than the one that people use',
      'claude-code',
      { change: (passed) => ({ ...passed, headers: JSON.parse(JSON.stringify(passed.headers).replaceAll(proxy.url, 'http://10.0.0.7:4100')) }) },
      { step: 'challenge', remedy: expect.stringContaining('Start Gatehouse with --public-url http://127.0.0.1:') },
    ],
    [
      'an authorization server further into private networks than the server itself',
      'vscode',
      {
        change: (passed, { path }) =>
          path.startsWith('/.well-known/oauth-protected') ? withMembers(passed, { authorization_servers: ['http://169.254.169.254/'] }) : passed,
      },
      { step: 'server-metadata', got: expect.stringContaining('a more private network than the server itself') },
    ],
    [
      'an error of its own',
      'claude',
      { answer: (passing) => (at(passing, '/mcp') ? refusing(500, 'internal') : undefined) },
      { step: 'challenge', got: expect.stringContaining('HTTP 500'), remedy: expect.stringMatching(/^See the log of the server/) },
    ],
    [
      'as many registrations as it takes in an hour',
      'cursor',
      {
        answer: (passing) => {
          const { headers, ...rest } = refusing(429, 'rate_limited');
          return at(passing, '/oauth/register') ? { ...rest, headers: { ...headers, 'retry-after': '1790' } } : undefined;
        },
      },
      { step: 'registration', remedy: 'Too many requests came from this address: wait 30 minutes, then run the doctor again.' },
    ],
    [
      'pages of other origins shut out',
      'inspector',
      { change: ({ headers: { 'access-control-allow-origin': _allowed, ...headers }, ...passed }) => ({ ...passed, headers }) },
      { step: 'cross-origin', remedy: expect.stringContaining('--cors-origins http://localhost:6274') },
    ],
  ])('%s', async (_what, client, breakage, failed) => {
    expect(await broken(breakage, client)).toMatchObject(failed);
  });

  it('nothing but silence: all clients meet it at once, so that it is waited for once', async () => {
    const waiting: Socket[] = [];
    const silent = createServer((socket) => {
      socket.on('error', () => undefined).resume();
      if (waiting.push(socket) === ALL_CLIENTS) for (const each of waiting) each.destroy();
    });
    await new Promise<void>((listening) => silent.listen(0, '127.0.0.1', listening));
    const { clients } = await examine({ url: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`, timeoutMs: 10_000 });
    await new Promise((closed) => silent.close(closed));
    expect(clients.map(({ failed }) => failed?.got)).toEqual(Array(ALL_CLIENTS).fill(expect.stringContaining('the connection broke off')));
  });

  it('a refresh without grace', async () => {
    const used = new Set<string>();
    const graceless: Breakage = {
      answer({ body }) {
        const token = new URLSearchParams(body).get('refresh_token');
        if (token === null || token === '') return undefined;
        if (used.has(token)) return refusing(400, 'invalid_grant');
        used.add(token);
        return undefined;
      },
    };
    expect(await broken(graceless, 'mcp-remote', { cookie })).toMatchObject({
      step: 'parallel-refresh',
      remedy: expect.stringContaining('its successor again'),
    });
  });

  it('codes without the issuer that the metadata promises', async () => {
    const silent: Breakage = {
      change(passed) {
        const { location } = passed.headers;
        return location === undefined ? passed : { ...passed, headers: { ...passed.headers, location: location.replace(/&?iss=[^&]*/, '') } };
      },
    };
    expect(await broken(silent, 'sdk-2', { cookie })).toMatchObject({ step: 'consent', got: 'none', remedy: expect.stringContaining('RFC 9207') });
  });

  it('who is not signed in after all is told so', async () => {
    expect(await broken({}, 'claude', { cookie: cookieOf('f'.repeat(64)) })).toMatchObject({
      step: 'consent',
      remedy: expect.stringContaining('is not signed in'),
    });
  });

  it('nothing of it that is secret is shown', async () => {
    proxy.breaks({ change: (passed, { path }) => (path === '/oauth/token' ? { ...passed, status: 500 } : passed) });
    const examination = await examine({ client: 'sdk-1', cookie });
    const shown = `${JSON.stringify(examination)}\n${printed(examination)}`;
    expect(examination.ok).toBe(false);
    expect(shown).not.toContain(cookie.split('=')[1]);
    expect(shown).not.toMatch(/[?&](code|state|code_challenge|code_verifier)=/);
    expect(shown).not.toMatch(/access_token":"|refresh_token":"/);
  });
});
