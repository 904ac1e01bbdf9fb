import type { ClientName } from './names.js';
import type { Step } from './play.js';
import { authorization, unknownAtAuthorization } from './steps/authorization.js';
import { challenge, listening } from './steps/challenge.js';
import { crossOrigin } from './steps/cross-origin.js';
import { documentSupport, registration } from './steps/registration.js';
import { metadataAt, resourceMetadata } from './steps/resource-metadata.js';
import { probes, serverMetadata } from './steps/server-metadata.js';
import { codeAgain, consent, exchange, refreshTogether, revocation, tools } from './steps/signed-in.js';
import { unknownAtToken, unknownCode } from './steps/token.js';

const CODE_AND_REFRESH = ['authorization_code', 'refresh_token'];
const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code';
const JWT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const RESPONSE = { response_types: ['code'] };

/** Once somebody has signed in, all clients do alike. */
const FROM_CONSENT: readonly Step[] = [consent, exchange, tools, refreshTogether, revocation, codeAgain];

/** Fetches the metadata of the resource with the path first, then without (TypeScript SDK, both lines). */
const SDK_PLACES = ['challenge', 'inserted', 'root'] as const;

const CLAUDE = 'https://claude.ai/api/mcp/auth_callback';
const CHATGPT = 'https://chatgpt.com/connector_platform_oauth_redirect';
const CURSOR = 'cursor://anysphere.cursor-mcp/oauth/callback';
const CURSOR_DOCUMENT = 'https://cursor.com/oauth/mcp-client.json';
const INSPECTOR = 'http://localhost:6274';

/** What each client does, in its order, as its source, its documentation or the logs of servers that it called show it. */
export const CLIENTS: Readonly<Record<ClientName, readonly Step[]>> = {
  claude: [
    challenge({ metadata: 'required' }),
    resourceMetadata({ at: ['challenge'], resource: 'exact' }),
    metadataAt('inserted'),
    serverMetadata({ at: ['oauth', 'openid'], issuer: 'any', pkce: 'required' }),
    documentSupport,
    // Twice within two seconds, each time that somebody connects.
    registration({
      body: { client_name: 'Claude', redirect_uris: [CLAUDE], grant_types: [...CODE_AND_REFRESH, JWT], ...RESPONSE, token_endpoint_auth_method: 'none' },
      times: 2,
      document: 'https://claude.ai/oauth/mcp-oauth-client-metadata',
    }),
    authorization({ redirectUri: CLAUDE, clientId: 'https://claude.ai/oauth/mcp-oauth-client-metadata' }),
    authorization({ redirectUri: CLAUDE }),
    unknownAtAuthorization(CLAUDE),
    unknownAtToken,
    ...FROM_CONSENT,
  ],
  'claude-code': [
    challenge({ metadata: 'required' }),
    resourceMetadata({ at: SDK_PLACES, resource: 'within' }),
    serverMetadata({ at: ['oauth', 'openid', 'openid-appended'], issuer: 'any', pkce: 'if-listed' }),
    documentSupport,
    registration({
      body: {
        client_name: 'Claude Code',
        redirect_uris: ['http://localhost:54212/callback'],
        grant_types: CODE_AND_REFRESH,
        ...RESPONSE,
        token_endpoint_auth_method: 'none',
      },
      scope: 'heard',
      document: 'https://claude.ai/oauth/claude-code-client-metadata',
    }),
    // Its document names no port, and each sign-in listens at another one.
    authorization({ redirectUri: 'http://localhost:3118/callback', clientId: 'https://claude.ai/oauth/claude-code-client-metadata' }),
    authorization({ redirectUri: 'http://localhost:61999/callback', scope: 'heard' }),
    unknownAtToken,
    ...FROM_CONSENT,
  ],
  chatgpt: [
    challenge({ metadata: 'optional' }),
    // It takes the path away.
    metadataAt('root'),
    resourceMetadata({ at: ['challenge', 'inserted', 'root'], resource: 'exact' }),
    serverMetadata({ at: ['oauth', 'openid'], issuer: 'any', pkce: 'required' }),
    probes(['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server{mcp}']),
    documentSupport,
    registration({
      body: { client_name: 'ChatGPT', redirect_uris: [CHATGPT], grant_types: CODE_AND_REFRESH, ...RESPONSE },
      methods: ['none', 'client_secret_post', 'client_secret_basic'],
      document: 'https://chatgpt.com/oauth/client.json',
    }),
    authorization({ redirectUri: CHATGPT, clientId: 'https://chatgpt.com/oauth/client.json' }),
    authorization({ redirectUri: CHATGPT }),
    unknownAtToken,
    ...FROM_CONSENT,
  ],
  vscode: [
    challenge({ metadata: 'optional' }),
    resourceMetadata({ at: SDK_PLACES, resource: 'exact' }),
    serverMetadata({ at: ['oauth', 'openid', 'openid-appended'], issuer: 'any', pkce: 'if-listed', orElse: 'default-endpoints' }),
    documentSupport,
    registration({
      body: {
        client_name: 'Visual Studio Code',
        client_uri: 'https://code.visualstudio.com',
        redirect_uris: ['https://insiders.vscode.dev/redirect', 'https://vscode.dev/redirect', 'http://127.0.0.1/', 'http://127.0.0.1:33418/'],
        grant_types: [...CODE_AND_REFRESH, DEVICE],
        ...RESPONSE,
        token_endpoint_auth_method: 'none',
        application_type: 'native',
      },
      document: 'https://vscode.dev/oauth/client-metadata.json',
    }),
    // Where its own port is taken, it listens at any other.
    authorization({ redirectUri: 'http://127.0.0.1:33418/', clientId: 'https://vscode.dev/oauth/client-metadata.json' }),
    authorization({ redirectUri: 'http://127.0.0.1:59656/', scope: 'heard' }),
    ...FROM_CONSENT,
  ],
  cursor: [
    challenge({ metadata: 'optional' }),
    resourceMetadata({ at: SDK_PLACES, resource: 'within' }),
    // Past the browser it has lost the challenge, and looks again.
    metadataAt('inserted'),
    serverMetadata({ at: ['oauth', 'openid', 'openid-appended'], issuer: 'any', pkce: 'if-listed' }),
    documentSupport,
    registration({
      body: {
        client_name: 'Cursor',
        redirect_uris: [
          'https://www.cursor.com/agents/mcp/oauth/callback',
          'https://www.cursor.com/bot/mcp/oauth/callback',
          CURSOR,
          'http://localhost:8787/callback',
          'grokbot://mcp/oauth/callback',
        ],
        grant_types: CODE_AND_REFRESH,
        ...RESPONSE,
        token_endpoint_auth_method: 'none',
      },
      scope: 'heard',
      document: CURSOR_DOCUMENT,
    }),
    authorization({ redirectUri: 'http://localhost:8787/callback', clientId: CURSOR_DOCUMENT }),
    authorization({ redirectUri: CURSOR }),
    // As people type the address.
    authorization({ redirectUri: CURSOR, resource: 'with-slash' }),
    unknownCode(CURSOR),
    ...FROM_CONSENT,
  ],
  inspector: [
    challenge({ metadata: 'optional' }),
    resourceMetadata({ at: SDK_PLACES, resource: 'within', orElse: 'origin' }),
    serverMetadata({ at: ['oauth', 'openid', 'openid-appended'], issuer: 'any', pkce: 'if-listed' }),
    crossOrigin(INSPECTOR),
    registration({
      body: {
        client_name: 'MCP Inspector',
        client_uri: 'https://github.com/modelcontextprotocol/inspector',
        redirect_uris: [`${INSPECTOR}/oauth/callback`, `${INSPECTOR}/oauth/callback/debug`],
        grant_types: CODE_AND_REFRESH,
        ...RESPONSE,
        token_endpoint_auth_method: 'none',
      },
      scope: 'heard',
    }),
    authorization({ redirectUri: `${INSPECTOR}/oauth/callback`, scope: 'heard' }),
    ...FROM_CONSENT,
  ],
  'sdk-1': [
    challenge({ metadata: 'optional' }),
    listening,
    resourceMetadata({ at: SDK_PLACES, resource: 'within', orElse: 'origin' }),
    serverMetadata({ at: ['oauth', 'openid', 'openid-appended'], issuer: 'any', pkce: 'if-listed', orElse: 'default-endpoints' }),
    registration({
      body: {
        client_name: 'a client of the SDK 1.x',
        redirect_uris: ['http://localhost:8090/callback'],
        grant_types: CODE_AND_REFRESH,
        ...RESPONSE,
        token_endpoint_auth_method: 'client_secret_post',
      },
      scope: 'heard',
    }),
    // An origin is what a server's metadata named for long.
    authorization({ redirectUri: 'http://localhost:8090/callback', resource: 'origin' }),
    authorization({ redirectUri: 'http://localhost:8090/callback', scope: 'heard' }),
    unknownCode('http://localhost:8090/callback'),
    ...FROM_CONSENT,
  ],
  'sdk-2': [
    challenge({ metadata: 'optional' }),
    listening,
    resourceMetadata({ at: SDK_PLACES, resource: 'within', orElse: 'origin' }),
    serverMetadata({ at: ['oauth', 'openid', 'openid-appended'], issuer: 'exact', pkce: 'if-listed', orElse: 'default-endpoints' }),
    registration({
      body: {
        client_name: 'a client of the SDK 2.x',
        redirect_uris: ['http://localhost:8090/callback'],
        grant_types: CODE_AND_REFRESH,
        ...RESPONSE,
        application_type: 'native',
      },
      methods: ['none', 'client_secret_post', 'client_secret_basic'],
      scope: 'heard',
    }),
    authorization({ redirectUri: 'http://localhost:8090/callback', scope: 'heard' }),
    unknownAtToken,
    unknownCode('http://localhost:8090/callback'),
    ...FROM_CONSENT,
  ],
  'mcp-remote': [
    challenge({ metadata: 'optional' }),
    resourceMetadata({ at: SDK_PLACES, resource: 'within', orElse: 'origin' }),
    serverMetadata({ at: ['oauth', 'openid', 'openid-appended'], issuer: 'exact', pkce: 'if-listed', orElse: 'default-endpoints' }),
    registration({
      body: {
        client_name: 'MCP CLI Proxy',
        client_uri: 'https://github.com/modelcontextprotocol/mcp-cli',
        software_id: '2e6dc280-f3c3-4e01-99a7-8181dbd1d23d',
        software_version: '0.15.1',
        redirect_uris: ['http://localhost:21907/oauth/callback'],
        grant_types: CODE_AND_REFRESH,
        ...RESPONSE,
        application_type: 'native',
      },
      methods: ['none', 'client_secret_post', 'client_secret_basic'],
      scope: 'heard',
    }),
    authorization({ redirectUri: 'http://localhost:21907/oauth/callback', scope: 'heard' }),
    unknownAtToken,
    ...FROM_CONSENT,
  ],
  'mcp-2025-03-26': [
    challenge({ metadata: 'optional' }),
    // They know no metadata of resources, and take the origin for the authorization server.
    serverMetadata({ at: ['oauth'], issuer: 'any', pkce: 'if-listed', orElse: 'default-endpoints' }),
    probes(['/.well-known/oauth-authorization-server{mcp}', '/.well-known/openid-configuration{mcp}', '{mcp}/.well-known/openid-configuration']),
    registration({
      body: { client_name: 'a client of 2025-03-26', redirect_uris: ['http://127.0.0.1:3334/oauth/callback'], token_endpoint_auth_method: 'none' },
    }),
    authorization({ redirectUri: 'http://127.0.0.1:3334/oauth/callback', resource: 'none' }),
    ...FROM_CONSENT,
  ],
};
