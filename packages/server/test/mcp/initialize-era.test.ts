import { definePlatform } from 'gatehouse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixturePlatform, fixtureSpec } from '../../../../test/support/fixture-platform.js';
import { type TestApp, type TestKey, openApp } from '../../../../test/support/open-app.js';

let app: TestApp;
let key: TestKey;
let reader: TestKey;

beforeAll(async () => {
  app = await openApp(fixturePlatform);
  key = await app.key('ann@example.com');
  reader = await app.key('ann@example.com', ['things:read']);
});
afterAll(() => app.close());

const rpc = (method: string, params?: object, id?: number | string) => app.rpc(key.raw, method, params, id);
const post = (body: unknown, headers: Record<string, string> = {}) => app.call('POST', '/mcp', { token: key.raw, body, headers });
const textOf = (body: { result: { content: [{ text: string }] } }) => JSON.parse(body.result.content[0].text);

describe('initialize', () => {
  it.each(['2025-03-26', '2025-06-18', '2025-11-25'])('is answered with the version %s that was asked for, and a session', async (protocolVersion) => {
    const { status, body, headers } = await rpc('initialize', { protocolVersion, capabilities: {}, clientInfo: { name: 't', version: '1' } });
    expect(status).toBe(200);
    expect(body).toEqual({
      jsonrpc: '2.0',
      id: 1,
      result: {
        protocolVersion,
        capabilities: {
          tools: { listChanged: true },
          resources: { subscribe: true, listChanged: true },
          prompts: { listChanged: true },
          completions: {},
          logging: {},
        },
        serverInfo: { name: 'fixture', version: '1.2.3' },
      },
    });
    expect(headers.get('mcp-session-id')).toMatch(/^[\w-]{40,}$/);
  });

  it.each([{}, { protocolVersion: '2024-11-05' }, { protocolVersion: '2026-07-28' }, { protocolVersion: 7 }, undefined])(
    'with %j is answered with the platform’s own version',
    async (params) => {
      expect((await rpc('initialize', params)).body.result.protocolVersion).toBe('2025-11-25');
    },
  );

  it('of a platform without sessions gives none and claims no line by which clients are told or asked; a session’s methods and address are not there', async () => {
    const other = await openApp(definePlatform({ ...fixtureSpec, mcp: { sessions: false } }));
    try {
      const { raw } = await other.key('ann@example.com');
      const { body, headers } = await other.rpc(raw, 'initialize', { protocolVersion: '2025-11-25', capabilities: { elicitation: {} } });
      expect(body.result.capabilities).toEqual({ tools: {}, resources: {}, prompts: {}, completions: {} });
      expect(headers.get('mcp-session-id')).toBeNull();
      for (const [method, params] of Object.entries({ 'logging/setLevel': { level: 'debug' }, 'resources/subscribe': { uri: 'a:b' } }))
        expect((await other.rpc(raw, method, params)).body.error.code).toBe(-32601);
      const of = { token: raw, headers: { 'mcp-session-id': 'left over from elsewhere', accept: 'text/event-stream' } };
      for (const method of ['GET', 'DELETE']) expect((await other.call(method, '/mcp', of)).status).toBe(405);
      expect((await other.call('POST', '/mcp', { ...of, body: { jsonrpc: '2.0', id: 1, method: 'ping' } })).body.result).toEqual({});
    } finally {
      await other.close();
    }
  });

  it('gives the platform’s default version, instructions and status of notifications', async () => {
    const other = await openApp(definePlatform({ ...fixtureSpec, mcp: { defaultVersion: '2025-03-26', notificationStatus: 204, instructions: 'Be kind.' } }));
    try {
      const { raw } = await other.key('ann@example.com');
      expect((await other.rpc(raw, 'initialize', {})).body.result).toMatchObject({ protocolVersion: '2025-03-26', instructions: 'Be kind.' });
      const notified = await other.call('POST', '/mcp', { token: raw, body: { jsonrpc: '2.0', method: 'notifications/initialized', params: {} } });
      expect([notified.status, notified.text]).toEqual([204, '']);
    } finally {
      await other.close();
    }
  });
});

describe('the endpoint', () => {
  it.each(['GET', 'DELETE', 'PUT'])('answers %s without a session with 405 and the method that it takes', async (method) => {
    const { status, headers, body } = await app.call(method, '/mcp', { token: key.raw });
    expect([status, headers.get('allow'), body.error.data.code]).toEqual([405, 'POST', 'method_not_allowed']);
  });

  it('is the same with a slash behind it', async () => {
    const { body } = await app.call('POST', '/mcp/', { token: key.raw, body: { jsonrpc: '2.0', id: 1, method: 'ping' } });
    expect(body).toEqual({ jsonrpc: '2.0', id: 1, result: {} });
  });

  it.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"'])('takes %s', async (type) => {
    expect((await post({ jsonrpc: '2.0', id: 1, method: 'ping' }, { 'content-type': type })).status).toBe(200);
  });

  it.each(['text/plain', 'application/json; charset=latin1', 'application/x-www-form-urlencoded', 'application/jsonp'])('refuses %s with 415', async (type) => {
    const { status, body } = await post({ jsonrpc: '2.0', id: 1, method: 'ping' }, { 'content-type': type });
    expect([status, body.error.code, body.error.data.code]).toEqual([415, -32600, 'unsupported_media_type']);
  });

  it.each(['', '{', '{"jsonrpc":"2.0"', 'nul', '\u0000'])('answers %j, which is no JSON, with -32700 and HTTP 400', async (body) => {
    const answer = await post(body);
    expect([answer.status, answer.body.id, answer.body.error.code]).toEqual([400, null, -32700]);
  });

  it.each([
    '1',
    'null',
    '"text"',
    '{}',
    '{"jsonrpc":"2.0","method":"ping","id":null}',
    '{"jsonrpc":"1.0","method":"ping","id":1}',
    '{"jsonrpc":"2.0","id":1,"method":"tools/list"',
    '{"jsonrpc":"2.0","method":"tools/list"}',
  ])('answers %s with HTTP 400: nobody could tell whose answer it is', async (body) => {
    const answer = await post(body);
    expect(answer.status).toBe(400);
    expect([-32600, -32700]).toContain(answer.body.error.code);
  });

  it('refuses a page of a foreign origin in JSON-RPC', async () => {
    const { status, body } = await post({ jsonrpc: '2.0', id: 1, method: 'ping' }, { origin: 'https://evil.example' });
    expect([status, body.jsonrpc, body.error.data.code]).toEqual([403, '2.0', 'origin_not_allowed']);
  });
});

describe('a message of the initialize era', () => {
  it('is echoed its id exactly', async () => {
    for (const id of [0, -1, 1.5, 'a "b"', '']) expect((await rpc('ping', {}, id)).body).toEqual({ jsonrpc: '2.0', id, result: {} });
  });

  it('that is a notification is accepted without a body', async () => {
    const { status, text } = await post({ jsonrpc: '2.0', method: 'notifications/initialized' });
    expect([status, text]).toEqual([202, '']);
  });

  it('may be notifications/initialized with an id, and gets an empty result', async () => {
    expect((await rpc('notifications/initialized')).body).toEqual({ jsonrpc: '2.0', id: 1, result: {} });
  });

  it('of an unknown method is answered in HTTP 200 with its name', async () => {
    const { status, body } = await rpc('unknown_method');
    expect([status, body.error.code, body.error.message]).toEqual([200, -32601, 'Method not found: unknown_method']);
    expect(body.error.data).toMatchObject({ code: 'unknown_method', request_id: expect.stringMatching(/^req_/) });
  });

  it.each(['constructor', '__proto__', 'server/discover', 'resources/unlist', 'notifications/other'])('does not reach %s', async (method) => {
    expect((await rpc(method)).body.error.code).toBe(-32601);
  });

  it('with parameters by position is refused with -32602', async () => {
    const { status, body } = await post({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: [] });
    expect([status, body.error.code]).toEqual([200, -32602]);
  });

  it('under a version that nobody speaks is told which there are', async () => {
    const { status, body } = await post({ jsonrpc: '2.0', id: 5, method: 'ping' }, { 'mcp-protocol-version': '2024-11-05' });
    expect([status, body.id, body.error.code, body.error.data.requested]).toEqual([400, 5, -32022, '2024-11-05']);
  });

  it('bears the request id in a header and, when it fails, in its data', async () => {
    const { headers, body } = await rpc('unknown_method');
    expect(headers.get('x-request-id')).toBe(body.error.data.request_id);
  });
});

describe('tools/list', () => {
  it('shows every tool with its schemas, annotations and scope, in a stable order', async () => {
    const { body } = await rpc('tools/list');
    expect(body.result.tools.map((tool: { name: string }) => tool.name)).toEqual([
      'things_break',
      'things_create',
      'things_delete',
      'things_get',
      'things_list',
    ]);
    expect(body.result.tools[4]).toEqual({
      name: 'things_list',
      title: 'List things',
      description: 'Lists things.',
      inputSchema: {
        type: 'object',
        properties: {
          limit: { type: 'integer', minimum: 1, maximum: 100, default: 20 },
          names: { type: 'array', items: { type: 'string' } },
          flag: { type: 'boolean' },
        },
        additionalProperties: false,
      },
      outputSchema: expect.objectContaining({ type: 'object', required: ['result'] }),
      annotations: { readOnlyHint: true, openWorldHint: false },
      scope: 'things:read',
    });
    expect(Object.keys(body.result)).toEqual(['tools']);
  });

  it('shows a narrow key its own tools alone, and each id its own answer', async () => {
    const { body } = await app.rpc(reader.raw, 'tools/list', {}, 'ü');
    expect(body.id).toBe('ü');
    expect(body.result.tools.map((tool: { name: string }) => tool.name)).toEqual(['things_break', 'things_get', 'things_list']);
  });

  it('knows no cursor', async () => {
    const { status, body } = await rpc('tools/list', { cursor: '' });
    expect([status, body.error.code, body.error.data.fields]).toEqual([200, -32602, { cursor: ['Unknown cursor'] }]);
  });
});

describe('tools/call', () => {
  it('answers with the output as text and as structure, lists bare in the text', async () => {
    const made = await rpc('tools/call', { name: 'things_create', arguments: { name: 'one' } });
    expect(made.body.result.structuredContent).toEqual(textOf(made.body));
    const { body } = await rpc('tools/call', { name: 'things_list', arguments: { names: ['one'] } });
    expect(textOf(body)).toEqual([made.body.result.structuredContent]);
    expect(body.result.structuredContent).toEqual({ result: [made.body.result.structuredContent] });
  });

  it.each([undefined, null])('takes arguments that are %s as none', async (given) => {
    expect((await rpc('tools/call', { name: 'things_list', arguments: given })).body.result.isError).toBeUndefined();
  });

  it('of an unknown tool is -32602', async () => {
    for (const name of ['nothing', 'greeting', 'constructor']) {
      const { status, body } = await rpc('tools/call', { name });
      expect([status, body.error.code, body.error.message, body.error.data.code]).toEqual([200, -32602, `Unknown tool: ${name}`, 'unknown_tool']);
    }
    expect((await rpc('tools/call', {})).body.error).toMatchObject({ code: -32602, data: { fields: { name: ['Required, a string'] } } });
  });

  it('with bad arguments is -32602 with each field', async () => {
    const { status, body } = await rpc('tools/call', { name: 'things_list', arguments: { limit: 0, constructor: 1 } });
    expect([status, body.error.code, body.error.data.code]).toEqual([200, -32602, 'invalid_input']);
    expect(Object.keys(body.error.data.fields).sort()).toEqual(['constructor', 'limit']);
    expect((await rpc('tools/call', { name: 'things_list', arguments: [] })).body.error.code).toBe(-32602);
  });

  it('outside the key’s scopes is -32001 in HTTP 200, with the scope that is missing', async () => {
    const { status, body } = await app.rpc(reader.raw, 'tools/call', { name: 'things_create', arguments: { name: 'two' } });
    expect([status, body.error.code, body.error.data.code, body.error.data.missing]).toEqual([200, -32001, 'insufficient_scope', ['things:write']]);
    expect(body.error.message).toContain('things:write');
  });

  it('whose own outcome is a failure is a result that the model can read', async () => {
    await rpc('tools/call', { name: 'things_create', arguments: { name: 'twice' } });
    const conflict = await rpc('tools/call', { name: 'things_create', arguments: { name: 'twice' } });
    expect(conflict.body.result.isError).toBe(true);
    expect(textOf(conflict.body)).toMatchObject({
      error: 'There is a thing named twice already.',
      code: 'conflict',
      request_id: conflict.headers.get('x-request-id'),
    });
    const missing = await rpc('tools/call', { name: 'things_get', arguments: { id: '3f0c9d9e-0d0b-4a58-9f0c-3c2f4ea6d0aa' } });
    expect(textOf(missing.body)).toMatchObject({ code: 'not_found' });
  });

  it('that breaks is -32603 with the request id, and its cause stays here', async () => {
    const { status, body, text } = await rpc('tools/call', { name: 'things_break', arguments: {} });
    expect([status, body.error.code]).toEqual([200, -32603]);
    expect(body.error.data).toMatchObject({ code: 'internal', request_id: expect.stringMatching(/^req_/) });
    expect(text).not.toContain('secret');
  });

  it('is in the access log by its operation, tenant and key', async () => {
    const { headers } = await rpc('tools/call', { name: 'things_list', arguments: {} });
    const line = app
      .logged()
      .split('\n')
      .find((each) => each.includes(headers.get('x-request-id') ?? 'none') && each.includes('"event":"request"'));
    expect(JSON.parse(line ?? '{}')).toMatchObject({ operation: 'things_list', tenant: key.tenant, credential: `key:${key.id}`, status: 200 });
  });
});

describe('a batch', () => {
  it('is answered in order, without its notifications, and each fault in its place', async () => {
    const { status, body } = await post([
      { jsonrpc: '2.0', id: 'a', method: 'ping' },
      { jsonrpc: '2.0', method: 'notifications/initialized' },
      { jsonrpc: '2.0', id: 2, method: 'tools/list' },
      1,
      { jsonrpc: '2.0', id: 3, method: 'tools/call', params: { name: 'things_list' } },
      { jsonrpc: '2.0', id: 4, method: 'nothing' },
    ]);
    expect(status).toBe(200);
    expect(body.map((each: { id: unknown }) => each.id)).toEqual(['a', 2, null, 3, 4]);
    expect(body.map((each: { error?: { code: number } }) => each.error?.code)).toEqual([undefined, undefined, -32600, undefined, -32601]);
    expect(body[1].result.tools.length).toBe(5);
  });

  it('of notifications alone is accepted without a body', async () => {
    const { status, text } = await post([{ jsonrpc: '2.0', method: 'notifications/initialized' }], { 'mcp-protocol-version': '2025-03-26' });
    expect([status, text]).toEqual([202, '']);
  });

  it.each<[string, unknown[], string]>([
    ['an empty one', [], '2025-03-26'],
    ['one under a version without batches', [{ jsonrpc: '2.0', id: 1, method: 'ping' }], '2025-06-18'],
    ['one of 51', Array.from({ length: 51 }, () => ({ jsonrpc: '2.0', id: 1, method: 'ping' })), '2025-03-26'],
  ])('is refused whole with -32600: %s', async (_what, elements, version) => {
    const { status, body } = await post(elements, { 'mcp-protocol-version': version });
    expect([status, body.id, body.error.code]).toEqual([400, null, -32600]);
  });
});
