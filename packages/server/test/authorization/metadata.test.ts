import { definePlatform, external } from 'gatehouse';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fixturePlatform, fixtureSpec } from '../../../../test/support/fixture-platform.js';
import { type TestApp, openApp } from '../../../../test/support/open-app.js';

let app: TestApp;
beforeAll(async () => {
  app = await openApp(fixturePlatform);
});
afterAll(() => app.close());

const names = ['oauth-authorization-server', 'openid-configuration'];
const forms = (name: string): string[] => [`/.well-known/${name}`, `/.well-known/${name}/mcp`, `/mcp/.well-known/${name}`];

it('one document stands wherever programs look for it: at the root, inserted and appended, and where OpenID has its own', async () => {
  const answers = await Promise.all(names.flatMap(forms).map((path) => app.call('GET', path)));
  expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(200));
  const [first, ...rest] = answers.map(({ body: { subject_types_supported: _s, id_token_signing_alg_values_supported: _a, ...body } }) => body);
  for (const other of rest) expect(other).toEqual(first);
  for (const { headers } of answers)
    expect([headers.get('content-type'), headers.get('cache-control')]).toEqual(['application/json; charset=utf-8', 'public, max-age=60']);
});

it('the document says what is so: S256 alone, the four ways to authenticate, metadata documents, iss, and the scopes that anything asks for', async () => {
  const { body } = await app.call('GET', '/.well-known/oauth-authorization-server');
  expect(body).toMatchObject({
    issuer: app.url,
    authorization_endpoint: `${app.url}/oauth/authorize`,
    token_endpoint: `${app.url}/oauth/token`,
    registration_endpoint: `${app.url}/oauth/register`,
    revocation_endpoint: `${app.url}/oauth/revoke`,
    introspection_endpoint: `${app.url}/oauth/introspect`,
    jwks_uri: `${app.url}/oauth/jwks`,
    scopes_supported: ['things:read', 'things:write'],
    response_types_supported: ['code'],
    grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    authorization_response_iss_parameter_supported: true,
    client_id_metadata_document_supported: true,
  });
  const resource = await app.call('GET', '/.well-known/oauth-protected-resource');
  expect([resource.body.scopes_supported, resource.body.authorization_servers]).toEqual([body.scopes_supported, [body.issuer]]);
});

it('where OpenID is asked for it is well formed, and promises no scope of its own', async () => {
  const { body } = await app.call('GET', '/.well-known/openid-configuration');
  expect([body.subject_types_supported, body.id_token_signing_alg_values_supported]).toEqual([['public'], ['ES256']]);
  expect(body.scopes_supported).not.toContain('openid');
});

it('the issuer is the host that was called, in development', async () => {
  const { port } = new URL(app.url);
  const response = await fetch(`http://localhost:${port}/.well-known/oauth-authorization-server`);
  expect(await response.json()).toMatchObject({ issuer: `http://localhost:${port}` });
});

it('with a public URL the issuer is that, whatever host is called (host header injection)', async () => {
  const other = await openApp(fixturePlatform, { flags: { publicUrl: 'https://api.example.com' } });
  try {
    const { body } = await other.call('GET', '/.well-known/oauth-authorization-server');
    expect([body.issuer, body.token_endpoint]).toEqual(['https://api.example.com', 'https://api.example.com/oauth/token']);
  } finally {
    await other.close();
  }
});

it('pages of every origin may read the metadata and the keys, register, redeem and revoke; they may not ask about tokens', async () => {
  const origin = { origin: 'https://page.example' };
  for (const [method, path] of [
    ['GET', '/.well-known/oauth-authorization-server'],
    ['GET', '/oauth/jwks'],
    ['POST', '/oauth/token'],
    ['POST', '/oauth/register'],
    ['POST', '/oauth/revoke'],
  ] as const) {
    const { headers } = await app.call(method, path, { headers: origin });
    expect([path, headers.get('access-control-allow-origin')]).toEqual([path, '*']);
    const preflight = await app.call('OPTIONS', path, { headers: { ...origin, 'access-control-request-method': method } });
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, '*']);
  }
  const introspection = await app.call('POST', '/oauth/introspect', { headers: origin });
  expect([introspection.status, introspection.headers.get('access-control-allow-origin'), introspection.body.error]).toEqual([403, null, 'invalid_request']);
});

it('a method that is not served there is 405 with those that are', async () => {
  const answers = await Promise.all([app.call('GET', '/oauth/token'), app.call('DELETE', '/oauth/authorize'), app.call('POST', '/oauth/jwks')]);
  expect(answers.map(({ status, headers }) => [status, headers.get('allow')])).toEqual([
    [405, 'POST'],
    [405, 'GET, POST'],
    [405, 'GET, HEAD'],
  ]);
});

it('a platform that leaves this to another server, or has no tokens, serves none of it', async () => {
  for (const authorization of [external({ issuer: 'https://issuer.example', audience: 'https://api.example' }), { kind: 'none' }] as const) {
    const other = await openApp(definePlatform({ ...fixtureSpec, authorization }));
    try {
      for (const path of [...names.flatMap(forms), '/oauth/authorize', '/oauth/jwks', '/oauth/consent/x'])
        expect([path, (await other.call('GET', path)).status]).toEqual([path, 404]);
      for (const path of ['/oauth/token', '/oauth/register', '/oauth/revoke', '/oauth/introspect'])
        expect([path, (await other.call('POST', path)).status]).toEqual([path, 404]);
    } finally {
      await other.close();
    }
  }
});
