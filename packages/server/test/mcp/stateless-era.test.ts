import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixturePlatform } from '../../../../test/support/fixture-platform.js';
import { type TestApp, type TestKey, openApp } from '../../../../test/support/open-app.js';

const VERSION = '2026-07-28';
const meta = {
  'io.modelcontextprotocol/protocolVersion': VERSION,
  'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};
const serverMeta = { 'io.modelcontextprotocol/serverInfo': { name: 'fixture', version: '1.2.3' } };

let app: TestApp;
let key: TestKey;

beforeAll(async () => {
  app = await openApp(fixturePlatform);
  key = await app.key('ann@example.com');
});
afterAll(() => app.close());

interface Sent {
  readonly params?: Record<string, unknown>;
  readonly headers?: Record<string, string>;
  readonly token?: string;
}

function send(method: string, { params = {}, headers = {}, token = key.raw }: Sent = {}) {
  const standard = { 'MCP-Protocol-Version': VERSION, 'Mcp-Method': method, ...(typeof params.name === 'string' ? { 'Mcp-Name': params.name } : {}) };
  return app.call('POST', '/mcp', { token, headers: { ...standard, ...headers }, body: { jsonrpc: '2.0', id: 9, method, params: { _meta: meta, ...params } } });
}

describe('a stateless client', () => {
  it('discovers versions, capabilities and identity, for all to keep', async () => {
    const { status, body } = await send('server/discover');
    expect(status).toBe(200);
    expect(body).toEqual({
      jsonrpc: '2.0',
      id: 9,
      result: {
        resultType: 'complete',
        supportedVersions: [VERSION],
        capabilities: {
          tools: { listChanged: true },
          resources: { subscribe: true, listChanged: true },
          prompts: { listChanged: true },
          completions: {},
          logging: {},
        },
        ttlMs: 3_600_000,
        cacheScope: 'public',
        _meta: serverMeta,
      },
    });
  });

  it('lists its tools, for itself to keep, the same as in the other era', async () => {
    const { body } = await send('tools/list');
    const legacy = await app.rpc(key.raw, 'tools/list');
    expect(body.result).toEqual({ resultType: 'complete', tools: legacy.body.result.tools, ttlMs: 60_000, cacheScope: 'private', _meta: serverMeta });
  });

  it('calls a tool', async () => {
    const { status, body } = await send('tools/call', { params: { name: 'things_list', arguments: {} } });
    expect(status).toBe(200);
    expect(body.result).toEqual({ resultType: 'complete', content: [{ type: 'text', text: '[]' }], structuredContent: { result: [] }, _meta: serverMeta });
  });

  it('reads a tool’s own failure in a complete result', async () => {
    const { status, body } = await send('tools/call', { params: { name: 'things_get', arguments: { id: '3f0c9d9e-0d0b-4a58-9f0c-3c2f4ea6d0aa' } } });
    expect([status, body.result.resultType, body.result.isError]).toEqual([200, 'complete', true]);
  });

  it('is told bad arguments, unknown tools and missing scopes in HTTP 200', async () => {
    const reader = await app.key('ann@example.com', ['things:read']);
    const bad = await send('tools/call', { params: { name: 'things_list', arguments: { limit: 0 } } });
    const unknown = await send('tools/call', { params: { name: 'nothing' } });
    const denied = await send('tools/call', { params: { name: 'things_create', arguments: { name: 'x' } }, token: reader.raw });
    expect([bad, unknown, denied].map(({ status, body }) => [status, body.error.code])).toEqual([
      [200, -32602],
      [200, -32602],
      [200, -32001],
    ]);
  });

  it.each(['initialize', 'ping', 'logging/setLevel', 'unknown'])('is answered %s with 404 and -32601', async (method) => {
    const { status, body } = await send(method);
    expect([status, body.id, body.error.code, body.error.message]).toEqual([404, 9, -32601, `Method not found: ${method}`]);
  });

  it('is told the versions when it asks for another', async () => {
    const other = { ...meta, 'io.modelcontextprotocol/protocolVersion': 'v999.0.0' };
    const { status, body } = await send('server/discover', { params: { _meta: other }, headers: { 'MCP-Protocol-Version': 'v999.0.0' } });
    expect([status, body.id, body.error.code]).toEqual([400, 9, -32022]);
    expect(body.error.data).toMatchObject({ supported: [VERSION], requested: 'v999.0.0', code: 'unsupported_version' });
  });

  it('is told what its _meta lacks, with HTTP 400', async () => {
    const { 'io.modelcontextprotocol/clientCapabilities': _none, ...rest } = meta;
    for (const params of [{ _meta: undefined }, { _meta: {} }, { _meta: rest }]) {
      const { status, body } = await send('server/discover', { params });
      expect([status, body.id, body.error.code]).toEqual([400, 9, -32602]);
    }
  });

  it.each<[string, Record<string, string>]>([
    ['another method', { 'Mcp-Method': 'tools/list' }],
    ['another tool', { 'Mcp-Name': 'things_get' }],
    ['another version', { 'MCP-Protocol-Version': '2025-11-25' }],
  ])('whose headers name %s is refused with -32020 and HTTP 400', async (_what, headers) => {
    const { status, body } = await send('tools/call', { params: { name: 'things_list' }, headers });
    expect([status, body.id, body.error.code, body.error.data.code]).toEqual([400, 9, -32020, 'header_mismatch']);
  });

  it('may put white space around a header’s value', async () => {
    expect((await send('tools/call', { params: { name: 'things_list' }, headers: { 'Mcp-Name': '  things_list ' } })).status).toBe(200);
  });

  it('has its notifications accepted with 202 on every platform, and its responses refused', async () => {
    const headers = { 'MCP-Protocol-Version': VERSION };
    const notified = await app.call('POST', '/mcp', { token: key.raw, headers, body: { jsonrpc: '2.0', method: 'notifications/x' } });
    expect([notified.status, notified.text]).toEqual([202, '']);
    expect((await app.call('POST', '/mcp', { token: key.raw, headers, body: { jsonrpc: '2.0', id: 1, result: {} } })).status).toBe(400);
  });
});
