import { request } from 'node:http';
import { bindTo, defineOperation, definePlatform, external } from 'gatehouse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fixturePlatform, fixtureSpec } from '../../../../test/support/fixture-platform.js';
import { type Answer, type TestApp, openApp } from '../../../../test/support/open-app.js';
import { challenged } from '../oauth/tokens.js';

const PUBLIC = 'https://api.example.com';
const ROOT = '/.well-known/oauth-protected-resource';
const scopes = ['things:read', 'things:write'];

let app: TestApp;
let named: TestApp;
beforeAll(async () => {
  app = await openApp(fixturePlatform);
  named = await openApp(fixturePlatform, { flags: { publicUrl: PUBLIC } });
});
afterAll(async () => {
  await app.close();
  await named.close();
});

/** One question on a connection of its own: `fetch` chooses the Host itself. */
function asked(at: TestApp, path: string, headers: Record<string, string>, method = 'GET'): Promise<{ status: number; headers: Headers; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(at.url + path, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: new Headers(response.headers as Record<string, string>), body: Buffer.concat(chunks).toString() }),
      );
    });
    sent.on('error', reject);
    sent.end();
  });
}

describe('a 401', () => {
  const surfaces: [string, (at: TestApp, token?: string) => Promise<Answer>][] = [
    ['REST', (at, token) => at.call('GET', '/api/v1/things', token === undefined ? {} : { token })],
    ['MCP', (at, token) => at.call('POST', '/mcp', { body: { jsonrpc: '2.0', id: 1, method: 'tools/list' }, ...(token === undefined ? {} : { token }) })],
    ['the refresh of sessions', (at, token) => at.call('POST', '/api/v1/auth/refresh', token === undefined ? {} : { token })],
    ['management', (at, token) => at.call('GET', '/api/v1/gatehouse/grants', token === undefined ? {} : { token })],
  ];

  it.each(surfaces)('of %s says where tokens come from and, without a credential, what to ask for; with a bad one that it is bad', async (_name, ask) => {
    for (const [at, origin] of [
      [app, app.url],
      [named, PUBLIC],
    ] as const) {
      const none = await ask(at);
      expect([none.status, challenged(none)]).toEqual([401, { resource_metadata: `${origin}${ROOT}/mcp`, scope: scopes.join(' ') }]);
      const bad = await ask(at, `gha_${'A'.repeat(43)}`);
      const said = { error: 'invalid_token', error_description: 'The credential is not valid', resource_metadata: `${origin}${ROOT}/mcp` };
      expect([bad.status, challenged(bad)]).toEqual([401, said]);
    }
  });

  it('in place, for a host application, says the same', async () => {
    const headers = { host: 'localhost:9', authorization: 'Bearer gha_x' };
    const admission = await app.gatehouse.authenticate({ headers, address: '127.0.0.1' });
    expect(admission).toMatchObject({
      ok: false,
      headers: { 'www-authenticate': expect.stringContaining(`resource_metadata="http://localhost:9${ROOT}/mcp"`) },
    });
  });

  it('of /mcp/ names the metadata of that very address', async () => {
    const answer = await app.call('POST', '/mcp/', { body: {} });
    expect(challenged(answer).resource_metadata).toBe(`${app.url}${ROOT}/mcp/`);
    expect((await app.call('GET', `${ROOT}/mcp/`)).body.resource).toBe(`${app.url}/mcp/`);
  });

  it('with a public URL is never written from Host; in development only where Host is this machine', async () => {
    const challenge = async (at: TestApp, host: string) => (await asked(at, '/api/v1/things', { host })).headers.get('www-authenticate');
    expect(await challenge(named, '127.0.0.1:9')).toContain(`"${PUBLIC}${ROOT}/mcp"`);
    expect(await challenge(app, 'localhost:9')).toContain(`"http://localhost:9${ROOT}/mcp"`);
    expect(await challenge(app, '[::1]:9')).toContain(`"http://[::1]:9${ROOT}/mcp"`);
    expect(await challenge(app, '10.0.0.1')).toContain(`"http://localhost${ROOT}/mcp"`);
    expect(await challenge(app, 'evil.example')).toBeNull();
  });
});

describe('the protected resource’s metadata', () => {
  const places: [string, (origin: string) => string][] = [
    [ROOT, (origin) => origin],
    [`${ROOT}/`, (origin) => origin],
    [`${ROOT}/mcp`, (origin) => `${origin}/mcp`],
    [`${ROOT}/mcp/`, (origin) => `${origin}/mcp/`],
    [`/mcp${ROOT}`, (origin) => `${origin}/mcp`],
    [`/mcp${ROOT}/`, (origin) => `${origin}/mcp`],
  ];

  it.each(places)('at %s is of the resource that is asked about', async (path, resource) => {
    for (const [at, origin] of [
      [app, app.url],
      [named, PUBLIC],
    ] as const) {
      const { status, headers, body } = await at.call('GET', path);
      expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([200, 'application/json', 'public, max-age=300']);
      expect(body).toEqual({
        resource: resource(origin),
        authorization_servers: [origin],
        scopes_supported: scopes,
        bearer_methods_supported: ['header'],
        resource_name: 'fixture',
        resource_documentation: `${origin}/docs`,
      });
    }
  });

  it('may be read by the pages of every origin, with a preflight too, while what takes credentials may not', async () => {
    const headers = { origin: 'https://inspector.example' };
    const read = await app.call('GET', ROOT, { headers });
    expect([read.status, read.headers.get('access-control-allow-origin'), read.headers.get('vary')]).toEqual([200, '*', null]);
    const preflight = await asked(
      app,
      `${ROOT}/mcp`,
      { ...headers, 'access-control-request-method': 'GET', 'access-control-request-headers': 'mcp-protocol-version' },
      'OPTIONS',
    );
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, '*']);
    for (const path of ['/api/v1/things', '/mcp', `${ROOT}/mcp/other`, `${ROOT}x`]) {
      const { status, headers: sent } = await app.call('GET', path, { headers });
      expect([path, status, sent.get('access-control-allow-origin')]).toEqual([path, 403, null]);
    }
  });

  it('is read with GET and HEAD, and nothing else', async () => {
    expect((await asked(app, ROOT, {}, 'HEAD')).status).toBe(200);
    const { status, headers } = await app.call('POST', ROOT, { body: {} });
    expect([status, headers.get('allow')]).toEqual([405, 'GET']);
  });

  it('advertises the scopes of what is served to tokens, and no others, and asks for those the platform chose', async () => {
    const bind = bindTo([]);
    const spare = (name: string, scope: string, by?: readonly ['key']) =>
      bind(
        defineOperation({
          name,
          title: name,
          description: name,
          access: { scope, ...(by === undefined ? {} : { by }) },
          input: z.object({}),
          output: z.object({}),
          effect: 'read',
        }),
        () => ({}),
      );
    const platform = definePlatform({
      ...fixtureSpec,
      scopes: ['spare:read', ...scopes, 'keys:read', 'logs:read'],
      authorization: { kind: 'own', defaultScopes: ['things:read', 'spare:read'] },
      operations: [...fixtureSpec.operations, spare('keys_show', 'keys:read', ['key']), spare('logs_list', 'logs:read')],
      reference: { page: false },
    });
    const other = await openApp(platform);
    try {
      const { body } = await other.call('GET', ROOT);
      expect(body.scopes_supported).toEqual(['things:read', 'things:write', 'logs:read']);
      expect(body).not.toHaveProperty('resource_documentation');
      expect(challenged(await other.call('GET', '/api/v1/things')).scope).toBe('things:read');
    } finally {
      await other.close();
    }
  });

  it('of an external authorization server names that one', async () => {
    const other = await openApp(
      definePlatform({ ...fixtureSpec, authorization: external({ issuer: 'https://login.example/tenant', audience: 'https://api.example' }) }),
    );
    try {
      expect((await other.call('GET', ROOT)).body).toMatchObject({
        resource: other.url,
        authorization_servers: ['https://login.example/tenant'],
        scopes_supported: scopes,
      });
      expect(challenged(await other.call('GET', '/api/v1/things'))).toEqual({ resource_metadata: `${other.url}${ROOT}/mcp`, scope: scopes.join(' ') });
    } finally {
      await other.close();
    }
  });

  it('is nowhere, and in no challenge, where no token is good', async () => {
    const without = [
      definePlatform({ ...fixtureSpec, authorization: { kind: 'none' } }),
      definePlatform({ ...fixtureSpec, signIn: false }),
      definePlatform({ ...fixtureSpec, mcpBy: ['key'] }),
    ];
    for (const platform of without) {
      const other = await openApp(platform);
      try {
        for (const path of [ROOT, `${ROOT}/mcp`]) expect((await other.call('GET', path)).status).toBe(404);
        const { body } = await other.call('GET', '/api/v1/openapi.json');
        expect(Object.hasOwn(body.components.securitySchemes, 'oauthToken')).toBe(platform.authorization.kind !== 'none');
        const none = await other.call('GET', '/api/v1/things');
        expect([none.status, none.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
        const bad = await other.call('GET', '/api/v1/things', { token: 'gha_x' });
        expect(challenged(bad)).toEqual({ error: 'invalid_token', error_description: 'The credential is not valid' });
      } finally {
        await other.close();
      }
    }
  });
});
