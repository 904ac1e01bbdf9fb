import * as oauth from 'oauth4webapi';
import * as client from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixturePlatform } from '../../../../test/support/fixture-platform.js';
import { type TestApp, openApp } from '../../../../test/support/open-app.js';
import { Browser, CALLBACK, allow, askFor, attempt, decide, newClient, redeem, refresh } from '../oauth/program.js';

let app: TestApp;
let browser: Browser;
beforeAll(async () => {
  app = await openApp(fixturePlatform);
  browser = new Browser(app);
  await browser.signIn();
});
afterAll(() => app.close());

it('a program registers, its person lets it in, it gets its tokens, calls a tool and refreshes', async () => {
  const id = await newClient(app);
  const asked = attempt(id, { scope: 'things:read things:write', resource: `${app.url}/mcp` });
  const sent = await allow(browser, asked.url);
  expect(Object.fromEntries(sent)).toEqual({ code: expect.any(String), state: 'as it was', iss: app.url });
  const answer = await redeem(app, id, sent.get('code') ?? '', asked);
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
  const next = await refresh(app, id, answer.body.refresh_token);
  expect(next.body).toMatchObject({ token_type: 'Bearer', scope: 'things:read things:write', refresh_token: expect.stringMatching(/^ghr_/) });
  expect((await app.rpc(next.body.access_token, 'tools/list')).status).toBe(200);
});

/** The person's part: to look at the page, and to allow. */
async function sentTo(url: URL): Promise<URL> {
  const { page } = await askFor(browser, url.href);
  return new URL((await decide(browser, page)).location ?? '');
}
const metadata = { client_name: 'A library', redirect_uris: [CALLBACK] };

describe('libraries that nobody here wrote go all the way:', () => {
  it('oauth4webapi, as a public program and as one with a secret', async () => {
    const issuer = new URL(app.url);
    const insecure = { [oauth.allowInsecureRequests]: true };
    const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure }));
    for (const method of ['none', 'client_secret_basic', 'client_secret_post']) {
      const registered = await oauth.processDynamicClientRegistrationResponse(
        await oauth.dynamicClientRegistrationRequest(server, { ...metadata, token_endpoint_auth_method: method }, insecure),
      );
      const secret = String(registered.client_secret);
      const authentication =
        { none: oauth.None(), client_secret_basic: oauth.ClientSecretBasic(secret), client_secret_post: oauth.ClientSecretPost(secret) }[method] ??
        oauth.None();
      const verifier = oauth.generateRandomCodeVerifier();
      const state = oauth.generateRandomState();
      const url = new URL(server.authorization_endpoint ?? '');
      const asked = { client_id: registered.client_id, redirect_uri: CALLBACK, response_type: 'code', scope: 'things:read', state, resource: `${app.url}/mcp` };
      for (const [name, value] of Object.entries({ ...asked, code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256' }))
        url.searchParams.set(name, value);
      const parameters = oauth.validateAuthResponse(server, registered, await sentTo(url), state);
      const response = await oauth.authorizationCodeGrantRequest(server, registered, authentication, parameters, CALLBACK, verifier, insecure);
      const tokens = await oauth.processAuthorizationCodeResponse(server, registered, response);
      const again = await oauth.refreshTokenGrantRequest(server, registered, authentication, tokens.refresh_token ?? '', insecure);
      const fresh = await oauth.processRefreshTokenResponse(server, registered, again);
      const told = await oauth.processIntrospectionResponse(
        server,
        registered,
        await oauth.introspectionRequest(server, registered, authentication, fresh.access_token, insecure),
      );
      expect([method, told.active, told.scope, told.aud]).toEqual([method, true, 'things:read', `${app.url}/mcp`]);
      await oauth.processRevocationResponse(await oauth.revocationRequest(server, registered, authentication, fresh.refresh_token ?? '', insecure));
      expect((await app.call('GET', '/api/v1/things', { token: fresh.access_token })).status).toBe(401);
    }
  });

  it('openid-client, with an API key for client credentials besides', async () => {
    const execute = [client.allowInsecureRequests];
    const config = await client.dynamicClientRegistration(new URL(app.url), metadata, client.None(), { algorithm: 'oauth2', execute });
    const verifier = client.randomPKCECodeVerifier();
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: CALLBACK,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state: 'x',
    });
    const tokens = await client.authorizationCodeGrant(config, await sentTo(url), { pkceCodeVerifier: verifier, expectedState: 'x' });
    const fresh = await client.refreshTokenGrant(config, tokens.refresh_token ?? '');
    expect((await app.call('GET', '/api/v1/things', { token: fresh.access_token })).status).toBe(200);
    const key = await app.key('ann@example.com');
    const ofKey = await client.discovery(new URL(app.url), key.id, undefined, client.ClientSecretBasic(key.raw), { algorithm: 'oauth2', execute });
    const traded = await client.clientCredentialsGrant(ofKey, { scope: 'things:read' });
    expect([traded.scope, (await app.call('GET', '/api/v1/things', { token: traded.access_token })).status]).toEqual(['things:read', 200]);
  });
});
