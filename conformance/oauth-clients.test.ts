import { UnauthorizedError, type VersionNegotiationMode } from '@modelcontextprotocol/client';
import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type DocumentHost, startDocumentHost } from './lib/document-host.js';
import { CALLBACK, Program } from './lib/official.js';
import { letIn } from './lib/person.mjs';
import { HOUR_MS, type Plot, type Scene, onFixture, onNenjo, openScene } from './lib/scene.js';
import { servePlatform } from './lib/serve.mjs';

const eras: [string, VersionNegotiationMode][] = [
  ['with sessions', 'legacy'],
  ['stateless', { pin: '2026-07-28' }],
];

/** Step by step: each begins where the one before has ended. */
describe.each<[string, Plot]>([
  ['Nenjo', onNenjo],
  ['a fixture platform', onFixture],
])('on %s', (_platform, plot) => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await openScene(plot.platform);
  });
  afterAll(() => scene.close());

  describe.each(eras)('a program of the official client 2.x, %s,', (era, mode) => {
    let program: Program;
    const named = { name: `made ${era}` };
    beforeAll(() => {
      program = new Program({ url: scene.url, cookie: scene.cookie, mode });
    });
    afterAll(() => program.close());

    it('registers, is let in, and calls a tool', async () => {
      await program.connect([plot.scope]);
      expect(await program.call(plot.read)).not.toContain(named.name);
      expect(program.memory.clientInformation()).toMatchObject({ client_id: expect.any(String), issuer: scene.app.url });
    });

    it('refreshes what has expired, unseen by its person', async () => {
      scene.app.clock.advance(HOUR_MS);
      const { access_token: before } = program.memory.tokens() ?? {};
      await program.call(plot.read);
      expect([program.memory.asked.length, program.memory.tokens()?.access_token === before]).toEqual([1, false]);
    });

    it('asks anew for what it was not allowed and loses nothing by it', async () => {
      await expect(program.call(plot.write, named)).rejects.toThrow(UnauthorizedError);
      const before = program.memory.tokens()?.scope?.split(' ') ?? [];
      const { asked, page } = await program.consent();
      expect(asked.searchParams.get('scope')?.split(' ').sort()).toEqual([...before, plot.scope].sort());
      expect(page.match(/allowed before/g)).toHaveLength(before.length);
      expect(await program.call(plot.write, named)).toContain(named.name);
      expect(await program.call(plot.read)).toContain(named.name);
      expect(program.memory.asked).toHaveLength(2);
    });

    it('is out with the next call once its person takes it back, and has to ask again', async () => {
      const said = vi.spyOn(console, 'warn').mockImplementation(() => {});
      expect(await scene.takeBack()).toBe(2);
      await expect(program.call(plot.read)).rejects.toThrow(UnauthorizedError);
      expect(program.memory.asked).toHaveLength(3);
      expect(String(said.mock.calls[0])).toContain('invalid_grant');
      said.mockRestore();
    });
  });
});

describe('a program of the official client 2.x that has a metadata document', () => {
  let host: DocumentHost;
  let server: Awaited<ReturnType<typeof servePlatform>>;
  beforeAll(async () => {
    host = await startDocumentHost();
    server = await servePlatform(host.environment);
  });
  afterAll(async () => {
    await server?.close();
    await host?.close();
  });

  it.each(eras)('is let in by a real server as what it is, without registering: %s', async (_era, mode) => {
    const document = host.publish('/client.json', (client_id) => ({ client_id, client_name: 'Documented', redirect_uris: [CALLBACK] }));
    const cookie = await server.session();
    const program = new Program({ url: `${server.url}/mcp`, cookie: async () => cookie, mode, document });
    try {
      await program.connect();
      expect(await program.call('test_echo', { said: 'hello' })).toBe('hello');
      expect(program.memory.clientInformation()?.client_id).toBe(document);
    } finally {
      await program.close();
    }
  });
});

/** On a fixture platform: packages/server/test/authorization/flow.test.ts. */
describe('on Nenjo, libraries that nobody here wrote go all the way:', () => {
  let scene: Scene;
  const metadata = { client_name: 'A library', redirect_uris: [CALLBACK], token_endpoint_auth_method: 'none' };
  beforeAll(async () => {
    scene = await openScene(onNenjo.platform);
  });
  afterAll(() => scene.close());

  const answerTo = async (url: URL): Promise<URL> => (await letIn(url.href, await scene.cookie(), { deliver: false })).answer;
  const statusWith = async (token: string): Promise<number> => (await scene.app.rpc(token, 'tools/call', { name: onNenjo.read, arguments: {} })).status;

  it('openid-client', async () => {
    const execute = [openid.allowInsecureRequests];
    const config = await openid.dynamicClientRegistration(new URL(scene.app.url), metadata, openid.None(), { algorithm: 'oauth2', execute });
    const verifier = openid.randomPKCECodeVerifier();
    const challenge = await openid.calculatePKCECodeChallenge(verifier);
    const asked = { redirect_uri: CALLBACK, code_challenge: challenge, code_challenge_method: 'S256', state: 'x', scope: 'projects:read', resource: scene.url };
    const answer = await answerTo(openid.buildAuthorizationUrl(config, asked));
    const tokens = await openid.authorizationCodeGrant(config, answer, { pkceCodeVerifier: verifier, expectedState: 'x' });
    scene.app.clock.advance(HOUR_MS);
    expect([tokens.scope, await statusWith(tokens.access_token)]).toEqual(['projects:read', 401]);
    const fresh = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '');
    expect([fresh.scope, await statusWith(fresh.access_token)]).toEqual(['projects:read', 200]);
    await openid.tokenRevocation(config, fresh.refresh_token ?? '');
    expect(await statusWith(fresh.access_token)).toBe(401);
  });

  it('oauth4webapi', async () => {
    const insecure = { [oauth.allowInsecureRequests]: true };
    const resource = new URL(scene.url);
    const { authorization_servers: [issuer = ''] = [] } = await oauth.processResourceDiscoveryResponse(
      resource,
      await oauth.resourceDiscoveryRequest(resource, insecure),
    );
    const server = await oauth.processDiscoveryResponse(new URL(issuer), await oauth.discoveryRequest(new URL(issuer), { algorithm: 'oauth2', ...insecure }));
    const registered = await oauth.dynamicClientRegistrationRequest(server, metadata, insecure);
    const client = await oauth.processDynamicClientRegistrationResponse(registered);
    const verifier = oauth.generateRandomCodeVerifier();
    const challenge = await oauth.calculatePKCECodeChallenge(verifier);
    const asked = { response_type: 'code', client_id: client.client_id, redirect_uri: CALLBACK, code_challenge: challenge, code_challenge_method: 'S256' };
    const answer = await answerTo(new URL(`${server.authorization_endpoint}?${new URLSearchParams({ ...asked, resource: scene.url })}`));
    const parameters = oauth.validateAuthResponse(server, client, answer, oauth.expectNoState);
    const given = await oauth.authorizationCodeGrantRequest(server, client, oauth.None(), parameters, CALLBACK, verifier, insecure);
    const tokens = await oauth.processAuthorizationCodeResponse(server, client, given);
    scene.app.clock.advance(HOUR_MS);
    expect([tokens.scope?.split(' ').length, await statusWith(tokens.access_token)]).toEqual([16, 401]);
    const refreshed = await oauth.refreshTokenGrantRequest(server, client, oauth.None(), tokens.refresh_token ?? '', insecure);
    const fresh = await oauth.processRefreshTokenResponse(server, client, refreshed);
    expect(await statusWith(fresh.access_token)).toBe(200);
    await oauth.processRevocationResponse(await oauth.revocationRequest(server, client, oauth.None(), fresh.access_token, insecure));
    expect(await statusWith(fresh.access_token)).toBe(401);
  });
});
