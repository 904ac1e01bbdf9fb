import { type CryptoKey, exportJWK, generateKeyPair } from 'jose';
import * as oauth from 'oauth4webapi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DocumentHost, startDocumentHost } from './lib/document-host.js';
import { letIn } from './lib/person.mjs';
import { servePlatform } from './lib/serve.mjs';

const CODE_AND_REFRESH = { grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'] };
const PUBLIC = { ...CODE_AND_REFRESH, token_endpoint_auth_method: 'none' };
const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code';
const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/**
 * The metadata documents of known programs, as they were published in autumn 2026. A document is about the address where it stands, so theirs
 * stand in for it below the same path of a host of our own.
 */
const documents: readonly (readonly [name: string, path: string, members: object, redirects: readonly string[]])[] = [
  [
    'Claude',
    '/oauth/mcp-oauth-client-metadata',
    {
      client_name: 'Claude',
      client_uri: 'https://claude.ai',
      redirect_uris: ['https://claude.ai/api/mcp/auth_callback'],
      ...PUBLIC,
      grant_types: [...CODE_AND_REFRESH.grant_types, JWT_BEARER],
    },
    ['https://claude.ai/api/mcp/auth_callback'],
  ],
  [
    'Claude Code, which names no port and listens at any',
    '/oauth/claude-code-client-metadata',
    { client_name: 'Claude Code', client_uri: 'https://claude.ai', redirect_uris: ['http://localhost/callback', 'http://127.0.0.1/callback'], ...PUBLIC },
    ['http://localhost:3118/callback', 'http://127.0.0.1:52163/callback'],
  ],
  [
    'VS Code, where its port is free, where it is not, and in a browser',
    '/oauth/client-metadata.json',
    {
      client_name: 'Visual Studio Code',
      logo_uri: 'https://code.visualstudio.com/assets/branding/code-stable.png',
      client_uri: 'https://vscode.dev/product',
      application_type: 'native',
      redirect_uris: ['http://127.0.0.1:33418/', 'https://vscode.dev/redirect'],
      ...PUBLIC,
      grant_types: [...CODE_AND_REFRESH.grant_types, DEVICE],
    },
    ['http://127.0.0.1:33418/', 'http://127.0.0.1:59656/', 'https://vscode.dev/redirect'],
  ],
  [
    'Cursor',
    '/oauth/mcp-client.json',
    {
      client_name: 'Cursor',
      token_endpoint_auth_method: 'none',
      redirect_uris: [
        'https://www.cursor.com/agents/mcp/oauth/callback',
        'https://www.cursor.com/bot/mcp/oauth/callback',
        'https://grok.com/connectors-oauth-exchange-code/',
        'http://localhost:8787/callback',
        'http://127.0.0.1:8787/callback',
      ],
    },
    ['https://www.cursor.com/agents/mcp/oauth/callback', 'https://www.cursor.com/bot/mcp/oauth/callback', 'http://localhost:18787/callback'],
  ],
  [
    'Codex',
    '/oauth/codex/client.json',
    { client_name: 'Codex', application_type: 'native', redirect_uris: ['http://127.0.0.1/callback', 'http://localhost/callback'], ...PUBLIC },
    ['http://127.0.0.1:37819/callback'],
  ],
  [
    'Zed, which lists no refresh token among its grants, and refreshes',
    '/oauth/zed/client-metadata.json',
    {
      client_name: 'Zed',
      client_uri: 'https://zed.dev',
      redirect_uris: ['http://127.0.0.1/callback'],
      ...PUBLIC,
      grant_types: ['authorization_code'],
    },
    ['http://127.0.0.1:27523/callback'],
  ],
  [
    'GitHub Copilot CLI, which names one port and listens at another',
    '/copilot/cli/client-metadata.json',
    { client_name: 'GitHub Copilot CLI', application_type: 'native', redirect_uris: ['http://127.0.0.1:33418/'], ...PUBLIC },
    ['http://127.0.0.1:63450/'],
  ],
  [
    'Grok, with a slash at the end',
    '/oauth/grok.json',
    {
      client_name: 'Grok',
      redirect_uris: ['https://grok.com/connectors-oauth-exchange-code/', 'https://console.x.ai/connectors-oauth-exchange-code/'],
      ...PUBLIC,
    },
    ['https://grok.com/connectors-oauth-exchange-code/'],
  ],
];

/** What registers is in packages/server/test/authorization/client-fixtures.test.ts, and what has changed since is here. */
const registrations: readonly (readonly [name: string, members: object, redirects: readonly string[]])[] = [
  [
    'Claude, which would take another grant as well',
    {
      client_name: 'Claude',
      redirect_uris: ['https://claude.ai/api/mcp/auth_callback'],
      ...PUBLIC,
      grant_types: [...CODE_AND_REFRESH.grant_types, JWT_BEARER],
    },
    ['https://claude.ai/api/mcp/auth_callback'],
  ],
  [
    'Claude Code 2.1',
    { client_name: 'Claude Code', application_type: 'native', redirect_uris: ['http://localhost:3118/callback'], ...PUBLIC },
    ['http://localhost:3118/callback', 'http://localhost:64120/callback'],
  ],
  [
    'ChatGPT, which says nothing of how it authenticates',
    { client_name: 'ChatGPT', redirect_uris: ['https://chatgpt.com/connector/oauth/aBc-123_x'] },
    ['https://chatgpt.com/connector/oauth/aBc-123_x'],
  ],
  [
    'Cursor 3.20, with Grok Bot',
    {
      client_name: 'Cursor',
      redirect_uris: [
        'https://www.cursor.com/agents/mcp/oauth/callback',
        'https://www.cursor.com/bot/mcp/oauth/callback',
        'cursor://anysphere.cursor-mcp/oauth/callback',
        'http://localhost:8787/callback',
        'grokbot://mcp/oauth/callback',
      ],
      ...PUBLIC,
    },
    ['http://localhost:8787/callback', 'cursor://anysphere.cursor-mcp/oauth/callback', 'grokbot://mcp/oauth/callback'],
  ],
  [
    'Codex, with a path for each server',
    { client_name: 'Codex', application_type: 'native', redirect_uris: ['http://127.0.0.1:37819/callback/4f1c'], ...PUBLIC },
    ['http://127.0.0.1:37819/callback/4f1c'],
  ],
  [
    'Gemini CLI, with an empty scope',
    { client_name: 'Gemini CLI MCP Client', redirect_uris: ['http://localhost:7777/oauth/callback'], ...PUBLIC, scope: '' },
    ['http://localhost:7777/oauth/callback'],
  ],
  [
    'Goose, another time at another port',
    { client_name: 'goose', redirect_uris: ['http://127.0.0.1:51234/oauth_callback'], ...PUBLIC },
    ['http://127.0.0.1:40811/oauth_callback'],
  ],
  [
    'LibreChat, with a secret',
    {
      client_name: 'LibreChat MCP Client',
      redirect_uris: ['https://chat.example.com/api/mcp/things/oauth/callback'],
      ...CODE_AND_REFRESH,
      token_endpoint_auth_method: 'client_secret_basic',
    },
    ['https://chat.example.com/api/mcp/things/oauth/callback'],
  ],
  [
    'Open WebUI, with a colon in its path',
    { client_name: 'Open WebUI', redirect_uris: ['https://chat.example.com/oauth/clients/mcp:things/callback'], ...CODE_AND_REFRESH },
    ['https://chat.example.com/oauth/clients/mcp:things/callback'],
  ],
];

const insecure = { [oauth.allowInsecureRequests]: true };
let host: DocumentHost;
let served: Awaited<ReturnType<typeof servePlatform>>;
let server: oauth.AuthorizationServer;
let cookie: string;
beforeAll(async () => {
  host = await startDocumentHost();
  served = await servePlatform(host.environment);
  cookie = await served.session();
  const issuer = new URL(served.url);
  server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure }));
});
afterAll(async () => {
  await served?.close();
  await host?.close();
});

/** From the browser to a list of tools, and on after a refresh. */
async function goesAllTheWay(client: oauth.Client, redirect: string, authentication: oauth.ClientAuth = oauth.None()): Promise<void> {
  const verifier = oauth.generateRandomCodeVerifier();
  const asked = new URLSearchParams({
    response_type: 'code',
    client_id: client.client_id,
    redirect_uri: redirect,
    state: 'as it was',
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    resource: `${served.url}/mcp`,
  });
  const { answer } = await letIn(`${server.authorization_endpoint}?${asked}`, cookie, { deliver: false });
  expect(answer.href.startsWith(redirect)).toBe(true);
  const parameters = oauth.validateAuthResponse(server, client, answer, 'as it was');
  const given = await oauth.authorizationCodeGrantRequest(server, client, authentication, parameters, redirect, verifier, insecure);
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, given);
  const refreshed = await oauth.refreshTokenGrantRequest(server, client, authentication, tokens.refresh_token ?? '', insecure);
  const all = [tokens, await oauth.processRefreshTokenResponse(server, client, refreshed)];
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
  for (const { access_token: token } of all) {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
    expect((await fetch(`${served.url}/mcp`, { method: 'POST', headers, body })).status).toBe(200);
  }
}

describe('by the metadata document that it publishes, a real server lets in', () => {
  it.each(documents)('%s', async (_name, path, members, redirects) => {
    const client_id = host.publish(path, (url) => ({ client_id: url, ...members }));
    for (const redirect of redirects) await goesAllTheWay({ ...members, client_id }, redirect);
  });

  it('ChatGPT, which signs with a key that it publishes, and nobody who only says to be it', async () => {
    const redirect = 'https://chatgpt.com/connector_platform_oauth_redirect';
    const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
    const keys = [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256', use: 'sig' }];
    const jwks_uri = host.publish('/oauth/jwks.json', () => ({ keys }));
    const client_id = host.publish('/oauth/client.json', (url) => ({
      client_id: url,
      client_name: 'ChatGPT',
      client_uri: 'https://chatgpt.com/',
      logo_uri: 'https://persistent.oaistatic.com/sonic/misc/openai-logo.png',
      redirect_uris: [redirect],
      ...CODE_AND_REFRESH,
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'],
      token_endpoint_auth_signing_alg: 'RS256',
      jwks_uri,
    }));
    expect(server.token_endpoint_auth_methods_supported).toContain('private_key_jwt');
    const signing = (key: CryptoKey): oauth.ClientAuth => oauth.PrivateKeyJwt({ key, kid: 'one' });
    await goesAllTheWay({ client_id }, redirect, signing(privateKey));
    const { privateKey: another } = await generateKeyPair('RS256');
    await expect(goesAllTheWay({ client_id }, redirect, signing(another))).rejects.toMatchObject({ error: 'invalid_client' });
    await expect(goesAllTheWay({ client_id }, redirect)).rejects.toMatchObject({ error: 'invalid_client' });
  });
});

describe('by its registration, a real server lets in', () => {
  it.each(registrations)('%s', async (_name, members, redirects) => {
    const answer = await oauth.dynamicClientRegistrationRequest(server, members, insecure);
    const client = await oauth.processDynamicClientRegistrationResponse(answer);
    const authentication = client.client_secret === undefined ? oauth.None() : oauth.ClientSecretBasic(String(client.client_secret));
    for (const redirect of redirects) await goesAllTheWay(client, redirect, authentication);
  });
});
