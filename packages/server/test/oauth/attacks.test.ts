import { randomUUID } from 'node:crypto';
import { SignJWT, exportJWK, generateKeyPair } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestApp } from '../../../../test/support/open-app.js';
import {
  Browser,
  CALLBACK,
  type Page,
  type Query,
  allow,
  askFor,
  attempt,
  coded,
  connect,
  decide,
  formOf,
  newClient,
  openProgram,
  redeem,
  refresh,
  register,
  send,
  toldBy,
  works,
} from './program.js';
import { letIn } from './tokens.js';

let app: TestApp;
let browser: Browser;
let client: string;
beforeAll(async () => {
  ({ app, client, browser } = await openProgram());
});
afterAll(() => app.close());

const ask = (query: Query): Promise<Page> => browser.get(attempt(client, query).url);
const told = (page: Page): URLSearchParams => toldBy(page, app);
const newCode = () => coded(browser, client);

type Attack = readonly [name: string, fails: () => Promise<void>];

/**
 * OAuth 2.0 Security Best Current Practice (RFC 9700), section 4, attack by attack, and what section 2 asks for besides. What it says of more
 * than one of them stands with the first.
 */
const rfc9700: readonly Attack[] = [
  [
    '2.3 a token that is worth more than it needs to be: beyond its scopes, at another resource',
    async () => {
      const { access } = await connect(app, { ask: { scope: 'things:read' }, choice: { scopes: ['things:read'] }, email: 'least@example.com' });
      expect((await app.call('POST', '/api/v1/things', { token: access, body: { name: 'x' } })).status).toBe(403);
      const { token } = await letIn(app, { audience: 'https://other.example/mcp' });
      expect(await works(app, token)).toBe(false);
      await browser.signIn();
    },
  ],
  [
    '2.4 the password of a person, given to a program',
    async () => {
      const grant = { grant_type: 'password', client_id: client, username: 'ann@example.com', password: 'x' };
      expect((await send(app, '/oauth/token', grant)).body.error).toBe('unsupported_grant_type');
      const { body } = await app.call('GET', '/.well-known/oauth-authorization-server');
      expect(body.grant_types_supported).toEqual(['authorization_code', 'refresh_token', 'client_credentials']);
    },
  ],
  [
    '2.5 a program that says to be another: without its secret, with a wrong one, in two ways at once',
    async () => {
      const { body } = await register(app, { token_endpoint_auth_method: 'client_secret_post' });
      const { client_id: id, client_secret: secret } = body;
      const { asked, code } = await coded(browser, id);
      expect((await redeem(app, id, code, asked)).body.error).toBe('invalid_client');
      expect((await redeem(app, id, code, asked, { client_secret: `${secret}x` })).body.error).toBe('invalid_client');
      const basic = { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` };
      const form = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: asked.verifier };
      expect((await send(app, '/oauth/token', { ...form, client_id: id, client_secret: secret }, basic)).body.error).toBe('invalid_request');
      expect((await redeem(app, id, code, asked, { client_secret: secret })).status).toBe(200);
    },
  ],
  [
    '2.5 an assertion made for another server, by another program, with another key, or for years; or one of many, by a program that nobody let in',
    async () => {
      const { privateKey, publicKey } = await generateKeyPair('ES256');
      const signs = { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [await exportJWK(publicKey)] } };
      const id = await newClient(app, signs);
      const by = async (claims: object = {}, key = privateKey) => ({
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: await new SignJWT({ iss: id, sub: id, aud: app.url, jti: randomUUID(), exp: Date.now() / 1000 + 60, ...claims })
          .setProtectedHeader({ alg: 'ES256' })
          .sign(key),
      });
      const early = await by();
      expect((await refresh(app, id, 'x', early)).body.error).toBe('invalid_client');
      const { asked, code } = await coded(browser, id);
      const other = await generateKeyPair('ES256');
      for (const wrong of [
        by({ aud: 'https://other.example' }),
        by({ iss: client }),
        by({}, other.privateKey),
        by({ exp: Date.now() / 1000 - 60 }),
        by({ exp: Date.now() / 1000 + 86_400 * 365 }),
        by({ exp: undefined }),
        by({ jti: undefined }),
      ])
        expect((await redeem(app, id, code, asked, await wrong)).body.error).toBe('invalid_client');
      // Nothing was kept of it while nobody had let the program in: it is good once.
      expect((await redeem(app, id, code, asked, early)).status).toBe(200);
      expect((await refresh(app, id, 'x', early)).body.error).toBe('invalid_client');
    },
  ],
  [
    '2.6 pages of others that read what the authorization endpoint answers (CORS)',
    async () => {
      const origin = 'https://evil.example';
      for (const path of [attempt(client).url, (await askFor(browser, attempt(client).url)).at])
        for (const method of ['GET', 'OPTIONS']) {
          const headers = { origin, 'access-control-request-method': 'GET', 'access-control-request-headers': 'authorization' };
          expect((await app.call(method, path, { headers })).headers.get('access-control-allow-origin')).toBeNull();
        }
      expect((await app.call('GET', '/oauth/jwks', { headers: { origin } })).headers.get('access-control-allow-origin')).not.toBeNull();
    },
  ],
  [
    '4.1 insufficient validation of redirect URIs',
    async () => {
      for (const redirect_uri of ['https://evil.example/callback', `${CALLBACK}.evil.example`, `${CALLBACK}/..`, CALLBACK.toUpperCase(), `${CALLBACK}?x`])
        expect([redirect_uri, (await ask({ redirect_uri })).location]).toEqual([redirect_uri, null]);
      expect((await register(app, { redirect_uris: ['http://evil.example/callback'] })).status).toBe(400);
      // Off loopback no port is like another.
      const registered = 'https://program.example/callback';
      const { body } = await register(app, { redirect_uris: [registered] });
      const wrong = ['https://program.example:8443/callback', 'https://x.program.example/callback', 'https://PROGRAM.example/callback', `${registered}/`];
      for (const redirect_uri of [...wrong, `${registered}?x=1`, `${registered}/%2e%2e/`, registered.replace('https', 'http'), `${registered}#x`]) {
        const { status, location } = await browser.get(attempt(body.client_id, { redirect_uri }).url);
        expect([redirect_uri, status, location]).toEqual([redirect_uri, 400, null]);
      }
    },
  ],
  [
    '4.2 leakage by the referrer',
    async () => {
      const { page } = await askFor(browser, attempt(client).url);
      const sent = await decide(browser, page);
      expect(sent.headers.get('referrer-policy')).toBe('no-referrer');
      expect(page.text).not.toMatch(/src=|@import|url\(/);
    },
  ],
  [
    '4.3 leakage by the history of the browser',
    async () => {
      const { access } = await connect(app);
      expect((await app.call('GET', `/api/v1/things?access_token=${access}`)).status).toBe(401);
      expect((await ask({ response_type: 'token' })).location).not.toContain('access_token');
    },
  ],
  [
    '4.4 mix-up',
    async () => {
      expect((await allow(browser, attempt(client).url)).get('iss')).toBe(app.url);
      expect(told(await ask({ scope: 'things:read', resource: 'https://other.example' })).get('iss')).toBe(app.url);
      expect((await app.call('GET', '/.well-known/oauth-authorization-server')).body).toMatchObject({
        issuer: app.url,
        authorization_response_iss_parameter_supported: true,
      });
    },
  ],
  [
    '4.5 injection of a code',
    async () => {
      const { code } = await newCode();
      expect((await redeem(app, client, code, attempt(client))).body.error).toBe('invalid_grant');
      expect((await redeem(app, await newClient(app), code, attempt(client))).body.error).toBe('invalid_grant');
    },
  ],
  [
    '4.6 injection of an access token',
    async () => {
      for (const response_type of ['token', 'code token', 'id_token', 'none']) expect((await ask({ response_type })).location).toMatch(/error=/);
      const { body } = await register(app, { token_endpoint_auth_method: 'client_secret_post' });
      const { client: id, refresh: token } = await connect(app, { browser });
      const { code } = await coded(browser, id);
      for (const other of [token, code, body.client_secret, id]) expect([other, await works(app, other)]).toEqual([other, false]);
    },
  ],
  [
    '4.7 cross-site request forgery',
    async () => {
      const { page } = await askFor(browser, attempt(client).url);
      const { action, tenants, scopes } = formOf(page);
      const form = new URLSearchParams({ tenant: tenants[0] ?? '', scope: scopes[0] ?? '', decision: 'allow' });
      expect((await browser.post(action, form, { origin: 'https://evil.example' })).status).toBe(403);
      expect((await browser.post(action.replace(/for=.*/, 'for=x'), form)).location).toBeNull();
    },
  ],
  [
    '4.8 downgrade of PKCE',
    async () => {
      for (const wrong of [
        { code_challenge: undefined, code_challenge_method: undefined },
        { code_challenge_method: 'plain' },
        { code_challenge_method: undefined },
      ])
        expect(told(await ask(wrong)).get('error')).toBe('invalid_request');
      const { asked, code } = await newCode();
      expect((await send(app, '/oauth/token', { grant_type: 'authorization_code', client_id: client, code, redirect_uri: CALLBACK })).body.error).toBe(
        'invalid_grant',
      );
      expect((await redeem(app, client, code, asked)).status).toBe(200);
    },
  ],
  [
    '4.9 a token that leaks at another resource server',
    async () => {
      const { asked, code } = await newCode();
      expect((await redeem(app, client, code, asked, { resource: 'https://other.example/mcp' })).body.error).toBe('invalid_target');
      const { body } = await redeem(app, client, code, asked);
      const { store } = app.gatehouse;
      const { sha256 } = await import('../../src/domain/presented.js');
      expect((await store.tokens.findByHash(sha256(body.access_token)))?.token.audience).toBe(`${app.url}/mcp`);
    },
  ],
  [
    '4.10 a token that was stolen: it is short-lived, and ends at once (it is bound to no key of its holder)',
    async () => {
      const { client: id, access, refresh: token } = await connect(app);
      await send(app, '/oauth/revoke', { client_id: id, token });
      expect(await works(app, access)).toBe(false);
    },
  ],
  [
    '4.11 open redirection',
    async () => {
      for (const wrong of [{ client_id: 'nobody' }, { redirect_uri: 'https://evil.example/' }, { redirect_uri: '//evil.example' }]) {
        const { status, location } = await ask(wrong);
        expect([status, location]).toEqual([400, null]);
      }
      expect((await new Browser(app).get(`/sign-in?next=${encodeURIComponent('https://evil.example')}`)).text).not.toContain('evil.example');
    },
  ],
  [
    '4.11 open redirection, by an error that is sent to a page of whoever registered it',
    async () => {
      const redirect_uri = 'https://evil.example/sign-in';
      const { body } = await register(app, { redirect_uris: [redirect_uri] });
      const asked = (wrong: Readonly<Record<string, string>>) => attempt(body.client_id, { redirect_uri, ...wrong }).url;
      for (const wrong of [{ response_type: 'token' }, { resource: 'https://x.example' }, { code_challenge_method: 'plain' }, { prompt: 'none' }])
        for (const person of [browser, new Browser(app)]) {
          const { status, location, text } = await person.get(asked(wrong));
          expect([wrong, status, location]).toEqual([wrong, 400, null]);
          expect(text).toContain('Go back to evil.example');
        }
      await allow(browser, asked({}));
      expect((await browser.get(asked({ response_type: 'token' }))).location).toContain('error=unsupported_response_type');
      expect((await new Browser(app).get(asked({ response_type: 'token' }))).location).toBeNull();
    },
  ],
  [
    '4.12 a redirect that repeats what a form held (307)',
    async () => {
      const { page } = await askFor(browser, attempt(client).url);
      expect((await decide(browser, page)).status).toBe(303);
    },
  ],
  [
    '4.13 headers that only a proxy may set',
    async () => {
      const headers = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', forwarded: 'host=evil.example' };
      const { text } = await app.call('GET', '/.well-known/oauth-authorization-server', { headers });
      expect(text).not.toContain('evil.example');
      expect((await browser.get(attempt(client, { resource: 'https://x' }).url, headers)).location).not.toContain('evil.example');
    },
  ],
  [
    '4.14 a refresh token that was stolen',
    async () => {
      const { client: id, refresh: token } = await connect(app);
      const { body } = await refresh(app, id, token);
      app.clock.advance(30_000);
      expect((await refresh(app, id, token)).body.error).toBe('invalid_grant');
      expect((await refresh(app, id, body.refresh_token)).body.error).toBe('invalid_grant');
      await browser.signIn();
    },
  ],
  [
    '4.15 a program that passes itself off as a person, by an id of its own choice',
    async () => {
      const { user } = await browser.signIn();
      const { body } = await register(app, { client_id: user, client_secret: 'x', sub: user });
      expect([body.client_id === user, body.client_secret]).toEqual([false, undefined]);
    },
  ],
  [
    '4.16 clickjacking',
    async () => {
      const { page } = await askFor(browser, attempt(client).url);
      expect([page.headers.get('x-frame-options'), page.headers.get('content-security-policy')]).toEqual([
        'DENY',
        expect.stringContaining("frame-ancestors 'none'"),
      ]);
    },
  ],
  [
    '4.17 messages between windows',
    async () => {
      for (const response_mode of ['web_message', 'form_post', 'fragment'])
        expect(told(await ask({ response_mode })).get('error')).toBe('unsupported_response_mode');
    },
  ],
];

describe('RFC 9700', () => {
  it.each(rfc9700)('%s', async (_name, fails) => fails());
});
