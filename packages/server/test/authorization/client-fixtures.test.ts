import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixturePlatform } from '../../../../test/support/fixture-platform.js';
import { type TestApp, openApp } from '../../../../test/support/open-app.js';
import { Browser, allow, attempt, formOf, redeem, refresh, register } from '../oauth/program.js';

/** How the main clients register, and where they want the answer: as they were seen to, in their public issues and sources. */
interface Fixture {
  readonly name: string;
  readonly registers: object;
  /** Where it is answered; by default each registered one. */
  readonly redirects: readonly string[];
  readonly asks?: Readonly<Record<string, string | undefined>>;
}

const usual = { grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'], token_endpoint_auth_method: 'none' };

const fixtures: readonly Fixture[] = [
  {
    name: 'Claude (web)',
    registers: {
      client_name: 'Claude',
      ...usual,
      token_endpoint_auth_method: 'client_secret_post',
      scope: 'things:read',
      redirect_uris: ['https://claude.ai/api/mcp/auth_callback'],
    },
    redirects: ['https://claude.ai/api/mcp/auth_callback'],
  },
  {
    name: 'Claude (its other domain)',
    registers: { client_name: 'Claude', ...usual, redirect_uris: ['https://claude.ai/api/mcp/auth_callback', 'https://claude.com/api/mcp/auth_callback'] },
    redirects: ['https://claude.com/api/mcp/auth_callback'],
    asks: { scope: 'openid offline_access things:read' },
  },
  {
    name: 'Claude Code, at whichever port is free',
    registers: { client_name: 'Claude Code (things)', ...usual, redirect_uris: ['http://localhost:3118/callback'] },
    redirects: ['http://localhost:3118/callback', 'http://localhost:54212/callback', 'http://localhost/callback'],
  },
  {
    name: 'ChatGPT',
    registers: { client_name: 'ChatGPT', ...usual, redirect_uris: ['https://chatgpt.com/connector_platform_oauth_redirect'] },
    redirects: ['https://chatgpt.com/connector_platform_oauth_redirect'],
    asks: { state: 'oauth_s_691b55f5b11481919dd', scope: undefined },
  },
  {
    name: 'ChatGPT, with an address for each connector',
    registers: { client_name: 'ChatGPT', ...usual, redirect_uris: ['https://chatgpt.com/connector/oauth/aBc-123_x'], contacts: ['support@openai.com'] },
    redirects: ['https://chatgpt.com/connector/oauth/aBc-123_x'],
  },
  {
    name: 'VS Code',
    registers: {
      client_name: 'Visual Studio Code',
      client_uri: 'https://code.visualstudio.com',
      application_type: 'native',
      ...usual,
      grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
      redirect_uris: ['https://insiders.vscode.dev/redirect', 'https://vscode.dev/redirect', 'http://127.0.0.1/', 'http://127.0.0.1:33418/'],
    },
    // Where its port is taken, it takes another.
    redirects: ['https://vscode.dev/redirect', 'http://127.0.0.1:33418/', 'http://127.0.0.1:59656/', 'http://127.0.0.1/'],
    asks: { scope: 'openid profile email things:read' },
  },
  {
    name: 'VS Code, by its own scheme',
    registers: { client_name: 'Visual Studio Code', ...usual, redirect_uris: ['vscode://vscode.github-authentication/did-authenticate'] },
    redirects: ['vscode://vscode.github-authentication/did-authenticate'],
  },
  {
    name: 'Cursor, which says it is a web program',
    registers: {
      client_name: 'Cursor',
      application_type: 'web',
      ...usual,
      redirect_uris: ['cursor://anysphere.cursor-mcp/oauth/callback', 'https://www.cursor.com/agents/mcp/oauth/callback', 'http://localhost:8787/callback'],
    },
    redirects: ['cursor://anysphere.cursor-mcp/oauth/callback', 'https://www.cursor.com/agents/mcp/oauth/callback', 'http://localhost:8787/callback'],
  },
  {
    name: 'Cursor, with an address for each server',
    registers: { client_name: 'Cursor', ...usual, redirect_uris: ['cursor://anysphere.cursor-retrieval/oauth/user-things/callback'] },
    redirects: ['cursor://anysphere.cursor-retrieval/oauth/user-things/callback'],
  },
  {
    name: 'the MCP Inspector',
    registers: {
      client_name: 'MCP Inspector',
      client_uri: 'https://github.com/modelcontextprotocol/inspector',
      ...usual,
      scope: 'things:read things:write',
      redirect_uris: ['http://localhost:6274/oauth/callback/debug', 'http://localhost:6274/oauth/callback'],
    },
    redirects: ['http://localhost:6274/oauth/callback', 'http://localhost:6274/oauth/callback/debug'],
  },
  {
    name: 'mcp-remote',
    registers: {
      client_name: 'MCP CLI Proxy',
      client_uri: 'https://github.com/modelcontextprotocol/mcp-cli',
      software_id: '2e6dc280-f3c3-4e01-99a7-8181dbd1d23d',
      software_version: '0.1.29',
      ...usual,
      redirect_uris: ['http://localhost:3334/oauth/callback'],
    },
    redirects: ['http://localhost:3334/oauth/callback', 'http://127.0.0.1:3334/oauth/callback'].slice(0, 1),
    asks: { scope: 'openid email profile' },
  },
  {
    name: 'a native program with a scheme of its own, without a host',
    registers: { client_name: 'Native', redirect_uris: ['com.example.app:/oauth2redirect', 'http://[::1]/callback'] },
    redirects: ['com.example.app:/oauth2redirect', 'http://[::1]:4711/callback'],
  },
];

let app: TestApp;
let browser: Browser;
beforeAll(async () => {
  app = await openApp(fixturePlatform);
  browser = new Browser(app);
  await browser.signIn();
});
afterAll(() => app.close());

describe('registers as it does, is let in, gets its tokens and refreshes them:', () => {
  it.each(fixtures.map((fixture) => [fixture.name, fixture] as const))('%s', async (_name, { registers, redirects, asks = {} }) => {
    const { status, body } = await register(app, registers);
    expect(status).toBe(201);
    const client = body.client_id;
    const secret: Record<string, string> = body.client_secret === undefined ? {} : { client_secret: body.client_secret };
    for (const redirect of redirects) {
      const asked = attempt(client, { redirect_uri: redirect, resource: `${app.url}/mcp`, ...asks });
      const sent = await allow(browser, asked.url);
      expect([redirect, sent.get('iss')]).toEqual([redirect, app.url]);
      const answer = await redeem(app, client, sent.get('code') ?? '', asked, { redirect_uri: redirect, resource: `${app.url}/mcp`, ...secret });
      expect([answer.status, typeof answer.body.refresh_token]).toEqual([200, 'string']);
      expect((await app.rpc(answer.body.access_token, 'tools/list')).status).toBe(200);
      expect((await refresh(app, client, answer.body.refresh_token, secret)).status).toBe(200);
    }
  });
});

it('where a scheme of its own is the way back, the page may lead there and the program is named by it', async () => {
  const { body } = await register(app, { redirect_uris: ['cursor://anysphere.cursor-mcp/oauth/callback'] });
  const { location } = await browser.get(attempt(body.client_id, { redirect_uri: 'cursor://anysphere.cursor-mcp/oauth/callback' }).url);
  const page = await browser.get(location ?? '');
  expect(page.headers.get('content-security-policy')).toContain("form-action 'self' cursor:");
  expect(page.text).toContain('cursor:');
  // By the click itself: browsers open no program for a page that leads on by itself.
  const { action, tenants } = formOf(page);
  const form = new URLSearchParams({ tenant: tenants[0] ?? '', scope: 'things:read', decision: 'allow' });
  const { status, location: back } = await browser.post(action, form, { 'sec-fetch-dest': 'document' });
  expect([status, back]).toEqual([303, expect.stringMatching(/^cursor:\/\/anysphere\.cursor-mcp\/oauth\/callback\?code=/)]);
});
